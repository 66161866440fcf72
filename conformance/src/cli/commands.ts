// The commands, their options, and the help that follows from them.
import type { Role } from '../run/case.ts'

interface OptionFacts {
  readonly type: 'string' | 'boolean'
  /** What stands behind it in the help. */
  readonly value?: string
  readonly about: string
}

/** Every option of every command. */
export const OPTIONS = {
  config: {
    ...{ type: 'string', value: 'FILE' },
    about: 'settings (default: parley-conformance.json, if it is there)',
  },
  role: { type: 'string', value: 'ROLE', about: 'server, agent or bank' },
  url: { type: 'string', value: 'URL', about: 'origin of the server' },
  'api-key': { type: 'string', value: 'KEY', about: 'of a creditor on it' },
  'other-api-key': {
    ...{ type: 'string', value: 'KEY' },
    about:
      'of a second creditor, whose account is changed: what tenants must not see of each other',
  },
  'clock-file': {
    ...{ type: 'string', value: 'FILE' },
    about: 'holds an RFC 3339 instant that the server takes for the time',
  },
  command: { type: 'string', value: 'LINE', about: 'starts the program: one run is one turn' },
  seed: {
    ...{ type: 'string', value: 'TEXT' },
    about: 'keys, ids and nonces follow from it (default: parley)',
  },
  'case-seconds': {
    ...{ type: 'string', value: 'N' },
    about: 'the longest that one case may take (default: 60)',
  },
  trace: { type: 'boolean', about: 'prints both sides of the wire' },
  json: { type: 'string', value: 'FILE', about: 'writes the report as JSON' },
  junit: { type: 'string', value: 'FILE', about: 'writes it as JUnit XML' },
  html: { type: 'string', value: 'FILE', about: 'writes it as one page' },
  badge: { type: 'string', value: 'FILE', about: 'writes a badge, SVG' },
  baseline: {
    ...{ type: 'string', value: 'FILE' },
    about: 'known failures: [{"id", "reason", "until": "2026-12-31"}]',
  },
  compare: {
    ...{ type: 'string', value: 'FILE' },
    about: 'a former report (--json): what is newly red, newly green, new, gone',
  },
  signed: {
    ...{ type: 'string', value: 'FILE' },
    about: 'writes the result in one line, signed by --key',
  },
  key: { type: 'string', value: 'FILE', about: 'private JWK (Ed25519) that signs the result' },
  report: { type: 'string', value: 'FILE', about: 'the report that was signed (--json)' },
  jwks: { type: 'string', value: 'FILE', about: 'keys that may have signed; any may without it' },
} as const satisfies Readonly<Record<string, OptionFacts>>

export type OptionName = keyof typeof OPTIONS

interface CommandFacts {
  readonly about: string
  /** What stands behind the command, and an example of it. */
  readonly words?: { readonly usage: string; readonly example: string }
  readonly example?: string
  readonly options: readonly OptionName[]
}

const SERVER = ['url', 'api-key', 'other-api-key', 'clock-file'] as const
const RUN = [
  ...(['seed', 'case-seconds', 'trace', 'json', 'junit', 'html', 'badge'] as const),
  ...(['baseline', 'compare', 'signed', 'key'] as const),
] as const

/** What each command is, and the options that it knows. */
export const COMMANDS = {
  server: {
    about: 'runs the cases of a server',
    example: '--url http://127.0.0.1:8080 --api-key KEY',
    options: [...SERVER, ...RUN, 'config'],
  },
  agent: {
    about: "runs the cases of a customer's agent",
    example: '--command "node agent.ts"',
    options: ['command', ...RUN, 'config'],
  },
  bank: {
    about: 'runs the cases of a bank',
    example: '--command "./my-bank" --html report.html',
    options: ['command', ...RUN, 'config'],
  },
  'self-test': {
    about: 'runs all of them on the reference implementation of the clone',
    options: [...RUN, 'config'],
  },
  run: {
    about: 'runs some cases of a role, with the refusals that need them',
    words: { usage: 'ID…', example: 'SIG-026 --role agent --trace' },
    options: ['role', ...SERVER, 'command', ...RUN, 'config'],
  },
  init: {
    about: 'writes an adapter that works, and the settings that name it',
    words: { usage: 'ROLE', example: 'agent' },
    options: [],
  },
  doctor: {
    about: 'says in a sentence each what stands in the way of a run',
    example: '--role agent --command "node agent.ts"',
    options: ['role', ...SERVER, 'command', 'config'],
  },
  list: { about: 'lists the cases', example: '--role bank', options: ['role'] },
  explain: {
    about: 'says what a case sends, what must happen, and why',
    words: { usage: 'ID', example: 'SIG-026' },
    options: ['role'],
  },
  verify: {
    about: 'tells whether a signed result is of a report, and who signed it',
    words: { usage: 'FILE', example: 'result.jws --report report.json --jwks keys.json' },
    options: ['report', 'jwks'],
  },
} as const satisfies Readonly<Record<Role | string, CommandFacts>>

export type CommandName = keyof typeof COMMANDS

/** Whether there is a command of this name. */
export function isCommand(name: string): name is CommandName {
  return Object.hasOwn(COMMANDS, name)
}

const EXIT_CODES = 'Exit codes: 0 passed, 1 failed, 2 wrong call, 3 incomplete, 4 unreachable.'

/** The help of the whole. */
export function usage(): string {
  const all: readonly (readonly [string, CommandFacts])[] = Object.entries(COMMANDS)
  return [
    'parley-conformance: does an implementation keep the Parley protocol?',
    '',
    ...table(all.map(([name, { words, about }]) => [`${name} ${words?.usage ?? ''}`, about])),
    '',
    'Settings also stand in parley-conformance.json; the command line wins.',
    'parley-conformance COMMAND --help tells the options of a command.',
    '',
    EXIT_CODES,
  ].join('\n')
}

/** The help of one command. */
export function helpOf(name: CommandName): string {
  const { about, words, example, options }: CommandFacts = COMMANDS[name]
  const known = options.map((option): readonly [string, string] => {
    const { value, about: meaning }: OptionFacts = OPTIONS[option]
    return [`--${option}${value === undefined ? '' : ` ${value}`}`, meaning]
  })
  const shown = words?.example ?? example
  return [
    `parley-conformance ${[name, words?.usage, known.length > 0 && '[options]'].filter(Boolean).join(' ')}`,
    `  ${about}`,
    ...(known.length === 0 ? [] : ['', ...table(known)]),
    ...(shown === undefined ? [] : ['', `Example: parley-conformance ${name} ${shown}`]),
    '',
    EXIT_CODES,
  ].join('\n')
}

function table(rows: readonly (readonly [string, string])[]): readonly string[] {
  const width = Math.max(...rows.map(([left]) => left.length)) + 2
  return rows.map(([left, right]) => `  ${left.padEnd(width)}${right}`)
}
