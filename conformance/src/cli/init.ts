// Writes what a first run needs: the settings, and a sample that can be run as it is.
import { copyFileSync, existsSync, readdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { EXIT, UsageError } from './usage.ts'

/** The samples of the roles, each in a folder of its name. */
const SAMPLES = resolve(import.meta.dirname, '../../samples')
const CONFIG = 'parley-conformance.json'

/** Settings by role; what stands in capitals is to be filled in. */
const SETTINGS: Readonly<Record<string, object>> = {
  server: { server: { url: 'http://127.0.0.1:8080', apiKey: 'API-KEY-OF-A-CREDITOR' } },
  agent: { agent: { command: 'node my-agent.ts' } },
  bank: { bank: { command: 'node my-bank.ts' } },
}

/** Writes settings and sample into a folder; what is there stays. */
export function writeSample(
  role: string | undefined,
  folder: string,
  print: (text: string) => void,
): number {
  const samples = role === undefined ? undefined : join(SAMPLES, role)
  if (role === undefined || samples === undefined || !existsSync(samples)) {
    throw new UsageError(`init ${readdirSync(SAMPLES).join('|')}`)
  }
  const files = readdirSync(samples)
  const taken = [CONFIG, ...files].find((name) => existsSync(join(folder, name)))
  if (taken !== undefined) throw new UsageError(`${taken} is there already: nothing was written`)
  writeFileSync(join(folder, CONFIG), `${JSON.stringify(SETTINGS[role], undefined, 2)}\n`)
  for (const name of files) copyFileSync(join(samples, name), join(folder, name))
  print(`Written: ${[CONFIG, ...files].join(', ')}`)
  print(`Next: parley-conformance doctor, then parley-conformance ${role}`)
  return EXIT.passed
}
