// Reads JSON files of the catalog and checks each against its schema. Faults are collected, so that an
// operator sees all of them at once.

import { readdirSync, readFileSync } from 'node:fs'
import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js'

/** The folder that the server ships with. */
export const SHIPPED_CATALOG = new URL('../catalog/', import.meta.url)

/** A kind of file: its folder, the schema in that folder, and what the schema cannot say. */
export interface CatalogKind<T> {
  readonly folder: URL
  readonly schema: string
  readonly findFaults: (content: T) => readonly string[]
}

/**
 * Loads every file of a kind by its id, which is also the name of the file. What is wrong is added to
 * `faults`, one line each with the file; only sound files are returned.
 */
export function loadKind<T extends { readonly id: string }>(
  { folder, schema, findFaults }: CatalogKind<T>,
  faults: string[],
): ReadonlyMap<string, T> {
  const content = readJson(new URL(schema, folder), faults)
  if (!isTable(content)) return new Map()
  // The schema ships with us and a test checks it; compiling its meta-schema would double the start.
  const ajv = new Ajv2020({ allErrors: true, validateSchema: false, meta: false })
  const validate = ajv.compile<T>(content)
  const names = readdirSync(folder).filter((name) => name.endsWith('.json') && name !== schema)
  const loaded = names.sort().flatMap((name) => {
    const before = faults.length
    const file = readJson(new URL(name, folder), faults)
    if (faults.length > before) return []
    if (!validate(file)) {
      faults.push(
        ...(validate.errors ?? []).map((it) => `${pathOf(folder, name)}: ${describe(it)}`),
      )
      return []
    }
    const found = [...findFaults(file)]
    // One name for one file also means that no two files can claim the same id.
    if (`${file.id}.json` !== name) found.push(`id "${file.id}" is not the name of the file`)
    faults.push(...found.map((fault) => `${pathOf(folder, name)}: ${fault}`))
    return found.length === 0 ? [[file.id, file] as const] : []
  })
  return new Map(loaded)
}

/** Reads a JSON file; undefined with a fault where that fails. */
export function readJson(file: URL, faults: string[]): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    faults.push(`${file.pathname.split('/').slice(-2).join('/')}: ${reason}`)
    return undefined
  }
}

/** @throws {Error} whose message lists the faults, if there are any. */
export function refuseFaults(faults: readonly string[]): void {
  if (faults.length === 0) return
  throw new Error(`the catalog has ${faults.length} fault(s):\n${faults.join('\n')}`)
}

export function isTable(content: unknown): content is Record<string, unknown> {
  return typeof content === 'object' && content !== null && !Array.isArray(content)
}

function pathOf(folder: URL, name: string): string {
  return `${folder.pathname.split('/').at(-2)}/${name}`
}

function describe({ instancePath, message, params }: ErrorObject): string {
  return `${instancePath || '/'} ${message ?? 'is not valid'} ${JSON.stringify(params)}`
}
