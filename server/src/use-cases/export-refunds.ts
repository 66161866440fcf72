// All approved refunds of a currency become one file for the creditor's bank. A refund is in one file at
// most: it is moved on, its claim locked, in the transaction that stores the file.
import {
  compareDays,
  type Day,
  dayInZone,
  err,
  formatAmount,
  ok,
  parseDay,
  type Result,
} from '@parley/sdk/protocol'
import { textRefusal } from '../domain/claim/issue-claim.ts'
import { type FileRefund, refundFile } from '../domain/credit/refund-file.ts'
import { type Refusal, refusal } from '../domain/refusal.ts'
import { type CreditorRow, readCreditor } from '../storage/creditors.ts'
import { invoiceNumbersOf } from '../storage/customer-credit.ts'
import { appendEvents } from '../storage/events.ts'
import {
  findRefundExport,
  insertRefundExport,
  type RefundExport,
} from '../storage/refund-exports.ts'
import { changeRefund, lockApprovedRefunds, type Refund } from '../storage/refunds.ts'
import type { Deps, Tx } from './deps.ts'
import { Outrun } from './retry-when-outrun.ts'

type ExportDeps = Pick<Deps, 'db' | 'clock' | 'ids' | 'vault' | 'outboxChanged'>

export interface ExportRefunds {
  creditorId: string
  /** The member of staff who makes it. */
  by: string
  /** EUR without. */
  currency?: string
  /** Today without. */
  executionDate?: string
}

/** More go into the next file. */
const MOST_IN_A_FILE = 5_000
const LONGEST_AHEAD_DAYS = 366 * 86_400

/**
 * Makes a file in the caller's transaction. Refuses `text-invalid`, `date-invalid`,
 * `date-outside-window` (past, or over 366 days ahead), `currency-unsupported` and `nothing-to-export`.
 */
export async function exportRefunds(
  deps: ExportDeps,
  tx: Tx,
  command: ExportRefunds,
): Promise<Result<RefundExport, Refusal>> {
  const { creditorId, by, currency = 'EUR' } = command
  const refused = textRefusal(by, 70, '/by')
  if (refused !== undefined) return err(refused)
  const creditor = await readCreditor(tx, creditorId)
  const now = deps.clock.now()
  const day = executionDay(command, { now, timeZone: creditor.timeZone })
  if (!day.ok) return day
  const refunds = await lockApprovedRefunds(tx, { creditorId, currency, limit: MOST_IN_A_FILE })
  if (refunds.length === 0) {
    return err(refusal('nothing-to-export', `no approved refund in ${currency} waits`))
  }
  const exportId = deps.ids.newId('re')
  // Banks take no underscore in the id of a message.
  const messageId = exportId.replace('_', '')
  const transfers = await transfersOf(tx, refunds)
  const order = { messageId, createdAt: now, executionDay: day.value }
  const file = refundFile(debtorOf(creditor), order, transfers)
  if (!file.ok) return file
  const made = {
    creditorId,
    exportId,
    messageId,
    currency,
    numberOfTransactions: refunds.length,
    controlSum: refunds.reduce((sum, { amount }) => sum + amount, 0n),
    executionDate: day.value,
    file: file.value,
    createdBy: by,
    createdAt: now,
  }
  await insertRefundExport(tx, made)
  for (const refund of refunds) await markExported(tx, refund, made)
  await appendEvents(
    tx,
    refunds.map((refund) => exportedEvent(refund, made)),
  )
  return ok(made)
}

function executionDay(
  { executionDate }: ExportRefunds,
  { now, timeZone }: { now: number; timeZone: string },
): Result<Day, Refusal> {
  const today = dayInZone(now, timeZone)
  if (executionDate === undefined) return ok(today)
  const day = parseDay(executionDate)
  const pointer = '/executionDate'
  if (!day.ok) return err(refusal('date-invalid', 'use a calendar day YYYY-MM-DD', pointer))
  const last = dayInZone(now + LONGEST_AHEAD_DAYS, timeZone)
  const isWithin = compareDays(day.value, today) >= 0 && compareDays(day.value, last) <= 0
  const detail = `use a day from ${today} to ${last}`
  return isWithin ? day : err(refusal('date-outside-window', detail, pointer))
}

function debtorOf({ name, iban, bic }: CreditorRow) {
  return { name, account: { iban, ...(bic === null ? {} : { bic }) } }
}

async function transfersOf(tx: Tx, refunds: readonly Refund[]): Promise<FileRefund[]> {
  const invoiceOf = await invoiceNumbersOf(tx, refunds)
  return refunds.map(({ refundId, claimId, endToEndId, amount, currency, account }) => {
    // Nobody is erased while money is on its way to the person.
    if (account === null) throw new Error(`refund ${refundId} has no account`)
    const money = { minor: amount, currency }
    return { endToEndId, money, ...account, invoiceNumber: invoiceOf(claimId) }
  })
}

async function markExported(tx: Tx, refund: Refund, made: RefundExport): Promise<void> {
  const { exportId, createdAt: exportedAt } = made
  const change = { state: 'exported', exportId, exportedAt } as const
  if (!(await changeRefund(tx, refund, change))) throw new Outrun()
}

function exportedEvent(
  { creditorId, claimId, refundId, amount, currency }: Refund,
  made: RefundExport,
) {
  const { exportId, createdAt: at } = made
  const { value } = formatAmount({ minor: amount, currency })
  const data = { refundId, exportId, amount: value, currency }
  return { creditorId, claimId, type: 'refund.exported', at, data }
}

/** What a file holds. Refuses `not-found`. */
export async function readRefundExport(
  { db }: Pick<Deps, 'db'>,
  key: { creditorId: string; exportId: string },
): Promise<Result<RefundExport, Refusal>> {
  const made = await findRefundExport(db, key)
  return made === undefined
    ? err(refusal('not-found', 'you have no file of refunds with this id'))
    : ok(made)
}

/** The bytes of a file as they were made. Refuses `not-found`, also once somebody in it was erased. */
export async function readRefundFile(
  deps: Pick<Deps, 'db'>,
  key: { creditorId: string; exportId: string },
): Promise<Result<string, Refusal>> {
  const made = await readRefundExport(deps, key)
  if (!made.ok) return made
  const { file } = made.value
  return file === null
    ? err(refusal('not-found', 'this file is gone: somebody in it was erased'))
    : ok(file)
}
