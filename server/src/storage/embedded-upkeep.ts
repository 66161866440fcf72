// The embedded store has no autovacuum: its plans would stay those of empty tables, and a look-up by
// key would read all rows of a creditor. This does what autovacuum does elsewhere, by its own rule.
import type pg from 'pg'

/** Autovacuum's defaults: so many rows, and this share of the table, have changed. */
const ROWS = 50
const SHARE = 0.2

const CHANGED_TABLES = `
  select format('%I.%I', s.schemaname, s.relname) as name,
    s.n_dead_tup > ${ROWS} + ${SHARE} * greatest(c.reltuples, 0) as has_dead_rows
  from pg_stat_user_tables s join pg_class c on c.oid = s.relid
  where s.n_dead_tup > ${ROWS} + ${SHARE} * greatest(c.reltuples, 0)
    or s.n_mod_since_analyze > ${ROWS} + ${SHARE} * greatest(c.reltuples, 0)
  order by name`

/**
 * Clears dead rows away and takes statistics anew where much has changed since the last time;
 * returns the names of those tables. Statements that are prepared are planned again.
 */
export async function refreshChangedTables(pool: pg.Pool): Promise<readonly string[]> {
  // This very connection made the changes; its counts are otherwise up to a minute behind.
  await pool.query('select pg_stat_force_next_flush()')
  const { rows } = await pool.query<{ name: string; has_dead_rows: boolean }>(CHANGED_TABLES)
  for (const { name, has_dead_rows: hasDeadRows } of rows) {
    await pool.query(hasDeadRows ? `vacuum (analyze) ${name}` : `analyze ${name}`)
  }
  return rows.map(({ name }) => name)
}
