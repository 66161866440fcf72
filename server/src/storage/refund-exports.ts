// Files of credit transfers, kept byte for byte: the same id gives the same file again.
import type { Selectable } from 'kysely'
import type { Database, Tx } from './database.ts'
import { keyringOf } from './keyring.ts'
import { insertPersonKey } from './person-keys.ts'
import { openField, sealWith } from './sealed-fields.ts'
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
  /** Null once somebody in it was erased. */
  file: string | null
  createdBy: string
  createdAt: number
}

/** Keeps a file under a data key of its own, which goes with the first person in it who is erased. */
export async function insertRefundExport(
  tx: Tx,
  made: RefundExport & { file: string },
): Promise<void> {
  const owner = { creditorId: made.creditorId, personId: made.exportId }
  const { key, wrapped } = keyringOf(tx).newKey(owner)
  await insertPersonKey(tx, owner, { wrapped, at: made.createdAt })
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
      file: sealWith(key, { ...owner, place: FILE, text: made.file }),
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
  if (row === undefined) return undefined
  const file = await openField(db, { creditorId: row.creditor_id, place: FILE, sealed: row.file })
  return toExport(row, file)
}

const FILE = 'refund_exports.file'

function toExport(row: Selectable<RefundExportsTable>, file: string | null): RefundExport {
  return {
    creditorId: row.creditor_id,
    exportId: row.export_id,
    messageId: row.message_id,
    currency: row.currency,
    numberOfTransactions: row.number_of_transactions,
    controlSum: row.control_sum,
    executionDate: row.execution_date,
    file,
    createdBy: row.created_by,
    createdAt: row.created_at,
  }
}
