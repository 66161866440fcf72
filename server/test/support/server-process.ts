// A real server process: started with an environment of its own, watched until it is ready, killed
// or asked to end by the test, and gone when the test is.
import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import process from 'node:process'
import { setTimeout as pause } from 'node:timers/promises'
import { inject } from 'vitest'
import { loadConfig } from '../../src/config.ts'
import { createVault } from '../../src/secrets/vault.ts'
import { openStore } from '../../src/storage/database.ts'
import { migrate } from '../../src/storage/migrate.ts'
import { insertCreditor, type TestCreditor } from './build-test-app.ts'
import { freePort } from './postgres.ts'

const PARLEY = new URL('../../src/cli/parley.ts', import.meta.url).pathname
const START_DEADLINE_MS = 60_000

export interface ServerProcess {
  origin: string
  /** Its standard output and error so far: one JSON object a line. */
  logs(): string
  /** Sends a request with the API key and, for a POST, a new Idempotency-Key. */
  send<Body = Record<string, unknown>>(request: ProcessRequest): Promise<ProcessReply<Body>>
  /** Sends a signal; resolves with the exit code, or the signal that ended it. */
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | NodeJS.Signals>
}

export interface ProcessRequest {
  method?: string
  path: string
  body?: unknown
  type?: string
  key?: string
  apiKey?: string
  signal?: AbortSignal
}

export interface ProcessReply<Body> {
  status: number
  headers: Headers
  text: string
  json: Body
}

export type Environment = Readonly<Record<string, string>>

/** Starts a server and waits for /health/ready. */
export async function startServer(env: Environment, apiKey = ''): Promise<ServerProcess> {
  const port = env['PARLEY_PORT'] ?? String(await freePort())
  const child = spawn(process.execPath, [PARLEY, 'serve'], {
    env: {
      PATH: process.env['PATH'] ?? '',
      NODE_COMPILE_CACHE: inject('compileCache'),
      PARLEY_PORT: port,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const origin = `http://127.0.0.1:${port}`
  let logs = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      logs += text
    })
  }
  const ended = new Promise<number | NodeJS.Signals>((resolve) =>
    child.once('exit', (code, signal) => resolve(code ?? signal ?? -1)),
  )
  killAtTheEnd(child)
  await untilReady(child, origin, () => logs)
  return {
    origin,
    logs: () => logs,
    send: (request) => sendTo(origin, { apiKey, ...request }),
    async end(signal) {
      child.kill(signal)
      return await ended
    },
  }
}

/** Whatever happens to the test, or to the whole run, the process does not outlive it. */
function killAtTheEnd(child: ChildProcess): void {
  const kill = () => child.kill('SIGKILL')
  process.once('exit', kill)
  child.once('exit', () => process.off('exit', kill))
}

async function untilReady(child: ChildProcess, origin: string, logs: () => string) {
  const deadline = Date.now() + START_DEADLINE_MS
  while (child.exitCode === null && Date.now() < deadline) {
    const status = await fetch(`${origin}/health/ready`).then(
      (reply) => reply.status,
      () => 0,
    )
    if (status === 200) return
    await pause(20)
  }
  throw new Error(`the server did not get ready: ${logs()}`)
}

async function sendTo<Body>(origin: string, request: ProcessRequest): Promise<ProcessReply<Body>> {
  const { method = 'GET', path, body, apiKey = '', signal } = request
  const isRaw = typeof body === 'string'
  const reply = await fetch(`${origin}${path}`, {
    method,
    headers: {
      ...(apiKey === '' ? {} : { authorization: `Bearer ${apiKey}` }),
      ...(method === 'POST' ? { 'idempotency-key': request.key ?? randomUUID() } : {}),
      ...(body === undefined ? {} : { 'content-type': request.type ?? 'application/json' }),
    },
    ...(body === undefined ? {} : { body: isRaw ? body : JSON.stringify(body) }),
    ...(signal === undefined ? {} : { signal }),
  })
  const text = await reply.text()
  const isJson = reply.headers.get('content-type')?.includes('json') === true
  const json = (isJson && !text.includes('}\n') ? JSON.parse(text) : undefined) as Body
  return { status: reply.status, headers: reply.headers, text, json }
}

/** Adds a creditor to the store of an environment, before any server runs on it. */
export async function createCreditor(env: Environment): Promise<TestCreditor> {
  const config = loadConfig(env)
  const store = await openStore(config.store, createVault(config.masterKey))
  try {
    await migrate(store.pool)
    return await insertCreditor(store, config)
  } finally {
    await store.close()
  }
}

export interface ClockFile {
  path: string
  now(): number
  /** Moves the clock of every process that reads it. */
  goTo(instant: string): Promise<void>
  remove(): Promise<void>
}

/** A clock that stands still until it is moved, for processes. */
export async function clockFile(instant: string): Promise<ClockFile> {
  const path = join(await mkdtemp(join(tmpdir(), 'parley-clock-')), 'clock')
  let now = instant
  await writeFile(path, now)
  return {
    path,
    now: () => Date.parse(now) / 1000,
    async goTo(next) {
      now = next
      await writeFile(path, next)
    },
    remove: () => rm(dirname(path), { recursive: true }),
  }
}
