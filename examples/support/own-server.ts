// A server of an example's own, for what a shared one cannot be put through: it is stopped and started
// again, and it lives by a clock that the example moves.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { type CreditorClient, createCreditorClient } from '@parley/sdk/creditor'
import {
  type ChildProcesses,
  createChildProcesses,
  type Environment,
  freePort,
  runProgram,
} from './child-processes.ts'
import { type ClockFile, createClockFile } from './clock-file.ts'
import { readWork } from './read-work.ts'
import { untilReady } from './until-ready.ts'

/** A server with one creditor. It answers from `start` to `stop`, as often as one likes. */
export interface OwnServer {
  readonly origin: string
  readonly folder: string
  readonly clock: ClockFile
  readonly creditor: CreditorClient
  start(): Promise<void>
  stop(): Promise<void>
  /**
   * Runs the operator's command on the server's store, as `npx parley` does. The embedded store takes
   * one process at a time: a command that needs it wants the server stopped.
   * @throws {Error} with what was printed when the exit code is not 0.
   */
  parley(...parameters: readonly string[]): Promise<string>
  /** Waits until nothing is due or queued at the instant of the clock. */
  settled(): Promise<void>
}

/** What an own server starts with. */
export interface OwnServerOptions {
  /** RFC 3339. */
  readonly startsAt: string
  readonly env?: Environment
}

const PARLEY = resolve(import.meta.dirname, '../../server/src/cli/parley.ts')
const CREDITOR = ['--name', 'Stadsenergie', '--iban', 'NL91ABNA0417164300', '--json']
const OPERATOR_TOKEN = 'the-operator-of-the-example'
const SETTLE_ROUNDS = 6

/** Makes a server with a creditor, plays, and leaves neither process nor file behind. */
export async function withOwnServer(
  { startsAt, env = {} }: OwnServerOptions,
  play: (server: OwnServer) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'parley-example-'))
  const clock = createClockFile(join(folder, 'clock'), Date.parse(startsAt) / 1000)
  const origin = `http://127.0.0.1:${await freePort()}`
  const settings = {
    PARLEY_PORT: new URL(origin).port,
    PARLEY_PUBLIC_URL: origin,
    PARLEY_DATA_DIR: join(folder, 'server'),
    PARLEY_CLOCK_FILE: clock.path,
    PARLEY_OPERATOR_TOKEN: OPERATOR_TOKEN,
    PARLEY_LOG_LEVEL: 'warn',
    ...env,
  }
  const parley = (...parameters: readonly string[]) => runProgram(PARLEY, parameters, settings)
  let running: ChildProcesses | null = null
  const server = {
    ...{ origin, folder, clock, parley },
    async start() {
      running = createChildProcesses(folder)
      running.spawn('server', PARLEY, ['serve'], settings)
      await untilReady(origin, running)
    },
    async stop() {
      await running?.stop()
      running = null
    },
    settled: () => untilSettled(origin, clock),
  }
  try {
    const created = await parley('creditor', 'create', ...CREDITOR)
    const { apiKey } = JSON.parse(created) as { apiKey: string }
    const creditor = createCreditorClient({ baseUrl: origin, apiKey })
    await server.start()
    await play({ ...server, creditor })
  } finally {
    await server.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function untilSettled(origin: string, clock: ClockFile): Promise<void> {
  for (let round = 0; round < SETTLE_ROUNDS; round++) {
    const work = await readWork(origin, OPERATOR_TOKEN)
    const isHere = Date.parse(work.clock) / 1000 === clock.now()
    if (isHere && work.due === 0 && work.queued === 0) return
  }
  throw new Error('the server did not come to rest')
}
