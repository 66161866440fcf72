// The books of a small bank: double entry, in one SQLite file or in memory. Every movement debits one
// account and credits another, so that the balances of all accounts always sum to zero. What is booked
// once under a key is never booked again, whatever is killed when.
import { DatabaseSync } from 'node:sqlite'
import type { Day, Money } from '@parley/sdk/protocol'

/** An account of the bank, in one currency. */
export interface Account {
  readonly iban: string
  readonly name: string
  readonly currency: string
}

/** An order to move money from an account of the bank to any account. */
export interface TransferOrder {
  /** The same key again books nothing and has the same outcome. */
  readonly key: string
  readonly debtorIban: string
  readonly creditor: { readonly name: string; readonly iban: string }
  readonly amount: Money
  readonly reference: string
  readonly endToEndId: string | null
  readonly day: Day
}

/** What became of an order: booked, or refused for good with a code of ISO 20022. */
export type Booked =
  | { readonly outcome: 'booked'; readonly bookingId: string }
  | { readonly outcome: 'refused'; readonly code: string }

/** A movement as one of its two accounts sees it. */
export interface Entry {
  readonly bookingId: string
  readonly kind: 'transfer' | 'return' | 'life' | 'opening'
  readonly day: Day
  /** Above zero: it came in. */
  readonly amount: Money
  readonly debtor: { readonly iban: string; readonly name: string }
  readonly creditor: { readonly iban: string; readonly name: string }
  readonly reference: string
  readonly endToEndId: string | null
  /** Why it was sent back; null for what was not. */
  readonly returnCode: string | null
}

/** The books. */
export interface Ledger {
  /** Opens an account; again it changes nothing. */
  open(account: Account): void
  account(iban: string): Account | undefined
  /** Refuses `AC01` (no such account), `AM03` (another currency) and `AM04` (not enough money). */
  transfer(order: TransferOrder): Booked
  /** Refuses an order for good, unless it is booked. */
  refuse(key: string, code: string): Booked
  outcomeOf(key: string): Booked | undefined
  /** Sends a booked transfer back; false when there is none or it is back already. */
  giveBack(key: string, code: string, day: Day): boolean
  /** Money from or to the world outside, such as salaries and rents; `minor` may be negative. */
  bookLife(iban: string, amount: Money, day: Day): void
  balance(iban: string, currency: string): bigint
  /** The balance before a day. */
  balanceBefore(iban: string, currency: string, day: Day): bigint
  /** The movements of an account from one day to another, both included. */
  entries(iban: string, from: Day, to: Day): readonly Entry[]
  /** What came in or was taken back on an account since the last time this was asked. */
  takeNews(iban: string): readonly Entry[]
  /** All balances together: zero, or the books are wrong. */
  sumOfAll(): bigint
  close(): void
}

const SCHEMA = `
pragma journal_mode = wal;
pragma synchronous = full;
create table if not exists accounts (
  iban text primary key, name text not null, currency text not null
) strict;
create table if not exists movements (
  id integer primary key,
  key text unique,
  kind text not null check (kind in ('transfer', 'return', 'life', 'opening')),
  day text not null,
  debit text not null,
  credit text not null check (credit <> debit),
  debit_name text not null,
  credit_name text not null,
  minor integer not null check (minor > 0),
  currency text not null,
  reference text not null,
  end_to_end_id text,
  return_code text,
  returns integer unique references movements (id)
) strict;
create index if not exists movements_debit on movements (debit, day);
create index if not exists movements_credit on movements (credit, day);
create table if not exists refusals (key text primary key, code text not null) strict;
create table if not exists notified (iban text primary key, up_to integer not null) strict;
`

/** The other side of what the bank does not see: salaries, rents, opening balances. */
const WORLD = 'WORLD'

const ENTRY = `select id, kind, day, debit, credit, debit_name, credit_name, currency, reference,
  end_to_end_id, return_code, case when credit = $iban then minor else -minor end as minor
  from movements where (debit = $iban or credit = $iban)`

/** Opens the books in a file, or in memory with `:memory:`. */
export function openLedger(file: string): Ledger {
  const db = new DatabaseSync(file, { timeout: 5000 })
  db.exec(SCHEMA)
  const statement = (sql: string) => {
    const prepared = db.prepare(sql)
    prepared.setReadBigInts(true)
    return prepared
  }
  const findAccount = statement('select iban, name, currency from accounts where iban = ?')
  const findMovement = statement('select * from movements where key = ?')
  const findRefusal = statement('select code from refusals where key = ?')
  const insert = statement(`insert into movements
    (key, kind, day, debit, credit, debit_name, credit_name, minor, currency, reference,
     end_to_end_id, return_code, returns)
    values ($key, $kind, $day, $debit, $credit, $debitName, $creditName, $minor, $currency,
     $reference, $endToEndId, $returnCode, $returns)`)
  const sum = statement(`select
    coalesce(sum(case when credit = $iban then minor else -minor end), 0) as minor
    from movements where (debit = $iban or credit = $iban) and currency = $currency and day < $day`)
  const between = statement(`${ENTRY} and day between $from and $to order by id`)
  const news = statement(`${ENTRY} and kind <> 'life' and
    id > coalesce((select up_to from notified where iban = $iban), 0) order by id`)
  const noteNews = statement(`insert into notified values ($iban, $id)
    on conflict (iban) do update set up_to = excluded.up_to`)
  const refuse = statement('insert into refusals values (?, ?)')
  const all = statement(`select coalesce(sum(minor), 0) as minor from
    (select minor from movements union all select -minor from movements)`)

  /** All or nothing, and alone among all processes that have the file open. */
  function atomically<T>(work: () => T): T {
    db.exec('begin immediate')
    try {
      const result = work()
      db.exec('commit')
      return result
    } catch (error) {
      db.exec('rollback')
      throw error
    }
  }

  function account(iban: string): Account | undefined {
    const row = findAccount.get(iban)
    if (row === undefined) return undefined
    return { iban, name: String(row['name']), currency: String(row['currency']) }
  }

  function balanceBefore(iban: string, currency: string, day: Day): bigint {
    return BigInt((sum.get({ iban, currency, day })?.['minor'] ?? 0n) as bigint)
  }

  const balance = (iban: string, currency: string) => balanceBefore(iban, currency, '9999-12-31')

  function outcomeOf(key: string): Booked | undefined {
    const movement = findMovement.get(key)
    if (movement !== undefined) {
      return { outcome: 'booked', bookingId: bookingIdOf(movement['id'] as bigint) }
    }
    const refusal = findRefusal.get(key)
    return refusal && { outcome: 'refused', code: String(refusal['code']) }
  }

  function refusalOf({ debtorIban, amount }: TransferOrder): string | null {
    const debtor = account(debtorIban)
    if (debtor === undefined) return 'AC01'
    if (debtor.currency !== amount.currency) return 'AM03'
    return balance(debtorIban, amount.currency) < amount.minor ? 'AM04' : null
  }

  function refuseNow(key: string, code: string): Booked {
    refuse.run(key, code)
    return { outcome: 'refused', code }
  }

  return {
    open({ iban, name, currency }) {
      db.prepare('insert into accounts values (?, ?, ?) on conflict do nothing').run(
        ...[iban, name, currency],
      )
    },
    account,
    transfer: (order) =>
      atomically(() => {
        const { key, debtorIban, creditor, amount, day, reference, endToEndId } = order
        const known = outcomeOf(key)
        if (known !== undefined) return known
        const code = refusalOf(order)
        if (code !== null) return refuseNow(key, code)
        const { lastInsertRowid } = insert.run({
          ...{ key, kind: 'transfer', day, debit: debtorIban, credit: creditor.iban },
          ...{ debitName: account(debtorIban)?.name ?? '', creditName: creditor.name },
          ...{ minor: amount.minor, currency: amount.currency, reference, endToEndId },
          ...{ returnCode: null, returns: null },
        })
        return { outcome: 'booked', bookingId: bookingIdOf(BigInt(lastInsertRowid)) }
      }),
    refuse: (key, code) => atomically(() => outcomeOf(key) ?? refuseNow(key, code)),
    outcomeOf,
    giveBack: (key, code, day) =>
      atomically(() => {
        const booked = findMovement.get(key)
        if (booked === undefined || findMovement.get(`return of ${key}`) !== undefined) return false
        insert.run({
          ...{ key: `return of ${key}`, kind: 'return', day },
          ...{ debit: text(booked, 'credit'), credit: text(booked, 'debit') },
          ...{ debitName: text(booked, 'credit_name'), creditName: text(booked, 'debit_name') },
          ...{ minor: booked['minor'] ?? 0n, currency: text(booked, 'currency') },
          ...{ reference: text(booked, 'reference'), endToEndId: booked['end_to_end_id'] ?? null },
          ...{ returnCode: code, returns: booked['id'] ?? null },
        })
        return true
      }),
    bookLife(iban, { minor, currency }, day) {
      if (minor === 0n) return
      const [debit, credit] = minor > 0n ? [WORLD, iban] : [iban, WORLD]
      insert.run({
        ...{ key: null, kind: 'life', day, debit, credit, debitName: '', creditName: '' },
        ...{ minor: minor > 0n ? minor : -minor, currency, reference: '', endToEndId: null },
        ...{ returnCode: null, returns: null },
      })
    },
    balance,
    balanceBefore,
    entries: (iban, from, to) => between.all({ iban, from, to }).map(entryOf),
    takeNews: (iban) =>
      atomically(() => {
        const rows = news.all({ iban })
        const last = rows.at(-1)
        if (last !== undefined) noteNews.run({ iban, id: last['id'] ?? 0n })
        return rows.map(entryOf)
      }),
    sumOfAll: () => BigInt((all.get()?.['minor'] ?? 0n) as bigint),
    close: () => db.close(),
  }
}

type Row = Record<string, unknown>

function entryOf(row: Row): Entry {
  return {
    bookingId: bookingIdOf(row['id'] as bigint),
    kind: row['kind'] as Entry['kind'],
    day: text(row, 'day'),
    amount: { minor: row['minor'] as bigint, currency: text(row, 'currency') },
    debtor: { iban: text(row, 'debit'), name: text(row, 'debit_name') },
    creditor: { iban: text(row, 'credit'), name: text(row, 'credit_name') },
    reference: text(row, 'reference'),
    endToEndId: row['end_to_end_id'] === null ? null : text(row, 'end_to_end_id'),
    returnCode: row['return_code'] === null ? null : text(row, 'return_code'),
  }
}

function text(row: Row, name: string): string {
  return String(row[name])
}

function bookingIdOf(id: bigint): string {
  return `LB${String(id).padStart(8, '0')}`
}
