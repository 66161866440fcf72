// Tells agents of the creditor's next account, each in the thread of its enrolment, and takes the
// account up when its day has come. Spec: ENR-07.
import { accountOf } from '../domain/claim/account.ts'
import { type CreditorRow, readCreditor, takeUpNextAccounts } from '../storage/creditors.ts'
import {
  appendToEnrolment,
  enrolmentsToTell,
  findEnrolment,
  markAccountTold,
} from '../storage/enrolments.ts'
import { queueDelivery } from '../storage/threads.ts'
import type { Deps } from './deps.ts'
import { prepareMessage } from './prepare-message.ts'
import { Outrun, retryWhenOutrun } from './retry-when-outrun.ts'

type AnnounceDeps = Pick<Deps, 'db' | 'clock' | 'ids' | 'signer' | 'publicUrl' | 'outboxChanged'>

const PAGE = 100

/** Sends `account-change` to every live enrolment that was not told yet; returns how many. */
export async function announceAccount(
  deps: AnnounceDeps,
  { creditorId }: { creditorId: string },
): Promise<number> {
  for (let told = 0; ; ) {
    const creditor = await readCreditor(deps.db, creditorId)
    if (creditor.nextAccount === null) return told
    const { accountVersion } = creditor
    const page = await enrolmentsToTell(deps.db, { creditorId, accountVersion, limit: PAGE })
    for (const key of page) await retryWhenOutrun(() => tell(deps, creditor, key))
    if (page.length > 0) deps.outboxChanged()
    told += page.length
    if (page.length < PAGE) return told
  }
}

async function tell(
  deps: AnnounceDeps,
  creditor: CreditorRow,
  key: { creditorId: string; enrolmentId: string },
): Promise<void> {
  const { nextAccount, accountVersion } = creditor
  const enrolment = await findEnrolment(deps.db, key)
  if (nextAccount === null || enrolment === undefined || enrolment.endedAt !== null) return
  if (enrolment.accountVersion >= accountVersion) return
  const now = deps.clock.now()
  const message = await prepareMessage(deps, {
    thread: { ...enrolment, peerIss: enrolment.agentIss },
    kind: 'account-change',
    body: {
      creditor: { id: creditor.creditorId, name: creditor.name, account: accountOf(nextAccount) },
      previousAccount: accountOf(creditor),
      effectiveOn: nextAccount.on,
    },
    now,
  })
  await deps.db.transaction().execute(async (tx) => {
    if (!(await appendToEnrolment(tx, enrolment, [message], now))) throw new Outrun()
    await markAccountTold(tx, enrolment, accountVersion)
    await queueDelivery(tx, { ...enrolment, claimId: null, seq: message.seq })
  })
}

/** Makes announced accounts the present ones from the start of their day; returns how many. */
export async function takeUpAccounts(
  deps: Pick<Deps, 'db' | 'clock'>,
  { limit }: { limit: number },
): Promise<number> {
  return await takeUpNextAccounts(deps.db, { now: deps.clock.now(), limit })
}
