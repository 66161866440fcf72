// Access to test data that is not part of the project. Without it the checks are left out, loudly.

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe } from 'vitest'

const root = resolve(import.meta.dirname, '../../..', process.env.PARLEY_CORPUS ?? '../shared/data')

/** Declares checks that need a file or folder of the corpus. */
export function describeCorpus(path: string, declare: () => void): void {
  const isThere = existsSync(resolve(root, path))
  if (!isThere) console.warn(`left out: there is no ${path} in ${root}`)
  describe.runIf(isThere)(path, declare)
}

export function readCorpus(path: string): Uint8Array {
  return readFileSync(resolve(root, path))
}

export function readCorpusJson<T>(path: string): T {
  return JSON.parse(new TextDecoder().decode(readCorpus(path))) as T
}

export function listCorpus(path: string): string[] {
  return readdirSync(resolve(root, path))
}
