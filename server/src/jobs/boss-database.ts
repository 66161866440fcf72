// Lets pg-boss work over the server's own pool, on PostgreSQL and on the embedded store alike.
import { createHash } from 'node:crypto'
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
 * Adapts the pool. Single statements are prepared once for each connection, which more than halves
 * their cost. A script may open a transaction of its own; it must not outlive a failure, because
 * the connection is shared.
 */
export function bossDatabase(pool: pg.Pool): Db {
  const names = new Map<string, string>()
  return {
    async executeSql(text, values = []) {
      if (values.length === 0 && text.includes(';')) return await runScript(pool, text)
      const name = nameOf(names, text)
      return await pool.query({ ...name, text, values, types: DRIVER_TYPES })
    },
  }
}

/** pg-boss writes queue names into its statements; should it write more, the rest stays unnamed. */
const MAX_NAMES = 200

function nameOf(names: Map<string, string>, text: string): { name?: string } {
  const known = names.get(text)
  if (known !== undefined) return { name: known }
  if (names.size >= MAX_NAMES) return {}
  const name = `b${createHash('sha256').update(text).digest('base64url').slice(0, 20)}`
  names.set(text, name)
  return { name }
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
