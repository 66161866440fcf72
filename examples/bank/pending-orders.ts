// Orders whose day is still to come: taken and not settled, or settled and to be sent back. Kept beside
// the books, so that they outlive the process.
import { DatabaseSync } from 'node:sqlite'
import type { LineKey } from '@parley/sdk/bank'
import type { Day } from '@parley/sdk/protocol'
import type { TransferOrder } from './ledger.ts'

/** An order that waits. */
export interface PendingOrder {
  readonly order: TransferOrder
  /** The line of an agreement that it pays. */
  readonly line: LineKey
  readonly day: Day
  /** Why it is to be sent back; null: it is to be settled. */
  readonly returnCode: string | null
}

export interface PendingOrders {
  keep(pending: PendingOrder): void
  /** An order that is to be settled. */
  find(key: string): PendingOrder | undefined
  due(day: Day): readonly PendingOrder[]
  /** Returns false when it was not there. */
  drop(key: string): boolean
  close(): void
}

const SCHEMA = `create table if not exists pending_orders (
  key text primary key, day text not null, return_code text, document text not null
) strict`

/** Opens the orders in the file of the books, or in memory with `:memory:`. */
export function openPendingOrders(file: string): PendingOrders {
  const db = new DatabaseSync(file, { timeout: 5000 })
  db.exec(SCHEMA)
  return {
    keep({ order, line, day, returnCode }) {
      const document = JSON.stringify({ order, line }, (_, value: unknown) =>
        typeof value === 'bigint' ? value.toString() : value,
      )
      const insert = 'insert into pending_orders values (?, ?, ?, ?) on conflict do nothing'
      db.prepare(insert).run(order.key, day, returnCode, document)
    },
    find(key) {
      const found = 'select * from pending_orders where key = ? and return_code is null'
      const row = db.prepare(found).get(key)
      return row && read(row)
    },
    due(day) {
      return db.prepare('select * from pending_orders where day <= ?').all(day).map(read)
    },
    drop(key) {
      return db.prepare('delete from pending_orders where key = ?').run(key).changes > 0
    },
    close: () => db.close(),
  }
}

function read(row: Record<string, unknown>): PendingOrder {
  const { order, line } = JSON.parse(String(row['document'])) as PendingOrder
  const amount = { ...order.amount, minor: BigInt(order.amount.minor) }
  const returnCode = row['return_code'] === null ? null : String(row['return_code'])
  return { order: { ...order, amount }, line, day: String(row['day']), returnCode }
}
