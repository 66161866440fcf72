// A row of each creditor in every table, whatever tables there are. What a row may say is beside the
// point, so constraints go first: the database is the test's own.
import type { Store } from '../../src/storage/database.ts'

export interface TableOfCreditors {
  name: string
  /** Writes a row of a creditor. */
  insertFor(creditorId: string): string
}

interface Column {
  table: string
  name: string
  type: string
  identity: string
}

const COLUMNS = `
  select c.relname as "table", a.attname as name, format_type(a.atttypid, null) as type,
    a.attidentity as identity
  from pg_class c join pg_attribute a on a.attrelid = c.oid
  where c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace
    and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
  order by c.relname, a.attnum`

const CONSTRAINTS = `
  select format('alter table %s drop constraint %I cascade', conrelid::regclass, conname) as drop
  from pg_constraint
  where contype in ('c', 'f') and connamespace = 'public'::regnamespace`

/** Every table with a creditor_id, by the catalog, with a row of each creditor in it. */
export async function fillTables(
  { pool }: Pick<Store, 'pool'>,
  creditorIds: readonly string[],
): Promise<TableOfCreditors[]> {
  const { rows: constraints } = await pool.query<{ drop: string }>(CONSTRAINTS)
  for (const { drop } of constraints) await pool.query(drop)
  const { rows } = await pool.query<Column>(COLUMNS)
  const tables = [...Map.groupBy(rows, ({ table }) => table)]
    .filter(([, columns]) => columns.some(({ name }) => name === 'creditor_id'))
    .map(([name, columns]) => ({
      name,
      insertFor: (creditorId: string) => insertInto(name, columns, creditorId),
    }))
  for (const table of tables) {
    for (const creditorId of creditorIds) await pool.query(table.insertFor(creditorId))
  }
  return tables
}

function insertInto(table: string, columns: readonly Column[], creditorId: string): string {
  const names = columns.map(({ name }) => name).join(', ')
  const values = columns.map((column) => fillerOf(column, creditorId)).join(', ')
  return `insert into ${table} (${names}) overriding system value values (${values})`
}

/** Different for each creditor, so that no key is taken. */
function fillerOf({ name, type }: Column, creditorId: string): string {
  if (name === 'creditor_id') return `'${creditorId}'`
  if (type === 'text') return `'${name} of ${creditorId}'`
  if (type === 'bytea') return `convert_to('${creditorId}', 'UTF8')`
  if (type === 'jsonb') return `'{}'`
  if (type === 'date') return `'2026-03-10'`
  if (type === 'boolean') return 'true'
  if (type === 'text[]') return `'{}'`
  return String(creditorId.charCodeAt(creditorId.length - 1))
}
