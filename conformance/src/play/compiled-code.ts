// What Node compiled of the programs that the suite starts is kept for as long as the suite runs: a turn is a
// process, and without this compiling the same files again is most of what a turn costs.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'

const NAME = 'NODE_COMPILE_CACHE'

let folder: string | undefined

/** For the environment of a program, which need not be one of Node. A folder that the caller names holds. */
export function compiledCode(): Readonly<Record<string, string>> {
  const named = process.env[NAME]
  if (named !== undefined) return { [NAME]: named }
  folder ??= newFolder()
  return { [NAME]: folder }
}

/** Nobody else's: who may write there decides what the programs run. */
function newFolder(): string {
  const made = mkdtempSync(join(tmpdir(), 'parley-conformance-code-'))
  process.once('exit', () => rmSync(made, { recursive: true, force: true }))
  return made
}
