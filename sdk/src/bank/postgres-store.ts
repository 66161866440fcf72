// The public surface of `@parley/sdk/bank/postgres`: a bank's store in PostgreSQL, over any driver
// that runs a statement with numbered parameters, such as `pg`.

import { parseRecord, recordText } from '../peer/record-text.ts'
import type { CustomerRecord } from './customer.ts'
import type { JournalEntry } from './journal-entry.ts'
import { type BankStore, JOURNAL_PAGE, NO_SWITCHES, type SwitchRecord } from './store.ts'

/**
 * Runs one statement with parameters `$1`, `$2`, … and returns its rows as objects: `pool.query` of
 * `pg`. A statement is a transaction of its own; isolation `read committed` is enough.
 */
export type PostgresQuery = (
  statement: string,
  parameters: readonly unknown[],
) => Promise<{ readonly rows: ReadonlyArray<Readonly<Record<string, unknown>>> }>

/**
 * The statements that make the tables of the store, in this order; running them again changes nothing.
 * A record is JSON text, since what was signed must come back as it was; the keys of agents are an
 * index of it.
 */
export const POSTGRES_SCHEMA: readonly string[] = [
  `create table if not exists parley_bank_customers (
  customer_id text primary key,
  version bigint not null check (version > 0),
  agent_kids text[] not null,
  record text not null
)`,
  `create index if not exists parley_bank_customers_agent_kids
  on parley_bank_customers using gin (agent_kids)`,
  `create table if not exists parley_bank_switches (
  only_one boolean primary key check (only_one),
  version bigint not null check (version > 0),
  record text not null
)`,
  `create table if not exists parley_bank_journal (
  owner text not null,
  seq bigint not null check (seq > 0),
  entry text not null,
  primary key (owner, seq)
)`,
  `create table if not exists parley_bank_agreements (
  agreement_id text primary key,
  jws text not null
)`,
]

/** The journal of the operator's switches; the ids of customers are prefixed. */
const OPERATOR = 'operator'
const ownerOf = (customerId: string) => `customer ${customerId}`

/** The entries of a save are written in its statement: a save that loses writes none of them. */
const WITH_JOURNAL = `, journal as (
  insert into parley_bank_journal (owner, seq, entry)
  select $1, numbered.seq, numbered.entry
  from saved, unnest($2::bigint[], $3::text[]) as numbered (seq, entry)
)
select count(*)::int as count from saved`

const INSERT_CUSTOMER = `with saved as (
  insert into parley_bank_customers (customer_id, version, agent_kids, record)
  values ($4, $5, $6, $7) on conflict do nothing returning 1
)${WITH_JOURNAL}`

const UPDATE_CUSTOMER = `with saved as (
  update parley_bank_customers set version = $5, agent_kids = $6, record = $7
  where customer_id = $4 and version = $5::bigint - 1 returning 1
)${WITH_JOURNAL}`

const INSERT_SWITCHES = `with saved as (
  insert into parley_bank_switches (only_one, version, record)
  values (true, $4, $5) on conflict do nothing returning 1
)${WITH_JOURNAL}`

const UPDATE_SWITCHES = `with saved as (
  update parley_bank_switches set version = $4, record = $5
  where version = $4::bigint - 1 returning 1
)${WITH_JOURNAL}`

/**
 * Makes the tables of the store where they are missing.
 *
 * @example
 * import { createPostgresTables, type PostgresQuery } from '@parley/sdk/bank/postgres'
 * declare const pool: { readonly query: PostgresQuery }
 * await createPostgresTables((statement, parameters) => pool.query(statement, parameters))
 */
export async function createPostgresTables(query: PostgresQuery): Promise<void> {
  for (const statement of POSTGRES_SCHEMA) await query(statement, [])
}

/**
 * Opens a store in PostgreSQL. Any number of processes may share it.
 *
 * @example
 * import { createPostgresBankStore, type PostgresQuery } from '@parley/sdk/bank/postgres'
 * declare const pool: { readonly query: PostgresQuery }
 * const store = createPostgresBankStore((text, parameters) => pool.query(text, parameters))
 * console.log(await store.customerIds())
 */
export function createPostgresBankStore(query: PostgresQuery): BankStore {
  async function texts(statement: string, ...parameters: unknown[]): Promise<string[]> {
    const { rows } = await query(statement, parameters)
    return rows.map(({ text }) => String(text))
  }

  async function save(
    statement: string,
    owner: string,
    { entries, values }: { readonly entries: readonly JournalEntry[]; readonly values: unknown[] },
  ): Promise<boolean> {
    const seqs = entries.map(({ seq }) => seq)
    const { rows } = await query(statement, [owner, seqs, entries.map(recordText), ...values])
    return Number(rows[0]?.['count']) === 1
  }

  return {
    async customer(customerId) {
      const found = 'select record as text from parley_bank_customers where customer_id = $1'
      return firstOf<CustomerRecord>(await texts(found, customerId))
    },
    async customerOfKey(kid) {
      const found = 'select record as text from parley_bank_customers where agent_kids @> $1'
      return firstOf<CustomerRecord>(await texts(found, [kid]))
    },
    customerIds: () =>
      texts('select customer_id as text from parley_bank_customers order by customer_id'),
    saveCustomer(record, entries) {
      const { customerId, version, agentKeys } = record
      const kids = agentKeys.map(({ kid }) => kid)
      const values = [customerId, version, kids, recordText(record)]
      const statement = version === 1 ? INSERT_CUSTOMER : UPDATE_CUSTOMER
      return save(statement, ownerOf(customerId), { entries, values })
    },
    async switches() {
      const found = await texts('select record as text from parley_bank_switches')
      return firstOf<SwitchRecord>(found) ?? NO_SWITCHES
    },
    saveSwitches(record, entries) {
      const statement = record.version === 1 ? INSERT_SWITCHES : UPDATE_SWITCHES
      const values = [record.version, recordText(record)]
      return save(statement, OPERATOR, { entries, values })
    },
    async journal(customerId, { after = 0, limit = JOURNAL_PAGE } = {}) {
      const page = `select entry as text from parley_bank_journal
        where owner = $1 and seq > $2 order by seq limit $3`
      const owner = customerId === null ? OPERATOR : ownerOf(customerId)
      return (await texts(page, owner, after, limit)).map(
        (text) => parseRecord(text) as JournalEntry,
      )
    },
    async keepAgreement(agreementId, jws) {
      const keep = `insert into parley_bank_agreements (agreement_id, jws)
        values ($1, $2) on conflict do nothing`
      await query(keep, [agreementId, jws])
    },
    async agreement(agreementId) {
      const found = 'select jws as text from parley_bank_agreements where agreement_id = $1'
      return (await texts(found, agreementId))[0]
    },
  }
}

function firstOf<Kept>([text]: readonly string[]): Kept | undefined {
  return text === undefined ? undefined : (parseRecord(text) as Kept)
}
