// Starts everything that the demo is made of, each as a process of its own: the creditor's server,
// the bank, two processes with bots, and the mail server. Nothing here knows what will happen.
import { randomBytes } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { type CreditorClient, createCreditorClient } from '@parley/sdk/creditor'
import {
  type ChildProcesses,
  type Environment,
  freePort,
  runProgram,
} from '../support/child-processes.ts'
import { type ClockFile, createClockFile } from '../support/clock-file.ts'
import { readWork, type Work } from '../support/read-work.ts'
import { untilReady } from '../support/until-ready.ts'
import { type Control, createControl } from './control-client.ts'
import type { AgentCommands, BankCommands, MailCommands } from './control-messages.ts'

const HERE = import.meta.dirname

/** The zone in which everybody here lives. */
export const TIME_ZONE = 'Europe/Brussels'

/** A running world. */
export interface World {
  readonly folder: string
  readonly clock: ClockFile
  /** Origin of the creditor's server. */
  readonly server: string
  readonly creditor: CreditorClient
  readonly account: { readonly name: string; readonly iban: string }
  readonly bank: Control<BankCommands>
  readonly bankIssuer: string
  readonly bots: Readonly<Record<'push' | 'pull', Control<AgentCommands>>>
  readonly mail: Control<MailCommands>
  work(): Promise<Work>
  /** Runs the operator's command as `npx parley` does, with the creditor's key. */
  parley(...parameters: readonly string[]): Promise<string>
}

/** What a world starts with. */
export interface WorldOptions {
  readonly folder: string
  /** Epoch seconds. */
  readonly startsAt: number
  readonly children: ChildProcesses
  /** Where bots and bank keep their records: files are crash safe, memory is fast. */
  readonly records: 'files' | 'memory'
}

const PARLEY = resolve(import.meta.dirname, '../../server/src/cli/parley.ts')

const CREDITOR = [
  ['--name', 'Stadsenergie'],
  ['--iban', 'BE68539007547034'],
  ['--time-zone', TIME_ZONE],
  ['--language', 'nl'],
  ['--email', 'hello@stadsenergie.example'],
].flat()

/** Starts all processes and waits until each is ready. */
export async function startWorld(options: WorldOptions): Promise<World> {
  const { folder, startsAt, children, records } = options
  mkdirSync(folder, { recursive: true })
  const clock = createClockFile(join(folder, 'clock'), startsAt)
  const port = await freePort()
  const server = `http://127.0.0.1:${port}`
  const operatorToken = randomBytes(24).toString('base64url')
  const ofServer = {
    PARLEY_PORT: String(port),
    PARLEY_PUBLIC_URL: server,
    PARLEY_DATA_DIR: join(folder, 'server'),
    PARLEY_CLOCK_FILE: clock.path,
    PARLEY_OPERATOR_TOKEN: operatorToken,
    PARLEY_TIME_ZONE: TIME_ZONE,
    PARLEY_LOG_LEVEL: 'warn',
  }
  const agent = (reach: string) =>
    children.fork(`agent-${reach}`, join(HERE, 'agent-process.ts'), [
      ...[clock.path, join(folder, reach)],
      ...[records, reach],
    ])
  const [apiKey, bank, push, pull, mail] = await Promise.all([
    createCreditor(ofServer),
    children.fork('bank', join(HERE, 'bank-process.ts'), [
      clock.path,
      join(folder, 'bank'),
      records,
    ]),
    agent('push'),
    agent('pull'),
    children.fork('mail', join(HERE, 'mail-process.ts'), [join(folder, 'mail')]),
  ])
  children.spawn('server', PARLEY, ['serve'], {
    ...ofServer,
    PARLEY_SMTP_URL: mail.smtpUrl ?? '',
    PARLEY_MAIL_FROM: 'Stadsenergie <hello@stadsenergie.example>',
  })
  await untilReady(server, children)
  const creditor = createCreditorClient({ baseUrl: server, apiKey })
  const env = { PARLEY_SERVER: server, PARLEY_API_KEY: apiKey }
  return {
    folder,
    clock,
    server,
    creditor,
    account: await readAccount(creditor),
    bank: createControl(bank.origin),
    bankIssuer: bank.origin,
    bots: { push: createControl(push.origin), pull: createControl(pull.origin) },
    mail: createControl(mail.origin),
    work: () => readWork(server, operatorToken),
    parley: (...parameters) => runProgram(PARLEY, parameters, env),
  }
}

async function readAccount({ api, unwrap }: CreditorClient): Promise<World['account']> {
  const { name, account } = await unwrap(api.GET('/v1/creditor'))
  return { name, iban: account.iban }
}

/** The embedded store takes one process at a time, so this comes before the server. */
async function createCreditor(env: Environment): Promise<string> {
  const printed = await runProgram(PARLEY, ['creditor', 'create', ...CREDITOR, '--json'], env)
  return (JSON.parse(printed) as { apiKey: string }).apiKey
}
