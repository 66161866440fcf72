// One booking of a statement: decide to what it belongs and write what follows, once. The unique key
// of the bank decides between two imports of the same booking.
import type { MatchDecision } from '../domain/matching/match-types.ts'
import {
  type BankTransaction,
  type BankTransactionState,
  changeBankTransaction,
  findBankTransaction,
  insertBankTransaction,
  type NewBankTransaction,
} from '../storage/bank-transactions.ts'
import { appendHistory } from '../storage/booking-history.ts'
import type { Tx } from '../storage/database.ts'
import { endTasksOfBooking, insertTasks } from '../storage/tasks.ts'
import { decisionData } from './booking-decision.ts'
import { findMatch } from './find-match.ts'
import type { PlanDeps } from './hold-dunning.ts'
import { bankTransactionOf, type IncomingBooking, receivedOn } from './incoming-booking.ts'
import { prepareMoneyBack } from './money-back.ts'
import { type MoneyDeps, prepareMoneyIn } from './money-in.ts'
import { taskOfBooking } from './new-task.ts'
import { payerOf } from './read-cautions.ts'
import { prepareRefundBooking } from './refund-booking.ts'
import { Outrun, retryWhenOutrun } from './retry-when-outrun.ts'

export type TakeDeps = MoneyDeps & PlanDeps

/** What became of a booking: how it is stored, stored before, or to be tried once more. */
export type Taken =
  | Extract<BankTransactionState, 'matched' | 'unmatched' | 'reversal' | 'refund' | 'ignored'>
  | 'already'
  | 'later'

/**
 * Rounds of tries when imports beside each other pay one claim. Whenever one is outrun, another has
 * booked something, so that all of them end.
 */
const PATIENCE = 20

/**
 * Stores a booking with its effect; one that nobody could place with a task for a person. `later` when it
 * takes back a payment that is not known yet: banks list the newest first, so the payment may follow in
 * the same file.
 */
export async function takeBankTransaction(
  deps: TakeDeps,
  booking: IncomingBooking,
  options: { isLastTry: boolean },
): Promise<Taken> {
  for (let round = 1; ; round++) {
    try {
      return await retryWhenOutrun(() => take(deps, booking, options))
    } catch (error) {
      if (!(error instanceof Outrun) || round === PATIENCE) throw error
    }
  }
}

async function take(
  deps: TakeDeps,
  booking: IncomingBooking,
  { isLastTry }: { isLastTry: boolean },
): Promise<Taken> {
  const { status } = booking.entry
  if (status !== 'BOOK') {
    return await store(deps, rowOf(deps, booking, { state: 'ignored', reason: `status-${status}` }))
  }
  if (booking.isDouble === true) {
    return await store(
      deps,
      rowOf(deps, booking, { state: 'ignored', reason: 'possible-duplicate' }),
    )
  }
  const refund = await prepareRefundBooking(deps, booking)
  if (refund !== undefined) {
    const { write, ...decided } = refund
    const row = rowOf(deps, booking, decided)
    return await store(deps, row, { write: (tx) => write(tx, row.transactionId) })
  }
  const { creditorId } = booking.creditor
  const { decision, found } = await findMatch(deps.db, { ...booking, creditorId })
  if (decision.kind === 'unmatched') {
    const { reason, candidates } = decision
    if (reason === 'reversal-of-unknown' && !isLastTry) return 'later'
    return await store(deps, rowOf(deps, booking, { state: stateOf(decision), reason, candidates }))
  }
  if (decision.kind === 'reversal') return await takeBack(deps, booking, decision)
  const shares = decision.shares.map(({ claimId, minor }) => {
    const one = found.find(({ claim }) => claim.claimId === claimId)
    if (one === undefined) throw new Error('the matcher named a claim that it was not given')
    return { found: one, minor }
  })
  const row = rowOf(deps, booking, {
    state: 'matched',
    reason: decision.by,
    claimId: onlyOne(decision.shares.map(({ claimId }) => claimId)),
  })
  const write = await prepareMoneyIn(
    deps,
    {
      creditor: booking.creditor,
      transactionId: row.transactionId,
      amount: booking.transaction.amount,
      receivedOn: receivedOn(row, booking.creditor, row.importedAt),
      payer: payerOf(row.details),
    },
    shares,
  )
  return await store(deps, row, { write, data: decisionData(decision.shares, decision.reasons) })
}

/** A booking is of one claim, or of several that its payments name. */
export function onlyOne(claimIds: readonly string[]): string | null {
  return claimIds.length === 1 ? (claimIds[0] ?? null) : null
}

async function takeBack(
  deps: TakeDeps,
  booking: IncomingBooking,
  decision: Extract<MatchDecision, { kind: 'reversal' }>,
): Promise<Taken> {
  const { creditor, transaction } = booking
  const { creditorId } = creditor
  const { transactionId } = decision.of
  const credit = await findBankTransaction(deps.db, { creditorId, transactionId })
  if (credit === undefined || credit.state === 'returned') throw new Outrun()
  const because = { kind: 'returned' as const, reason: transaction.returnReason }
  const back = await prepareMoneyBack(deps, { creditor, transactionId, because })
  const row = rowOf(deps, booking, {
    state: 'reversal',
    reason: decision.by,
    claimId: onlyOne(back.claimIds),
  })
  const write = async (tx: Tx) => {
    await noteReturn(tx, credit, row)
    await back.write(tx)
  }
  return await store(deps, row, { write })
}

/** The money is not there any more: nobody has to place it, or could. */
async function noteReturn(tx: Tx, credit: BankTransaction, row: NewBankTransaction) {
  const { importedAt: at, reason, transactionId } = row
  const change = { state: 'returned' as const, reason, claimId: credit.claimId, candidates: [] }
  if (!(await changeBankTransaction(tx, credit, change))) throw new Outrun()
  await endTasksOfBooking(tx, credit, { at, by: 'return' })
  await appendHistory(tx, credit, {
    entry: credit.version + 1,
    at,
    state: 'returned',
    by: null,
    reason,
    note: null,
    data: { by: transactionId },
  })
}

/** What needs nobody's look: the account holder's own payments, and bookings of nothing. */
function stateOf({ reason }: Extract<MatchDecision, { kind: 'unmatched' }>) {
  return reason === 'outgoing' || reason === 'zero-amount' ? 'ignored' : 'unmatched'
}

type Row = NewBankTransaction & { state: Extract<Taken, BankTransactionState> }

function rowOf(
  deps: TakeDeps,
  booking: IncomingBooking,
  decided: Pick<Row, 'state' | 'reason'> & Partial<Pick<Row, 'claimId' | 'candidates'>>,
): Row {
  const { state, reason, claimId = null, candidates = [] } = decided
  const transactionId = deps.ids.newId('bt')
  const importedAt = deps.clock.now()
  const row = { transactionId, state, reason, claimId, candidates, importedAt }
  return { ...bankTransactionOf(booking, row), state }
}

/** Stores the row with the first entry of its history and all that follows, unless it is stored already. */
async function store(
  deps: TakeDeps,
  row: Row,
  effect: { write?: (tx: Tx) => Promise<void>; data?: ReturnType<typeof decisionData> } = {},
): Promise<Taken> {
  const { state, reason, importedAt: at } = row
  const isNew = await deps.db.transaction().execute(async (tx) => {
    if (!(await insertBankTransaction(tx, row))) return false
    await effect.write?.(tx)
    const decided = { state, reason, by: null, note: null, data: effect.data ?? {} }
    await appendHistory(tx, row, { entry: 0, at, ...decided })
    if (state === 'unmatched')
      await insertTasks(tx, [taskOfBooking(deps, { ...row, version: 0 }, at)])
    return true
  })
  return isNew ? state : 'already'
}
