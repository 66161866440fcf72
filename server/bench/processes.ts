// Real processes for the benches: started, waited for, stopped.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { fileURLToPath } from 'node:url'
import { request } from 'undici'

/** The operator's command. */
export const CLI = fileURLToPath(new URL('../src/cli/parley.ts', import.meta.url))
/** The bare server. */
export const CEILING = fileURLToPath(new URL('./ceiling-server.ts', import.meta.url))

export interface Running {
  origin: string
  /** From the start of the process to its first ready answer, in milliseconds. */
  startMs: number
  rssMb(): Promise<number>
  stop(): Promise<void>
}

/** A port that is free now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

/** Starts the server as an operator would. */
export async function startParley(databaseUrl: string): Promise<Running> {
  const port = await freePort()
  return await start([CLI, 'serve'], {
    port,
    readyPath: '/health/ready',
    env: {
      DATABASE_URL: databaseUrl,
      PARLEY_PORT: String(port),
      PARLEY_LOG_LEVEL: 'error',
      NODE_ENV: 'development',
    },
  })
}

/** Starts the ceiling server. */
export async function startCeiling(databaseUrl: string): Promise<Running> {
  const port = await freePort()
  const env = { DATABASE_URL: databaseUrl, PORT: String(port) }
  return await start([CEILING], { port, readyPath: '/', env })
}

async function start(
  args: string[],
  options: { port: number; readyPath: string; env: Record<string, string> },
): Promise<Running> {
  const started = performance.now()
  const env = { ...process.env, ...options.env }
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'inherit', 'inherit'] })
  const origin = `http://127.0.0.1:${options.port}`
  try {
    await untilAnswered(child, origin + options.readyPath)
  } catch (error) {
    child.kill('SIGKILL')
    throw error
  }
  return {
    origin,
    startMs: performance.now() - started,
    rssMb: () => rssOf(child),
    stop: async () => {
      if (child.exitCode !== null) return
      child.kill('SIGTERM')
      await once(child, 'exit')
    },
  }
}

/** Waits until the process answers with less than 500. @throws when it ends before. */
export async function untilAnswered(child: ChildProcess, url: string): Promise<void> {
  for (let tries = 0; tries < 1_500; tries++) {
    if (child.exitCode !== null) throw new Error('the process ended while starting')
    try {
      const reply = await request(url)
      await reply.body.dump()
      if (reply.statusCode < 500) return
    } catch {
      // Not listening yet.
    }
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  throw new Error(`no answer at ${url}`)
}

async function rssOf(child: ChildProcess): Promise<number> {
  const status = await readFile(`/proc/${child.pid}/status`, 'utf8')
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024
}

/** Makes a creditor with the real command and returns its API key. */
export async function createCreditor(
  databaseUrl: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<string> {
  const args = [CLI, 'creditor', 'create', '--name', 'Bench', '--iban', 'NL91ABNA0417164300']
  const env = { ...process.env, ...settings, DATABASE_URL: databaseUrl }
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'inherit'] })
  let text = ''
  for await (const chunk of child.stdout) text += chunk
  const key = /parley_sk_[\w-]+/.exec(text)?.[0]
  if (key === undefined) throw new Error('the command printed no key')
  return key
}
