// By which channel a person is answered: by mail, or by text message to a person without an address for it.
import { channelUse } from '../domain/channels/channel-use.ts'
import type { Claim } from '../storage/claims.ts'
import type { CreditorRow } from '../storage/creditors.ts'
import type { Debtor } from '../storage/debtors.ts'
import type { Deps } from './deps.ts'
import { lawOfClaim } from './step-facts-of-claim.ts'

/** Returns the channel; undefined where that leads nowhere or is not wanted. */
export function answerChannel(
  { laws, servedChannels }: Pick<Deps, 'laws' | 'servedChannels'>,
  { claim, debtor, creditor }: { claim: Claim; debtor: Debtor; creditor: CreditorRow },
): 'email' | 'sms' | undefined {
  const { contact, closedChannels } = debtor
  const channel = contact.email === undefined ? 'sms' : 'email'
  if (closedChannels.includes(channel)) return undefined
  if (channel === 'email') return channel
  if (contact.phone === undefined || !servedChannels.has('sms')) return undefined
  const law = lawOfClaim(laws, { claim, debtor, creditor })
  const isAllowed =
    law === null || channelUse({ law }, { channel, tone: 'T1' }).verdict === 'allowed'
  return isAllowed ? channel : undefined
}
