// What a run must not leave behind, however it ends: folders of its own, and programs that it started. What is let
// go in order is let go once; the rest goes when the process ends.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'

/** A folder that nobody else writes to. */
export interface OwnFolder {
  readonly path: string
  remove(): void
}

const leftovers = new Set<() => void>()

process.once('exit', () => {
  // The newest first: a program before the folder that it writes to.
  for (const clean of [...leftovers].toReversed()) clean()
})

/** Has `clean`, which must not wait, called when the process ends; returns what forgets it. */
export function atTheEnd(clean: () => void): () => void {
  leftovers.add(clean)
  return () => void leftovers.delete(clean)
}

/** Makes a folder of its own for `name`. */
export function ownFolder(name: string): OwnFolder {
  const path = mkdtempSync(join(tmpdir(), `parley-conformance-${name}-`))
  const clean = () => rmSync(path, { recursive: true, force: true })
  const forget = atTheEnd(clean)
  return {
    path,
    remove() {
      clean()
      forget()
    },
  }
}
