// Reads the catalog folder once at start: texts, journeys, channels and words of answers. Everything is
// checked before the server takes its first request, and every fault is reported at once. The law is in
// `law-files.ts`.

import { isTable, loadFile, readJson, refuseFaults, SHIPPED_CATALOG } from './catalog-json.ts'
import { type ChannelMatrix, findChannelFaults } from './domain/channels/channel-matrix.ts'
import type { ReplyWordCatalog, ReplyWords } from './domain/incoming/reply-words.ts'
import { findTextFaults, type UncheckedTexts } from './domain/wording/check-texts.ts'
import { LANGUAGES, type Language } from './domain/wording/language.ts'
import type { TextCatalogs } from './domain/wording/text-catalog.ts'
import { createWording, type Wording } from './domain/wording/wording.ts'
import { type JourneyCatalog, readJourneys } from './journey-files.ts'

/** What the server knows from its catalog folder. */
export interface Catalog extends JourneyCatalog {
  readonly wording: Wording
  /** What carriers take: which channel carries which tone to whom. */
  readonly channels: ChannelMatrix
  /** The words by which answers of people are read. */
  readonly replyWords: ReplyWordCatalog
}

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
  const journeys = readJourneys(directory, faults)
  const channels = loadChannels(directory, faults)
  const replyWords = loadReplyWords(new URL('incoming/', directory), faults)
  refuseFaults(faults)
  // The check above has proved what the types say: nothing is missing.
  return {
    wording: createWording(texts as TextCatalogs),
    ...journeys,
    channels: channels as ChannelMatrix,
    replyWords: replyWords as ReplyWordCatalog,
  }
}

/** Loads the matrix of channels alone. @throws {Error} that lists every fault. */
export function loadCarriers(directory: URL = SHIPPED_CATALOG): ChannelMatrix {
  const faults: string[] = []
  const channels = loadChannels(directory, faults)
  refuseFaults(faults)
  return channels as ChannelMatrix
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

function loadChannels(directory: URL, faults: string[]): ChannelMatrix | undefined {
  const schema = new URL('channels.schema.json', directory)
  const file = new URL('channels.json', directory)
  return loadFile<ChannelMatrix>({ file, schema, findFaults: findChannelFaults }, faults)
}

function loadReplyWords(folder: URL, faults: string[]): Partial<ReplyWordCatalog> {
  const schema = new URL('reply-words.schema.json', folder)
  const findFaults = () => []
  const words = LANGUAGES.map((language) => {
    const file = new URL(`${language}.json`, folder)
    return [language, loadFile<ReplyWords>({ file, schema, findFaults }, faults)] as const
  })
  return Object.fromEntries(words.filter(([, known]) => known !== undefined))
}
