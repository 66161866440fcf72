// Interest and fees that are not owed after all: a payment was there before they began, or the creditor
// forgives them. Never adds anything.
import { dayInZone, err, ok, type Result } from '@parley/sdk/protocol'
import { outstandingOf } from '../domain/claim/claim.ts'
import { textRefusal } from '../domain/claim/issue-claim.ts'
import {
  type ChargeItem,
  type ItemChange,
  owedFor,
  postCharges,
  waiveItem,
} from '../domain/compliance/charge-items.ts'
import { type Refusal, refusal } from '../domain/refusal.ts'
import { chargesOf } from '../storage/charges.ts'
import { type Claim, findClaim } from '../storage/claims.ts'
import { readCreditor } from '../storage/creditors.ts'
import { insertTasks } from '../storage/tasks.ts'
import { newTask } from './new-task.ts'
import { quoteClaim } from './quote-claim.ts'
import { readStepSources } from './read-step-sources.ts'
import { retryWhenOutrun } from './retry-when-outrun.ts'
import { lawOfClaim } from './step-facts-of-claim.ts'
import { type ChargeDeps, writeCharges } from './write-charges.ts'

interface ClaimKey {
  creditorId: string
  claimId: string
}

/**
 * Computes the charges of a claim anew on what has been paid since. What is not due any more is taken
 * back; what was paid of it already is a task for a person.
 */
export async function recomputeCharges(deps: ChargeDeps, key: ClaimKey): Promise<void> {
  await retryWhenOutrun(() => recompute(deps, key))
}

async function recompute(deps: ChargeDeps, key: ClaimKey): Promise<void> {
  const claim = await findClaim(deps.db, key)
  if (claim === undefined || claim.charges === 0n) return
  const now = deps.clock.now()
  const sources = await readStepSources(deps.db, claim, now)
  const law = lawOfClaim(deps.laws, sources)
  if (law === null) return
  const { records, creditor } = sources
  const { chargesAgreed, timeZone } = creditor
  const quoted = { claim, records, chargesAgreed, timeZone, law, now }
  const { quote, items } = await quoteClaim(deps.db, quoted)
  const posted = new Set(items.map(({ rule, period }) => `${rule} ${period}`))
  const charges = quote.lines.filter(({ rule, period }) => posted.has(`${rule} ${period}`))
  const on = { claimId: claim.claimId, day: quote.asOf }
  // What has grown since is added with the next step that may add it.
  const lower = postCharges(items, charges, on).changes.filter(
    ({ before, after }) => after < before,
  )
  const { within, beyond } = withinReach(claim, lower)
  if (beyond.length > 0) await askForRefund(deps, claim, now)
  if (within.length > 0) await writeCharges(deps, { claim, changes: within })
}

/** No more can be taken back than is still owed; on a settled claim nothing is. */
function withinReach(claim: Claim, changes: readonly ItemChange[]) {
  let owed = claim.state === 'open' ? outstandingOf(claim) : 0n
  const within: ItemChange[] = []
  const beyond: ItemChange[] = []
  for (const change of changes) {
    const less = change.before - change.after
    if (less <= owed) {
      owed -= less
      within.push(change)
    } else {
      beyond.push(change)
    }
  }
  return { within, beyond }
}

const REFUND_WITHIN_SECONDS = 5 * 86_400

async function askForRefund(deps: ChargeDeps, claim: Claim, now: number): Promise<void> {
  const asked = { kind: 'give-back-charge', origin: 'recomputed' }
  const task = newTask(deps, claim, { ...asked, dueAt: now + REFUND_WITHIN_SECONDS, now })
  await deps.db.transaction().execute((tx) => insertTasks(tx, [task]))
}

export interface WaiveCharge extends ClaimKey, Pick<ChargeItem, 'rule' | 'period'> {
  reason: string
  /** Who decided. */
  by: string
}

/**
 * Forgives a charge for good; one that is forgiven already stays so. Refuses `not-found`,
 * `text-invalid`, `claim-settled`, `claim-not-open`, `agreement-exists`, `charge-unknown` and
 * `charge-not-owed` (taken back, or paid already).
 */
export async function waiveCharge(
  deps: ChargeDeps,
  command: WaiveCharge,
): Promise<Result<void, Refusal>> {
  const refused = textRefusal(command.reason, 140, '/reason') ?? textRefusal(command.by, 70, '/by')
  if (refused !== undefined) return err(refused)
  return await retryWhenOutrun(() => waive(deps, command))
}

async function waive(deps: ChargeDeps, command: WaiveCharge): Promise<Result<void, Refusal>> {
  const claim = await findClaim(deps.db, command)
  if (claim === undefined) {
    return err(refusal('not-found', 'you have no payment request with this id'))
  }
  const items = await chargesOf(deps.db, claim)
  const before = items.find(
    ({ rule, period }) => rule === command.rule && period === command.period,
  )
  if (before?.state === 'waived') return ok(undefined)
  const refused = refuseState(claim)
  if (refused !== undefined) return err(refused)
  const { timeZone } = await readCreditor(deps.db, claim.creditorId)
  const day = dayInZone(deps.clock.now(), timeZone)
  const waived = waiveItem(items, { ...command }, { reason: command.reason, day })
  if (!waived.ok) {
    return waived.error.code === 'item-unknown'
      ? err(refusal('charge-unknown', 'this payment request has no such charge'))
      : err(refusal('charge-not-owed', 'this charge is not owed any more'))
  }
  const item = waived.value.find((it) => !items.includes(it))
  if (before === undefined || item === undefined) throw new Error('a waiver changed nothing')
  if (owedFor(before) > outstandingOf(claim)) {
    return err(refusal('charge-not-owed', 'this charge was paid already: give it back'))
  }
  const change: ItemChange = { kind: 'reversed', item, before: owedFor(before), after: 0n }
  await writeCharges(deps, { claim, changes: [change], by: command.by })
  return ok(undefined)
}

function refuseState({ state, conversation }: Claim): Refusal | undefined {
  if (state === 'settled') return refusal('claim-settled', 'nothing is owed any more')
  if (state !== 'open') return refusal('claim-not-open', `the claim is ${state}`)
  return conversation === 'agreed'
    ? refusal('agreement-exists', 'a plan over the whole amount was agreed: it holds')
    : undefined
}
