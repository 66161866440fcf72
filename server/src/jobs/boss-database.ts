// Lets pg-boss work over the server's own pool, on PostgreSQL and on the embedded store alike.

import pg from 'pg'
import type { Db } from 'pg-boss'

/**
 * The driver's own types, which pg-boss expects, instead of those of the server's pool. An array,
 * because the driver also hands the object on as its list of parameter types, which is empty.
 */
const DRIVER_TYPES: pg.CustomTypesConfig = Object.assign([], {
  getTypeParser: pg.types.getTypeParser,
})

/**
 * Adapts the pool. A script of pg-boss opens a transaction of its own, which must not outlive a
 * failure: the connection is shared.
 */
export function bossDatabase(pool: pg.Pool): Db {
  return {
    async executeSql(text, values) {
      if (values === undefined || values.length === 0) return await runScript(pool, text)
      return await pool.query({ text, values, types: DRIVER_TYPES })
    },
  }
}

async function runScript(pool: pg.Pool, text: string): Promise<{ rows: unknown[] }> {
  const client = await pool.connect()
  try {
    // A script of several statements has one result for each.
    const results = [await client.query({ text, types: DRIVER_TYPES })].flat()
    return { rows: results.flatMap(({ rows }) => rows) }
  } catch (error) {
    await client.query('rollback')
    throw error
  } finally {
    client.release()
  }
}
