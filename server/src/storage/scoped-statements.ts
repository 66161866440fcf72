// Runs every statement in the scope of whoever asks. The creditor is named to the database in the same
// round trip and the same transaction as the statement itself: nothing of it stays with a connection,
// and who gets it next begins with no rows.
import type { PostgresPool } from 'kysely'
import pg from 'pg'
import { presentScope, type Scope } from './creditor-scope.ts'
import { isStoreAway } from './store-away.ts'

/** The connections that statements go out on. */
export interface Ways {
  /** For one creditor. */
  creditor: pg.Pool
  across: pg.Pool
  /** One pool serves both ways: the role of a creditor's work is taken up with each transaction. */
  isShared: boolean
  /** What a statement outside of any scope meets. */
  outside: 'all-rows' | 'no-rows'
}

/** One statement for the driver. */
export interface Statement {
  name?: string
  text: string
  values: unknown[]
}

/** Runs single statements. */
export interface StatementRunner {
  query<Row extends object>(statement: Statement): Promise<{ rows: Row[] }>
}

const NAMING = 'parley-creditor'
const TAKE_ROLE = "set_config('role', 'parley_creditor', true)"

/** Prepares on a new connection the statement that names a creditor. */
export async function prepareNaming(
  client: pg.ClientBase,
  { isShared }: Pick<Ways, 'isShared'>,
): Promise<void> {
  const role = isShared ? ` or ${TAKE_ROLE} is null` : ''
  // It returns no row, so that all rows are those of the statement that follows.
  const text = `select where set_config('parley.creditor', $1, true) is null${role}`
  await client.query(`prepare "${NAMING}"(text) as ${text}`)
}

/** The pool for Kysely: a connection keeps to the scope in which it was asked for. */
export function scopedPool(ways: Ways, named: (text: string) => Partial<Statement>): PostgresPool {
  const connect = async () => {
    const scope = scopeOf(ways)
    const pool = scope === 'across' ? ways.across : ways.creditor
    const client = await pool.connect()
    const run = scope === 'across' ? plainly(client) : forOne(client, scope.creditorId, ways)
    let lost: unknown
    return {
      async query(text: string, values: readonly unknown[]) {
        // Whatever is asked behind a statement without an answer, a rollback too, would wait for it.
        if (lost !== undefined) throw lost
        try {
          return await run({ ...named(text), text, values: [...values] })
        } catch (error) {
          if (isStoreAway(error)) lost = error
          throw error
        }
      },
      release: () => client.release(lost !== undefined),
    }
  }
  return { connect, end: async () => {} } as unknown as PostgresPool
}

/** Runs single statements past Kysely, in the present scope. */
export function scopedRunner(ways: Ways): StatementRunner {
  return {
    async query<Row extends object>(statement: Statement) {
      const scope = scopeOf(ways)
      if (scope === 'across') return await ways.across.query<Row>(statement)
      const client = await ways.creditor.connect()
      let isLost = false
      try {
        return (await naming(client, scope.creditorId, statement)) as { rows: Row[] }
      } catch (error) {
        isLost = isStoreAway(error)
        throw error
      } finally {
        client.release(isLost)
      }
    },
  }
}

function scopeOf({ outside }: Ways): Scope {
  return presentScope() ?? (outside === 'all-rows' ? 'across' : { creditorId: '' })
}

type Run = (statement: Statement) => Promise<unknown>

const plainly =
  (client: pg.PoolClient): Run =>
  (statement) =>
    client.query(statement)

/** A transaction is named for its creditor where it begins, a statement outside of one by itself. */
function forOne(client: pg.PoolClient, creditorId: string, ways: Ways): Run {
  let isInTransaction = false
  return async (statement) => {
    const { text } = statement
    if (/^(begin|start transaction)\b/.test(text)) {
      isInTransaction = true
      return await client.query(`${text}; ${namingText(creditorId, ways)}`)
    }
    if (text === 'commit' || text === 'rollback') isInTransaction = false
    else if (!isInTransaction) return await naming(client, creditorId, statement)
    return await client.query(statement)
  }
}

function namingText(creditorId: string, { isShared }: Ways): string {
  const name = `set_config('parley.creditor', ${pg.escapeLiteral(creditorId)}, true)`
  return isShared ? `select ${name}, ${TAKE_ROLE}` : `select ${name}`
}

/** A query of the driver with what its types leave out. */
type DriverQuery = pg.Query & {
  handleCommandComplete(message: unknown, connection: pg.Connection): void
}

/** Runs a statement behind the one that names its creditor; the two are one transaction. */
function naming(client: pg.PoolClient, creditorId: string, statement: Statement): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const done = (error: Error | undefined, result: unknown) =>
      error ? reject(error) : resolve(result)
    // Without values it would be sent by itself.
    const query = new pg.Query({ ...statement, queryMode: 'extended' } as pg.QueryConfig, done)
    client.query(behindNaming(query as DriverQuery, creditorId))
  })
}

function behindNaming(query: DriverQuery, creditorId: string): DriverQuery {
  const { submit, handleCommandComplete } = query
  let isNamed = false
  query.submit = (connection) => {
    // The engine of the embedded store has no socket to hold back.
    connection.stream.cork?.()
    connection.bind({ statement: NAMING, values: [creditorId] }, true)
    connection.execute({}, true)
    const failed = submit.call(query, connection)
    connection.stream.uncork?.()
    return failed
  }
  query.handleCommandComplete = (message, connection) => {
    if (isNamed) handleCommandComplete.call(query, message, connection)
    isNamed = true
  }
  return query
}
