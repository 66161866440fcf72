// What Node compiled of the programs that the suite starts is kept for as long as the suite runs: a turn is a
// process, and without this compiling the same files again is most of what a turn costs.
import process from 'node:process'
import { ownFolder } from './left-behind.ts'

const NAME = 'NODE_COMPILE_CACHE'

/** Nobody else's: who may write there decides what the programs run. */
let folder: string | undefined

/** For the environment of a program, which need not be one of Node. A folder that the caller names holds. */
export function compiledCode(): Readonly<Record<string, string>> {
  const named = process.env[NAME]
  if (named !== undefined) return { [NAME]: named }
  folder ??= ownFolder('code').path
  return { [NAME]: folder }
}
