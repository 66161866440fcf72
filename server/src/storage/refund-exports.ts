// Files of credit transfers, kept byte for byte: the same id gives the same file again.
import type { Selectable } from 'kysely'
import type { Database, Tx } from './database.ts'
import type { RefundExportsTable } from './tables/money.ts'

export interface RefundExport {
  creditorId: string
  exportId: string
  /** `MsgId` of the file. */
  messageId: string
  currency: string
  numberOfTransactions: number
  controlSum: bigint
  executionDate: string
  /** Sealed. */
  file: Buffer
  createdBy: string
  createdAt: number
}

export async function insertRefundExport(tx: Tx, made: RefundExport): Promise<void> {
  await tx
    .insertInto('refund_exports')
    .values({
      creditor_id: made.creditorId,
      export_id: made.exportId,
      message_id: made.messageId,
      currency: made.currency,
      number_of_transactions: made.numberOfTransactions,
      control_sum: made.controlSum,
      execution_date: made.executionDate,
      file: made.file,
      created_by: made.createdBy,
      created_at: made.createdAt,
    })
    .execute()
}

/** A file of this creditor, or undefined. */
export async function findRefundExport(
  db: Database | Tx,
  key: { creditorId: string; exportId: string },
): Promise<RefundExport | undefined> {
  const row = await db
    .selectFrom('refund_exports')
    .selectAll()
    .where('creditor_id', '=', key.creditorId)
    .where('export_id', '=', key.exportId)
    .executeTakeFirst()
  return row === undefined ? undefined : toExport(row)
}

function toExport(row: Selectable<RefundExportsTable>): RefundExport {
  return {
    creditorId: row.creditor_id,
    exportId: row.export_id,
    messageId: row.message_id,
    currency: row.currency,
    numberOfTransactions: row.number_of_transactions,
    controlSum: row.control_sum,
    executionDate: row.execution_date,
    file: row.file,
    createdBy: row.created_by,
    createdAt: row.created_at,
  }
}
