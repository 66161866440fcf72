// One place for a server process: API and workers as `parley serve` runs them. What dies is started again,
// as a supervisor would; what it printed and how it ended is kept.
import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { freePort } from '../test/support/postgres.ts'

const PARLEY = fileURLToPath(new URL('../src/cli/parley.ts', import.meta.url))
const HOOK = fileURLToPath(new URL('./patch-hook.ts', import.meta.url))
const START_DEADLINE_MS = 400_000

export type Environment = Readonly<Record<string, string>>

export interface ServerSlot {
  /** Where it listens; undefined while it is not ready. */
  readonly port: number | undefined
  readonly pid: number | undefined
  readonly logs: string[]
  /** How each of its processes ended. */
  readonly ends: (number | NodeJS.Signals)[]
  /** Starts a process with patches of the product, and waits until it is ready. */
  start(patches?: { names: readonly string[]; crashAt?: number }): Promise<void>
  /** Kills the process; the next one starts at once. */
  kill(): Promise<void>
  /** Ends the process and starts no other; resolves with how it ended. */
  stop(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | NodeJS.Signals>
  rssMb(): number
}

/** Makes a place. `alwaysPatched` are in every process, `changed` is told when ports come and go. */
export function createSlot(options: {
  env: () => Environment
  alwaysPatched: readonly string[]
  changed: () => void
}): ServerSlot {
  let child: ChildProcess | undefined
  let isWanted = false
  let generation = 0
  let ready: Promise<void> = Promise.resolve()

  async function run(names: readonly string[], crashAt: number): Promise<void> {
    const port = await freePort()
    // A crash point stands beside what a mutation replaces: it is put in first.
    const patches = [...names, ...options.alwaysPatched]
    const mine = ++generation
    const args = ['--import', HOOK, PARLEY, 'serve']
    const one = spawn(process.execPath, patches.length === 0 ? args.slice(2) : args, {
      env: {
        PATH: process.env['PATH'] ?? '',
        // Servers start many times in a run: what was compiled once is kept for as long.
        NODE_COMPILE_CACHE: join(tmpdir(), 'compiled'),
        PARLEY_PORT: String(port),
        PARLEY_FAULT_PATCHES: patches.join(','),
        PARLEY_FAULT_CRASH_AT: String(crashAt),
        ...options.env(),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    child = one
    const killAtTheEnd = () => one.kill('SIGKILL')
    process.once('exit', killAtTheEnd)
    for (const stream of [one.stdout, one.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => slot.logs.push(text))
    }
    one.once('exit', (code, signal) => {
      process.off('exit', killAtTheEnd)
      slot.ends.push(code ?? signal ?? -1)
      slot.port = undefined
      options.changed()
      if (isWanted && mine === generation) ready = run([], 1).catch(() => {})
    })
    await untilReady(one, port)
    slot.port = port
    options.changed()
  }

  async function untilReady(one: ChildProcess, port: number): Promise<void> {
    const deadline = Date.now() + START_DEADLINE_MS
    while (one.exitCode === null && one.signalCode === null && Date.now() < deadline) {
      const status = await fetch(`http://127.0.0.1:${port}/health/ready`).then(
        ({ status }) => status,
        () => 0,
      )
      if (status === 200) return
      await sleep(25)
    }
    throw new Error(`a server did not get ready: ${slot.logs.slice(-5).join('')}`)
  }

  const slot: ServerSlot & { port: number | undefined } = {
    port: undefined,
    get pid() {
      return child?.pid
    },
    logs: [],
    ends: [],
    async start({ names, crashAt = 1 } = { names: [] }) {
      isWanted = true
      ready = run(names, crashAt)
      await ready
    },
    async kill() {
      const dying = child
      if (dying === undefined || dying.exitCode !== null || dying.signalCode !== null) return
      const gone = new Promise((resolve) => dying.once('exit', resolve))
      dying.kill('SIGKILL')
      await gone
    },
    async stop(signal) {
      isWanted = false
      await ready.catch(() => {})
      const ending = child
      if (ending === undefined) return 0
      if (ending.exitCode !== null || ending.signalCode !== null) return slot.ends.at(-1) ?? -1
      const gone = new Promise((resolve) => ending.once('exit', resolve))
      ending.kill(signal)
      await gone
      return slot.ends.at(-1) ?? -1
    },
    rssMb() {
      try {
        const status = readFileSync(`/proc/${child?.pid}/status`, 'utf8')
        return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024
      } catch {
        return 0
      }
    },
  }
  return slot
}
