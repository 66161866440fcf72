// The reference server as a process, started by its command lines, with two creditors and a clock of its own.
import { type ChildProcess, execFile, fork } from 'node:child_process'
import { once } from 'node:events'
import { openSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import process from 'node:process'
import { promisify } from 'node:util'
import { compiledCode } from '../play/compiled-code.ts'
import { atTheEnd, ownFolder } from '../play/left-behind.ts'
import { ownPort } from '../play/own-port.ts'
import type { ServerTarget } from '../roles/server/world.ts'

export interface ReferenceServer {
  readonly target: Required<ServerTarget>
  readonly process: ChildProcess
  stop(): Promise<void>
}

const ROOT = resolve(import.meta.dirname, '../../..')
const PARLEY = join(ROOT, 'server/src/cli/parley.ts')
const START = '2026-03-10T09:00:00Z'
const START_SECONDS = 90
const STOP_SECONDS = 15

/** How the process is started, beside its own settings. */
export interface StartOptions {
  /** Options of Node. */
  readonly execArgv?: string[]
  readonly variables?: Readonly<Record<string, string>>
}

/** Starts it from the clone. */
export async function startReferenceServer({
  execArgv = [],
  variables = {},
}: StartOptions = {}): Promise<ReferenceServer> {
  const folder = ownFolder('server')
  const clockFile = join(folder.path, 'clock')
  writeFileSync(clockFile, START)
  const port = await ownPort()
  const url = `http://127.0.0.1:${port}`
  const env = {
    ...process.env,
    ...compiledCode(),
    NODE_ENV: 'test',
    PARLEY_PORT: String(port),
    PARLEY_PUBLIC_URL: url,
    PARLEY_DATA_DIR: join(folder.path, 'data'),
    PARLEY_CLOCK_FILE: clockFile,
    PARLEY_SWEEP_INTERVAL_MS: '200',
    PARLEY_LOG_LEVEL: 'error',
  }
  const apiKey = await newCreditor(env, 'Stadsenergie', 'BE71096123456769')
  const otherApiKey = await newCreditor(env, 'Waterwerk', 'NL91ABNA0417164300')
  const log = join(folder.path, 'server.log')
  const file = openSync(log, 'a')
  const server = fork(PARLEY, ['serve'], {
    env: { ...env, ...variables },
    execArgv,
    stdio: ['ignore', file, file, 'ipc'],
  })
  const forget = atTheEnd(() => server.kill('SIGKILL'))
  const stop = async () => {
    await stopProcess(server)
    forget()
    folder.remove()
  }
  try {
    await untilReady(url, server)
  } catch (error) {
    const said = readFileSync(log, 'utf8').slice(-2000)
    await stop()
    throw new Error(`the reference server did not start: ${error}\n${said}`)
  }
  return {
    target: { url, apiKey, otherApiKey, clockFile },
    process: server,
    stop,
  }
}

async function newCreditor(env: NodeJS.ProcessEnv, name: string, iban: string): Promise<string> {
  const parameters = ['creditor', 'create', '--name', name, '--iban', iban, '--json']
  const run = promisify(execFile)(process.execPath, [PARLEY, ...parameters], { env })
  const { apiKey } = JSON.parse((await run).stdout) as { apiKey: string }
  return apiKey
}

async function untilReady(url: string, server: ChildProcess): Promise<void> {
  const end = performance.now() + START_SECONDS * 1000
  while (performance.now() < end) {
    if (server.exitCode !== null) throw new Error(`it ended with ${server.exitCode}`)
    const response = await fetch(`${url}/health/ready`).catch(() => undefined)
    await response?.body?.cancel()
    if (response?.ok === true) return
    await new Promise((wake) => setTimeout(wake, 50))
  }
  throw new Error(`it was not ready in ${START_SECONDS} seconds`)
}

async function stopProcess(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return
  const ended = once(server, 'exit')
  server.kill('SIGTERM')
  const timer = setTimeout(() => server.kill('SIGKILL'), STOP_SECONDS * 1000)
  await ended
  clearTimeout(timer)
}
