// `init server|agent|bank`: a working adapter in the folder, to be changed piece by piece into one's own.
import { copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { UsageError } from './usage.ts'

const EXAMPLES = resolve(import.meta.dirname, '../../../examples')
const CONFIG = 'parley-conformance.json'

/** The case to begin with, by role. */
const FIRST_CASE: Readonly<Record<string, string>> = {
  server: 'SRV-320',
  agent: 'AGT-601',
  bank: 'BNK-701',
}

/** What a server's key is until there is one: cases that need none run all the same. */
const SERVER = { url: 'http://127.0.0.1:8080', apiKey: 'api-key-of-a-creditor' }

/**
 * Writes the adapter of a role and names it in the settings. Returns what to do next.
 *
 * @throws {UsageError} for a role that has no adapter, and rather than overwrite one.
 */
export function initialise(role: string | undefined, folder: string): string {
  const firstCase = FIRST_CASE[role ?? '']
  if (role === undefined || firstCase === undefined) {
    throw new UsageError('say for which role: init server, init agent, or init bank')
  }
  const file = `${role}.ts`
  if (existsSync(join(folder, file))) throw new UsageError(`there is a file ${file} already`)
  copyFileSync(join(EXAMPLES, `conformance-${role}`, file), join(folder, file))
  const config = join(folder, CONFIG)
  const known = existsSync(config) ? (JSON.parse(readFileSync(config, 'utf8')) as object) : {}
  const named = role === 'server' ? SERVER : { command: `node ${file}` }
  const settings = { ...known, [role]: named }
  writeFileSync(config, `${JSON.stringify(settings, undefined, 2)}\n`)
  return [
    `${file} is ${role === 'server' ? 'the beginning of a server' : `a whole ${role} on the SDK`}; ${CONFIG} names it. Next:`,
    ...(role === 'server' ? [`  PORT=8080 node ${file} &`] : []),
    `  npx parley-conformance run ${firstCase} --role ${role}`,
    `  npx parley-conformance ${role}`,
  ].join('\n')
}
