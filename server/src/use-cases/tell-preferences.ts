// What a person wishes, told on the page, by consent: how to be reached, in which language, the pay day,
// and which channels to stop. The link is the right to it, as it is to the claim.
import { ok, type Result } from '@parley/sdk/protocol'
import type { ClosableChannel, Preferences } from '../domain/claim/debtor.ts'
import type { Refusal } from '../domain/refusal.ts'
import { closeChannel, findDebtor, lockDebtor } from '../storage/debtors.ts'
import { appendEvents, type NewEvent } from '../storage/events.ts'
import { insertPersonReply } from '../storage/person-replies.ts'
import type { Deps } from './deps.ts'
import { keepWishes } from './manage-consents.ts'

export interface TellPreferences {
  creditorId: string
  claimId: string
  debtorId: string
  /** Names the form: the same one has one effect. */
  origin: string
  told: Preferences
  withdrawn: readonly (keyof Preferences)[]
  stops: readonly ClosableChannel[]
}

/** Raise it with the words of the form. */
const TEXT_VERSION = 'portal-1'

/** Keeps wishes for all bills of the person with this creditor; a closed channel stays closed. */
export async function tellPreferences(
  deps: Pick<Deps, 'db' | 'clock' | 'ids' | 'outboxChanged'>,
  wishes: TellPreferences,
): Promise<Result<void, Refusal>> {
  const { creditorId, claimId, origin, told, withdrawn } = wishes
  const at = deps.clock.now()
  const debtor = await findDebtor(deps.db, wishes)
  const stops = wishes.stops.filter((channel) => debtor?.closedChannels.includes(channel) !== true)
  await deps.db.transaction().execute(async (tx) => {
    const row = { creditorId, claimId, origin, channel: 'portal', action: 'preferences', day: null }
    if (!(await lockDebtor(tx, wishes))) return
    if (!(await insertPersonReply(tx, { ...row, at }))) return
    const channel = 'portal'
    await keepWishes(deps, tx, wishes, { told, withdrawn, channel, textVersion: TEXT_VERSION })
    for (const channel of stops) await closeChannel(tx, wishes, channel)
    const event = (type: string, data: NewEvent['data']) => {
      return { creditorId, claimId, type, at, data }
    }
    const names = Object.keys(told).sort().join(',')
    await appendEvents(tx, [
      event('preferences.told', { channel: 'portal', told: names }),
      ...stops.map((channel) => event('channel.closed', { channel })),
    ])
  })
  deps.outboxChanged()
  return ok(undefined)
}
