// `init server|agent|bank`: a working adapter in the folder, to be changed piece by piece into one's own.
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { join, relative, resolve, sep } from 'node:path'
import { UsageError } from './usage.ts'

const CLONE = resolve(import.meta.dirname, '../../..')
const EXAMPLES = join(CLONE, 'examples')
const SDK = '@parley/sdk'
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
  const isLinked = role !== 'server' && linkSdk(folder)
  const npx =
    relative(CLONE, resolve(folder)).split(sep)[0] === '..' ? `npx --prefix ${CLONE}` : 'npx'
  return [
    `${file} is ${role === 'server' ? 'the beginning of a server' : `a whole ${role} on the SDK`}; ${CONFIG} names it.`,
    ...(isLinked ? [`node_modules/${SDK} leads to the SDK of the clone.`] : []),
    'Next:',
    ...(role === 'server' ? [`  PORT=8080 ${npx} node ${file} &`] : []),
    `  ${npx} parley-conformance run ${firstCase} --role ${role}`,
    `  ${npx} parley-conformance ${role}`,
  ].join('\n')
}

/** Makes the SDK of the clone known in a folder that does not know one. Returns whether it had to. */
function linkSdk(folder: string): boolean {
  try {
    createRequire(join(resolve(folder), CONFIG)).resolve(`${SDK}/package.json`)
    return false
  } catch {
    const link = join(folder, 'node_modules', SDK)
    mkdirSync(resolve(link, '..'), { recursive: true })
    symlinkSync(join(CLONE, 'sdk'), link, 'junction')
    return true
  }
}
