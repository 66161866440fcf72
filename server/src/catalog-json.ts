// Reads JSON files of the catalog and checks each against its schema. Faults are collected, so that an
// operator sees all of them at once.

import { readdirSync, readFileSync } from 'node:fs'
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js'

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
  const validate = validatorOf<T>(new URL(schema, folder), faults)
  if (validate === undefined) return new Map()
  const names = readdirSync(folder).filter((name) => name.endsWith('.json') && name !== schema)
  const loaded = names.sort().flatMap((name) => {
    const file = new URL(name, folder)
    const sound = readSound({ file, validate, findFaults }, faults)
    if (sound === undefined) return []
    // One name for one file also means that no two files can claim the same id.
    if (`${sound.id}.json` === name) return [[sound.id, sound] as const]
    faults.push(`${pathOf(file)}: id "${sound.id}" is not the name of the file`)
    return []
  })
  return new Map(loaded)
}

/** Loads one file of a kind from anywhere, under any name; undefined with its faults. */
export function loadFile<T>(
  { file, schema, findFaults }: { file: URL; schema: URL } & Pick<CatalogKind<T>, 'findFaults'>,
  faults: string[],
): T | undefined {
  const validate = validatorOf<T>(schema, faults)
  return validate && readSound({ file, validate, findFaults }, faults)
}

function validatorOf<T>(schema: URL, faults: string[]): ValidateFunction<T> | undefined {
  const content = readJson(schema, faults)
  if (!isTable(content)) return undefined
  // The schema ships with us and a test checks it; compiling its meta-schema would double the start.
  return new Ajv2020({ allErrors: true, validateSchema: false, meta: false }).compile<T>(content)
}

interface Unread<T> extends Pick<CatalogKind<T>, 'findFaults'> {
  readonly file: URL
  readonly validate: ValidateFunction<T>
}

function readSound<T>({ file, validate, findFaults }: Unread<T>, faults: string[]): T | undefined {
  const before = faults.length
  const content = readJson(file, faults)
  if (faults.length > before) return undefined
  if (!validate(content)) {
    faults.push(...(validate.errors ?? []).map((it) => `${pathOf(file)}: ${describe(it)}`))
    return undefined
  }
  faults.push(...findFaults(content).map((fault) => `${pathOf(file)}: ${fault}`))
  return faults.length === before ? content : undefined
}

/** Reads a JSON file; undefined with a fault where that fails. */
export function readJson(file: URL, faults: string[]): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    faults.push(`${pathOf(file)}: ${reason}`)
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

/** The name of a file with its folder. */
function pathOf({ pathname }: URL): string {
  return pathname.split('/').slice(-2).join('/')
}

function describe({ instancePath, message, params }: ErrorObject): string {
  return `${instancePath || '/'} ${message ?? 'is not valid'} ${JSON.stringify(params)}`
}
