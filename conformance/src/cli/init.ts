// `init agent|bank`: a working adapter in the folder, to be changed piece by piece into one's own.
import { copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { UsageError } from './usage.ts'

const EXAMPLES = resolve(import.meta.dirname, '../../../examples')
const CONFIG = 'parley-conformance.json'

/** The case to begin with, by role. */
const FIRST_CASE: Readonly<Record<string, string>> = { agent: 'AGT-601', bank: 'BNK-701' }

/**
 * Writes the adapter of a role and names it in the settings. Returns what to do next.
 *
 * @throws {UsageError} for a role that has no adapter, and rather than overwrite one.
 */
export function initialise(role: string | undefined, folder: string): string {
  const firstCase = FIRST_CASE[role ?? '']
  if (role === undefined || firstCase === undefined) {
    throw new UsageError('say for which role: init agent, or init bank')
  }
  const file = `${role}.ts`
  if (existsSync(join(folder, file))) throw new UsageError(`there is a file ${file} already`)
  copyFileSync(join(EXAMPLES, `conformance-${role}`, file), join(folder, file))
  const config = join(folder, CONFIG)
  const known = existsSync(config) ? (JSON.parse(readFileSync(config, 'utf8')) as object) : {}
  const settings = { ...known, [role]: { command: `node ${file}` } }
  writeFileSync(config, `${JSON.stringify(settings, undefined, 2)}\n`)
  return [
    `${file} is a whole ${role} on the SDK; ${CONFIG} names it. Next:`,
    `  npx parley-conformance run ${firstCase} --role ${role}`,
    `  npx parley-conformance ${role}`,
  ].join('\n')
}
