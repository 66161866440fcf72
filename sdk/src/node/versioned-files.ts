// JSON documents in a folder, each replaced as a whole by compare-and-set. A version is a file of its
// own that appears under its final name at once or not at all: a crash at any moment leaves the
// version before or the version after, and no two processes can both write the same version.

import { createHash, randomUUID } from 'node:crypto'
import { link, mkdir, open, readdir, readFile, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { parseRecord as parse, recordText as stringify } from '../peer/record-text.ts'

/** Documents by name; a version counts from 1. */
export interface VersionedFiles {
  read(name: string): Promise<unknown>
  readAll(): Promise<readonly unknown[]>
  /** The version that is kept; 0 for none. */
  versionOf(name: string): Promise<number>
  /** Keeps `document` as `version`, if and only if the version before is the one kept. */
  write(name: string, version: number, document: unknown): Promise<boolean>
  /** Keeps a document that is never replaced, beside the others of its name; again it changes nothing. */
  add(name: string, number: number, document: unknown): Promise<void>
  /** All documents of a name that were added, in order. */
  readFolder(name: string): Promise<readonly unknown[]>
  remove(name: string): Promise<void>
}

const VERSION_FILE = /^([1-9][0-9]{0,14})\.json$/
const MAX_RETRIES = 100

/**
 * Versions that stay. A writer that looked before this many others wrote would find its name free
 * again; it looks and links in one breath, so that cannot happen.
 */
const KEPT_VERSIONS = 8

/** Opens a folder, making it when first needed. Big integers in documents come back as such. */
export function openVersionedFiles(folder: string): VersionedFiles {
  const pathOf = (name: string) => join(folder, folderNameOf(name))
  return {
    read: (name) => readNewest(pathOf(name)),
    async readAll() {
      const names = await listFolder(folder)
      const documents = await Promise.all(names.map((name) => readNewest(join(folder, name))))
      return documents.filter((document) => document !== undefined)
    },
    versionOf: (name) => newestVersion(pathOf(name)),
    write: (name, version, document) =>
      inTurn(pathOf(name), () => writeVersion(pathOf(name), version, document)),
    async add(name, number, document) {
      await makeFolder(pathOf(name))
      await linkDocument(pathOf(name), number, document)
    },
    async readFolder(name) {
      const path = pathOf(name)
      const numbers = (await listFolder(path)).map(versionIn).filter((number) => number > 0)
      const ordered = numbers.sort((left, right) => left - right)
      const texts = await Promise.all(
        ordered.map((number) => readFile(join(path, `${number}.json`), 'utf8')),
      )
      return texts.map(parse)
    },
    remove: (name) =>
      inTurn(pathOf(name), () => rm(pathOf(name), { recursive: true, force: true })),
  }
}

async function readNewest(path: string): Promise<unknown> {
  for (let attempt = 0; attempt < MAX_RETRIES; attempt++) {
    const version = await newestVersion(path)
    if (version === 0) return undefined
    const text = await readIfPresent(join(path, `${version}.json`))
    // The document was removed, or replaced many times, since the folder was listed.
    if (text !== undefined) return parse(text)
  }
  throw new Error(`${path} did not come to rest`)
}

async function newestVersion(path: string): Promise<number> {
  return Math.max(0, ...(await listFolder(path)).map(versionIn))
}

async function writeVersion(path: string, version: number, document: unknown): Promise<boolean> {
  const isNext = async () => (await newestVersion(path)) === version - 1
  if (!(await isNext())) return false
  await makeFolder(path)
  if (!(await linkDocument(path, version, document, isNext))) return false
  await removeOld(path, version)
  return true
}

/** Puts a document under its number, whole or not at all; false when the number is taken. */
async function linkDocument(
  path: string,
  number: number,
  document: unknown,
  isWanted: () => Promise<boolean> = async () => true,
): Promise<boolean> {
  const aside = join(path, `${randomUUID()}.tmp`)
  try {
    await writeSynced(aside, stringify(document))
    if (!(await isWanted())) return false
    await link(aside, join(path, `${number}.json`))
    await syncFolder(path)
    return true
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false
    throw error
  } finally {
    await rm(aside, { force: true })
  }
}

async function removeOld(path: string, version: number): Promise<void> {
  for (const file of await listFolder(path)) {
    const old = versionIn(file)
    if (old > 0 && old <= version - KEPT_VERSIONS) await rm(join(path, file), { force: true })
  }
}

async function writeSynced(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx', 0o600)
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
}

async function makeFolder(path: string): Promise<void> {
  const made = await mkdir(path, { recursive: true, mode: 0o700 })
  if (made !== undefined) await syncFolder(dirname(path))
}

async function syncFolder(path: string): Promise<void> {
  // Windows cannot open a folder; its file system keeps names in order by itself.
  if (process.platform === 'win32') return
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

async function listFolder(path: string): Promise<readonly string[]> {
  try {
    return await readdir(path)
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return []
    throw error
  }
}

async function readIfPresent(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined
    throw error
  }
}

const turns = new Map<string, Promise<unknown>>()

/** Within one process, writers of a document take turns instead of racing. */
function inTurn<T>(path: string, task: () => Promise<T>): Promise<T> {
  const run = (turns.get(path) ?? Promise.resolve()).then(task, task)
  const settled = run
    .catch(() => undefined)
    .then(() => {
      if (turns.get(path) === settled) turns.delete(path)
    })
  turns.set(path, settled)
  return run
}

/** Names may hold anything and differ by case only; folder names must not. */
function folderNameOf(name: string): string {
  return createHash('sha256').update(name).digest('hex')
}

function versionIn(file: string): number {
  return Number(VERSION_FILE.exec(file)?.[1] ?? 0)
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
