// The system under test as a child process: an agent or a bank in any language. All that it is told stands in
// its environment, and all that it does goes over the protocol.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { compiledCode } from './compiled-code.ts'
import { atTheEnd } from './left-behind.ts'

/** What a program is told, beside the environment of the suite. */
export interface ProgramContext {
  /** CONF_SERVER_URL: the creditor's server that the suite plays. */
  readonly serverUrl: string
  /** CONF_SCENARIO: what the program is to live through, such as `accept` or `pay`. */
  readonly scenario: string
  /** CONF_CONTEXT: what it needs for that, as JSON. */
  readonly context: Readonly<Record<string, unknown>>
  /** CONF_NOW: epoch seconds that it takes for the time when it starts; its clock runs on from there. */
  readonly now: number
}

export interface Program {
  readonly process: ChildProcess
  /** What it printed so far, both streams. */
  output(): string
  /** Exit code, or null once it was killed; all that it printed is there by then. */
  readonly ended: Promise<number | null>
  /** Ends it at once, as a crash does. */
  kill(): void
  /** Ends it: first asked, then killed. */
  stop(): Promise<void>
}

const STOP_SECONDS = 5
const LAST_WORDS_MS = 1_000
const KEPT_CHARACTERS = 20_000

/** Starts a command line in a shell. */
export function startProgram(command: string, told: ProgramContext): Program {
  const child = spawn(command, {
    shell: true,
    // A group of its own: the shell and what it starts are ended together.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      ...compiledCode(),
      CONF_SERVER_URL: told.serverUrl,
      CONF_SCENARIO: told.scenario,
      CONF_CONTEXT: JSON.stringify(told.context),
      CONF_NOW: String(told.now),
    },
  })
  let printed = ''
  const keep = (chunk: Buffer) => {
    printed = `${printed}${chunk}`.slice(-KEPT_CHARACTERS)
  }
  child.stdout.on('data', keep)
  child.stderr.on('data', keep)
  // What it printed last may come after it has ended; what it left running may keep its streams open.
  child.once('exit', () => {
    const timer = setTimeout(() => {
      child.stdout.destroy()
      child.stderr.destroy()
    }, LAST_WORDS_MS)
    child.once('close', () => clearTimeout(timer))
  })
  const signal = (name: 'SIGTERM' | 'SIGKILL') => {
    if (child.exitCode === null && child.signalCode === null) process.kill(-Number(child.pid), name)
  }
  const forget = atTheEnd(() => signal('SIGKILL'))
  const ended = once(child, 'close').then(([code]) => {
    forget()
    return code as number | null
  })
  return {
    process: child,
    output: () => printed,
    ended,
    kill: () => signal('SIGKILL'),
    async stop() {
      signal('SIGTERM')
      const timer = setTimeout(() => signal('SIGKILL'), STOP_SECONDS * 1000)
      await ended
      clearTimeout(timer)
    },
  }
}
