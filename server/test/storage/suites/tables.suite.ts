// tables.ts and its areas say to the compiler what the migrations say to the database; compared here.
import { readdirSync, readFileSync } from 'node:fs'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'
import type { OpenedStore } from './opened-store.ts'

const storage = new URL('../../../src/storage/', import.meta.url)

/** The type of a column in TypeScript, by its type in the database. */
const TYPES: Readonly<Record<string, string>> = {
  text: 'string',
  date: 'string',
  integer: 'number',
  bigint: 'number',
  numeric: 'bigint',
  boolean: 'boolean',
  bytea: 'Buffer',
  jsonb: 'Json',
  ARRAY: 'string[]',
}

type Columns = Record<string, string>

/** Each table of tables.ts with its columns: `Generated<bigint>`, `string | null`, `Json` … */
function declaredTables(): Record<string, Columns> {
  const areas = readdirSync(new URL('tables/', storage)).map((area) => `tables/${area}`)
  const interfaces = new Map<string, Columns>()
  for (const file of ['tables.ts', ...areas]) {
    const text = readFileSync(new URL(file, storage), 'utf8')
    const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest)
    source.forEachChild((node) => {
      if (!ts.isInterfaceDeclaration(node)) return
      const members = node.members.filter(ts.isPropertySignature).map((member) => {
        const type = member.type?.getText(source) ?? ''
        return [member.name.getText(source), type.replace(/^Json<.*>( \| null)?$/s, 'Json$1')]
      })
      interfaces.set(node.name.text, Object.fromEntries(members) as Columns)
    })
  }
  const tables = interfaces.get('Tables') ?? {}
  return Object.fromEntries(
    Object.entries(tables).map(([table, type]) => [table, interfaces.get(type) ?? {}]),
  )
}

const MIGRATED = `
  select table_name, column_name, data_type, is_nullable = 'YES' as is_nullable,
    column_default is not null or is_identity = 'YES' as is_generated,
    is_generated = 'ALWAYS' as is_computed
  from information_schema.columns
  where table_schema = 'public' and table_name <> 'schema_migrations'
  order by table_name, ordinal_position`

interface Row {
  table_name: string
  column_name: string
  data_type: string
  is_nullable: boolean
  is_generated: boolean
  is_computed: boolean
}

function expectedType({ data_type, is_nullable, is_generated, is_computed }: Row): string {
  const type = TYPES[data_type] ?? `no type for ${data_type}`
  const whole = is_nullable ? `${type} | null` : type
  if (is_computed) return `GeneratedAlways<${whole}>`
  // jsonb columns are always written, whatever their default.
  return is_generated && type !== 'Json' ? `Generated<${whole}>` : whole
}

export function tablesSuite(opened: OpenedStore): void {
  describe('tables.ts', () => {
    it('names every table and column of the migrated store, with its type', async () => {
      const { rows } = await opened.get().pool.query<Row>(MIGRATED)
      const migrated: Record<string, Columns> = {}
      for (const row of rows) {
        const columns = migrated[row.table_name] ?? {}
        columns[row.column_name] = expectedType(row)
        migrated[row.table_name] = columns
      }
      expect(Object.keys(migrated).length).toBeGreaterThan(20)
      expect(declaredTables()).toEqual(migrated)
    })
  })
}
