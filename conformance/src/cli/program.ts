// Which command does what.
import { clauseOf } from '../catalogue/clauses.ts'
import { factsOf, ROLES, type Targets } from '../roles/roles.ts'
import type { CaseFacts, Role } from '../run/case.ts'
import { inTurn, type Print } from '../run/in-turn.ts'
import { Unreachable } from '../run/verdicts.ts'
import { REFERENCE_PROGRAMS } from '../self-test/reference-programs.ts'
import { startReferenceServer } from '../self-test/reference-server.ts'
import { type CommandName, helpOf, isCommand, usage } from './commands.ts'
import { examine } from './doctor.ts'
import { initialise } from './init.ts'
import { prepareRun, runAndReport, settingsOfRole } from './run-and-report.ts'
import { readSettings, type Settings } from './settings.ts'
import { EXIT, UsageError } from './usage.ts'
import { verifyResult } from './verify.ts'

/** What the command is given by the process. */
export interface Terminal {
  readonly print: Print
  readonly complain: Print
  readonly env: Readonly<Record<string, string | undefined>>
  readonly folder: string
}

type Command = (settings: Settings, terminal: Terminal) => Promise<number> | number

const RUNNERS: Readonly<Record<CommandName, Command>> = {
  server: (settings, terminal) => runOne('server', settings, terminal),
  agent: (settings, terminal) => runOne('agent', settings, terminal),
  bank: (settings, terminal) => runOne('bank', settings, terminal),
  'self-test': selfTest,
  doctor: (settings, { print }) => examine(chosenTargets(settings), print),
  run: runSome,
  verify: (settings, terminal) => verifyResult(settings, terminal),
  list,
  explain,
  init({ words }, { print, folder }) {
    print(initialise(words[0], folder))
    return EXIT.passed
  },
}

const HELP: ReadonlySet<string> = new Set(['--help', '-h'])

const TARGET_OPTIONS: Readonly<Record<Role, string>> = {
  server: '--url and --api-key',
  agent: '--command',
  bank: '--command',
}

/** Runs the command. Returns its exit code. */
export async function runProgram(
  [name, ...parameters]: readonly string[],
  terminal: Terminal,
): Promise<number> {
  const [topic] = parameters
  const isHelp = name === 'help' || HELP.has(name ?? '') || parameters.some((one) => HELP.has(one))
  const about = name === 'help' ? topic : name
  if (name === undefined || isHelp) {
    terminal.print(about !== undefined && isCommand(about) ? helpOf(about) : usage())
    return name === undefined ? EXIT.usage : EXIT.passed
  }
  if (!isCommand(name)) {
    terminal.complain(`there is no command ${name}\nTry parley-conformance --help.`)
    return EXIT.usage
  }
  try {
    return await RUNNERS[name](readSettings(name, parameters, terminal.folder), terminal)
  } catch (error) {
    if (error instanceof UsageError) {
      terminal.complain(`${error.message}\nTry parley-conformance ${name} --help.`)
      return EXIT.usage
    }
    if (error instanceof Unreachable) {
      terminal.complain(error.message)
      return EXIT.unreachable
    }
    throw error
  }
}

/** Runs a role that the settings name. */
async function runOne(
  role: Role,
  settings: Settings,
  { print }: Terminal,
  ids?: readonly string[],
): Promise<number> {
  const { targets } = settings
  if (targets[role] === undefined) {
    throw new UsageError(
      `say which ${role} to test: ${TARGET_OPTIONS[role]}, or parley-conformance.json`,
    )
  }
  const run = prepareRun(role, settings)
  return await runAndReport(run, { print, targets, ...(ids === undefined ? {} : { ids }) })
}

/** Every role of the reference implementation, started from the clone, side by side; each has reports of its own. */
async function selfTest(settings: Settings, { print: printAll }: Terminal): Promise<number> {
  const runs = ROLES.map((role) => prepareRun(role, settingsOfRole(role, settings)))
  const starting = startReferenceServer()
  try {
    const codes = await inTurn(runs, {
      print: printAll,
      async work(run, print) {
        const server = run.role === 'server' ? { server: (await starting).target } : {}
        return await runAndReport(run, { print, targets: { ...REFERENCE_PROGRAMS, ...server } })
      },
    })
    return codes.includes(EXIT.failed) ? EXIT.failed : Math.max(...codes)
  } finally {
    // One that did not start has ended already, and failed its role.
    await starting.then(
      (server) => server.stop(),
      () => undefined,
    )
  }
}

/** What is named, or the part of it that belongs to a role. */
function chosenTargets(settings: Settings): Targets {
  const chosen = chosenRoles(settings).map((role) => [role, settings.targets[role]])
  return Object.fromEntries(chosen)
}

function runSome(settings: Settings, terminal: Terminal): Promise<number> {
  const ids = settings.words
  const [role] = chosenRoles(settings)
  if (ids.length === 0) throw new UsageError('say which case: run SIG-026')
  const known = new Set(factsOf(role).map(({ id }) => id))
  const unknown = ids.find((id) => !known.has(id))
  if (unknown !== undefined) {
    throw new UsageError(
      `the role ${role} has no case ${unknown}: parley-conformance list --role ${role} tells them`,
    )
  }
  return runOne(role, settings, terminal, ids)
}

function list(settings: Settings, { print }: Terminal): number {
  for (const role of chosenRoles(settings)) {
    for (const { id, level, clause, title } of factsOf(role)) {
      print(`${role.padEnd(6)} ${id} ${level.padEnd(6)} ${clause} ${title}`)
    }
  }
  return EXIT.passed
}

function explain(settings: Settings, { print }: Terminal): number {
  const [id] = settings.words
  const roles = chosenRoles(settings)
  const found = roles.flatMap((role) =>
    factsOf(role)
      .filter((one) => one.id === id)
      .map((facts) => ({ role, facts })),
  )
  if (found.length === 0) throw new UsageError(`there is no case ${id ?? '(name one)'}`)
  for (const { role, facts } of found) print(explanationOf(role, facts))
  return EXIT.passed
}

function explanationOf(role: Role, facts: CaseFacts): string {
  const { section, text } = clauseOf(facts.clause)
  return [
    `${facts.id} ${facts.title} (${role}, ${facts.level})`,
    `  ${facts.clause}, ${section}:`,
    `    ${text}`,
    `  is sent: ${facts.sends}`,
    `  must happen: ${facts.expects}`,
    ...(facts.control === undefined ? [] : [`  control: ${facts.control}`]),
    ...(facts.hint === undefined ? [] : [`  hint: ${facts.hint}`]),
  ].join('\n')
}

function chosenRoles({ role }: Settings): readonly [Role, ...Role[]] {
  const [first, ...others] = ROLES.filter((one) => role === undefined || one === role)
  if (first === undefined) throw new UsageError(`there is no role ${role}`)
  return [first, ...others]
}
