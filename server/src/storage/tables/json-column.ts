import type { ColumnType } from 'kysely'

/** A jsonb column: read as its value, written as JSON text (pg would make arrays of arrays). */
export type Json<T> = ColumnType<T, string, string>
