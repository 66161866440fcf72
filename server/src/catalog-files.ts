// Reads the catalog folder once at start: texts, journeys, channels and words of answers. Everything is checked before the
// server takes its first request, and every fault is reported at once. The only reader of the folder.

import { readdirSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js'
import { type ChannelMatrix, findChannelFaults } from './domain/channels/channel-matrix.ts'
import { findJourneyFaults } from './domain/dunning/check-journey.ts'
import type { Journey } from './domain/dunning/journey.ts'
import type { ReplyWordCatalog, ReplyWords } from './domain/incoming/reply-words.ts'
import { findTextFaults, type UncheckedTexts } from './domain/wording/check-texts.ts'
import { LANGUAGES, type Language } from './domain/wording/language.ts'
import type { TextCatalogs } from './domain/wording/text-catalog.ts'
import { createWording, type Wording } from './domain/wording/wording.ts'

/** What the server knows from its catalog folder. */
export interface Catalog {
  readonly wording: Wording
  /** The shipped journeys by id. */
  readonly journeys: ReadonlyMap<string, Journey>
  /** Which channel may carry which tone to whom. */
  readonly channels: ChannelMatrix
  /** The words by which answers of people are read. */
  readonly replyWords: ReplyWordCatalog
}

const SHIPPED_CATALOG = new URL('../catalog/', import.meta.url)
const JOURNEY_SCHEMA = 'journey.schema.json'

/**
 * Loads and checks the texts of all languages and all journeys of a catalog folder.
 *
 * @throws {Error} whose message lists every fault, one a line, each with its file: a file that is
 * missing or no JSON, texts that differ between languages, a journey that breaks its schema or
 * could not run.
 */
export function loadCatalog(directory: URL = SHIPPED_CATALOG): Catalog {
  const faults: string[] = []
  const texts = loadTexts(new URL('texts/', directory), faults)
  const journeys = loadJourneys(new URL('journeys/', directory), faults)
  const channels = loadChannels(directory, faults)
  const replyWords = loadReplyWords(new URL('incoming/', directory), faults)
  if (faults.length > 0) {
    throw new Error(`the catalog has ${faults.length} fault(s):\n${faults.join('\n')}`)
  }
  // The check above has proved what the types say: nothing is missing.
  return {
    wording: createWording(texts as TextCatalogs),
    journeys,
    channels: channels as ChannelMatrix,
    replyWords: replyWords as ReplyWordCatalog,
  }
}

function loadTexts(folder: URL, faults: string[]): Record<Language, UncheckedTexts> {
  const before = faults.length
  const files = LANGUAGES.map((language) => {
    const content = readJson(new URL(`${language}.json`, folder), faults)
    return [language, isTable(content) ? content : {}] as const
  })
  const texts = Object.fromEntries(files) as Record<Language, UncheckedTexts>
  if (faults.length === before) faults.push(...findTextFaults(texts).map((it) => `texts/${it}`))
  return texts
}

function loadJourneys(folder: URL, faults: string[]): ReadonlyMap<string, Journey> {
  const schema = readJson(new URL(JOURNEY_SCHEMA, folder), faults)
  if (!isTable(schema)) return new Map()
  // The schema ships with us and a test checks it; compiling its meta-schema would double the start.
  const ajv = new Ajv2020({ allErrors: true, validateSchema: false, meta: false })
  const validate = ajv.compile<Journey>(schema)
  const journeys = listJson(folder).flatMap((file) => {
    const journey = loadJourney(new URL(file, folder), validate, faults)
    return journey === null ? [] : [[journey.id, journey] as const]
  })
  return new Map(journeys)
}

function loadJourney(
  file: URL,
  validate: ValidateFunction<Journey>,
  faults: string[],
): Journey | null {
  const name = basename(file.pathname)
  const content = readJson(file, faults)
  if (content === undefined) return null
  if (!validate(content)) {
    faults.push(...(validate.errors ?? []).map((it) => `journeys/${name}: ${describe(it)}`))
    return null
  }
  const found = findJourneyFaults(content)
  // One name for one journey also means that no two files can claim the same id.
  if (`${content.id}.json` !== name) found.push(`id "${content.id}" is not the name of the file`)
  faults.push(...found.map((fault) => `journeys/${name}: ${fault}`))
  return content
}

function loadChannels(directory: URL, faults: string[]): ChannelMatrix | undefined {
  const schema = new URL('channels.schema.json', directory)
  const file = new URL('channels.json', directory)
  const matrix = loadValid<ChannelMatrix>([file], schema, faults)[0]
  if (matrix !== undefined) {
    faults.push(...findChannelFaults(matrix).map((it) => `channels.json: ${it}`))
  }
  return matrix
}

function loadReplyWords(folder: URL, faults: string[]): Partial<ReplyWordCatalog> {
  const schema = new URL('reply-words.schema.json', folder)
  const files = LANGUAGES.map((language) => new URL(`${language}.json`, folder))
  const words = loadValid<ReplyWords>(files, schema, faults)
  return Object.fromEntries(LANGUAGES.map((language, index) => [language, words[index]]))
}

/** The files that fit their schema, in order; undefined in the place of each that does not. */
function loadValid<T>(files: readonly URL[], schemaFile: URL, faults: string[]): (T | undefined)[] {
  const schema = readJson(schemaFile, faults)
  if (!isTable(schema)) return []
  const ajv = new Ajv2020({ allErrors: true, validateSchema: false, meta: false })
  const validate = ajv.compile<T>(schema)
  return files.map((file) => {
    const content = readJson(file, faults)
    if (content === undefined || validate(content)) return content as T | undefined
    const name = file.pathname.split('/').slice(-2).join('/')
    faults.push(...(validate.errors ?? []).map((it) => `${name}: ${describe(it)}`))
    return undefined
  })
}

function listJson(folder: URL): string[] {
  const names = readdirSync(folder).filter((name) => name.endsWith('.json'))
  return names.filter((name) => name !== JOURNEY_SCHEMA).sort()
}

function readJson(file: URL, faults: string[]): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    faults.push(`${file.pathname.split('/').slice(-2).join('/')}: ${reason}`)
    return undefined
  }
}

function describe({ instancePath, message, params }: ErrorObject): string {
  return `${instancePath || '/'} ${message ?? 'is not valid'} ${JSON.stringify(params)}`
}

function isTable(content: unknown): content is Record<string, unknown> {
  return typeof content === 'object' && content !== null && !Array.isArray(content)
}
