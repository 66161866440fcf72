// What is to be tested, from the command line and from parley-conformance.json. The command line wins.
import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { type KnownFailure, readBaseline } from '../report/baseline.ts'
import { REPORT_KINDS, type ReportFiles } from '../report/write-reports.ts'
import type { ProgramTarget, Targets } from '../roles/roles.ts'
import { COMMANDS, type CommandName, OPTIONS, type OptionName } from './commands.ts'
import { UsageError } from './usage.ts'

export interface Settings {
  readonly targets: Targets
  readonly seed: string
  readonly caseSeconds: number
  readonly trace: boolean
  readonly reports: ReportFiles
  /** A former report to compare with. */
  readonly compare?: string
  /** Where the signed result goes, and the private key that signs it. */
  readonly signed?: string
  readonly key?: string
  /** Of `verify`: the report, and the keys that may have signed its result. */
  readonly report?: string
  readonly jwks?: string
  /** Failures that are known and let pass for a while. */
  readonly baseline: readonly KnownFailure[]
  readonly role?: string
  /** What stands behind the command and is no option. */
  readonly words: readonly string[]
}

/** Options that name a file, as it stands behind them. */
const FILES = ['compare', 'signed', 'key', 'report', 'jwks'] as const

const DEFAULT_CONFIG = 'parley-conformance.json'

interface ConfigFile {
  readonly server?: Partial<NonNullable<Targets['server']>>
  readonly agent?: ProgramTarget
  readonly bank?: ProgramTarget
  readonly seed?: string
}

/** Reads the settings of a call. @throws {UsageError} for options and files that are none. */
export function readSettings(
  command: CommandName,
  parameters: readonly string[],
  folder: string,
): Settings {
  const { values, positionals } = parsed(command, parameters)
  const config = readConfig(values.config, folder)
  const server = {
    url: values.url ?? config.server?.url,
    apiKey: values['api-key'] ?? config.server?.apiKey,
    otherApiKey: values['other-api-key'] ?? config.server?.otherApiKey,
    clockFile: values['clock-file'] ?? config.server?.clockFile,
  }
  const caseSeconds = Number(values['case-seconds'] ?? 60)
  if (!(caseSeconds > 0)) throw new UsageError('--case-seconds wants a number above 0')
  return {
    targets: {
      ...serverOf(server),
      ...programOf('agent', config.agent?.command),
      ...programOf('bank', config.bank?.command),
      ...(values.command === undefined
        ? {}
        : programOf(programRole(command, values.role), values.command)),
    },
    seed: values.seed ?? config.seed ?? 'parley',
    caseSeconds,
    trace: values.trace ?? false,
    reports: Object.fromEntries(
      REPORT_KINDS.flatMap((kind) => {
        const path = values[kind]
        return path === undefined ? [] : [[kind, resolve(folder, path)]]
      }),
    ),
    baseline:
      values.baseline === undefined
        ? []
        : readNamed(resolve(folder, values.baseline), readBaseline),
    ...pathsIn(values, folder),
    ...(values.role === undefined ? {} : { role: values.role }),
    words: positionals,
  }
}

type Values = {
  readonly [Name in OptionName]?: (typeof OPTIONS)[Name]['type'] extends 'boolean'
    ? boolean
    : string
}

function parsed(
  command: CommandName,
  parameters: readonly string[],
): { readonly values: Values; readonly positionals: readonly string[] } {
  const known = COMMANDS[command].options.map((name) => [name, { type: OPTIONS[name].type }])
  try {
    const options = Object.fromEntries(known)
    return parseArgs({ args: [...parameters], options, allowPositionals: true })
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}

function pathsIn(
  values: { readonly [Name in (typeof FILES)[number]]?: string | undefined },
  folder: string,
): Partial<Record<(typeof FILES)[number], string>> {
  return Object.fromEntries(
    FILES.flatMap((name) => {
      const path = values[name]
      return path === undefined ? [] : [[name, resolve(folder, path)]]
    }),
  )
}

/** Reads a file that the caller named. @throws {UsageError} with its path when `read` or the disk refuses. */
export function readNamed<Value>(path: string, read: (text: string) => Value): Value {
  try {
    return read(readFileSync(path, 'utf8'))
  } catch (error) {
    throw new UsageError(`${path}: ${error instanceof Error ? error.message : error}`)
  }
}

function readConfig(named: string | undefined, folder: string): ConfigFile {
  const path = resolve(folder, named ?? DEFAULT_CONFIG)
  if (!existsSync(path)) {
    if (named !== undefined) throw new UsageError(`there is no file ${path}`)
    return {}
  }
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as ConfigFile
  } catch {
    throw new UsageError(`${path} is no JSON`)
  }
}

function serverOf(given: { [Name in keyof ServerGiven]: ServerGiven[Name] | undefined }): Targets {
  const { url, apiKey, otherApiKey, clockFile } = given
  if (url === undefined || apiKey === undefined) return {}
  if (!URL.canParse(url)) throw new UsageError(`--url ${url} is no address`)
  const more = {
    ...(otherApiKey === undefined ? {} : { otherApiKey }),
    ...(clockFile === undefined ? {} : { clockFile }),
  }
  return { server: { url: new URL(url).origin, apiKey, ...more } }
}

/** Whose command it is that stands in a call. */
function programRole(command: CommandName, role: string | undefined): 'agent' | 'bank' {
  const whose = command === 'agent' || command === 'bank' ? command : role
  if (whose === 'agent' || whose === 'bank') return whose
  throw new UsageError('say whose command it is: --role agent or --role bank')
}

function programOf(role: 'agent' | 'bank', command: string | undefined): Targets {
  return command === undefined ? {} : { [role]: { command } }
}

type ServerGiven = Required<NonNullable<Targets['server']>>
