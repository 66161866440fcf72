// Starts the processes of an example and sees to it that none outlives the run. Their output goes to files,
// of which the end is shown when one fails.
import { type ChildProcess, execFile, fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import { openSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'

/** What a process of ours says when it is ready. */
export interface ReadyMessage {
  readonly origin: string
  readonly smtpUrl?: string
}

/** The processes of one run. */
export interface ChildProcesses {
  /** Starts a program that says by message when it is ready, and waits for that. */
  fork(name: string, program: string, parameters: readonly string[]): Promise<ReadyMessage>
  /** Starts any Node program that tells by itself when it is ready. */
  spawn(name: string, program: string, parameters: readonly string[], env: Environment): void
  /** Throws when a process has ended that should not have. */
  check(): void
  /** Ends all of them: first asked, then killed. */
  stop(): Promise<void>
}

/** Variables of the environment. */
export type Environment = Readonly<Record<string, string>>

interface Child {
  readonly name: string
  readonly process: ChildProcess
}

const STOP_SECONDS = 10
const LOG_LINES = 15

/** Creates a group of processes that log into a folder. */
export function createChildProcesses(folder: string): ChildProcesses {
  const children: Child[] = []
  let isStopping = false
  const logOf = (name: string) => join(folder, `${name}.log`)

  function add(name: string, process: ChildProcess): ChildProcess {
    children.push({ name, process })
    return process
  }

  function failureOf(): Error | undefined {
    const ended = children.find(({ process }) => hasEnded(process))
    if (ended === undefined || isStopping) return undefined
    return new Error(`${ended.name} ended:\n${tailOf(logOf(ended.name))}`)
  }

  return {
    async fork(name, program, parameters) {
      const log = openSync(logOf(name), 'a')
      const child = fork(program, parameters, {
        stdio: ['ignore', log, log, 'ipc'],
      })
      add(name, child)
      const ready = once(child, 'message') as Promise<[ReadyMessage]>
      const ended = once(child, 'exit').then(() => undefined)
      const message = await Promise.race([ready, ended])
      if (message === undefined) throw failureOf() ?? new Error(`${name} ended`)
      return message[0]
    },
    spawn(name, program, parameters, env) {
      const log = openSync(logOf(name), 'a')
      const stdio: ['ignore', number, number] = ['ignore', log, log]
      const environment = { ...process.env, ...env }
      add(
        name,
        spawn(process.execPath, [program, ...parameters], {
          stdio,
          env: environment,
        }),
      )
    },
    check() {
      const failure = failureOf()
      if (failure !== undefined) throw failure
    },
    async stop() {
      isStopping = true
      await Promise.all(children.map(({ process }) => stopOne(process)))
    },
  }
}

/** Runs a Node program to its end and returns what it printed. @throws with both outputs. */
export async function runProgram(
  program: string,
  parameters: readonly string[],
  env: Environment,
): Promise<string> {
  const environment = { ...process.env, ...env }
  const run = promisify(execFile)(process.execPath, [program, ...parameters], { env: environment })
  try {
    return (await run).stdout
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string }
    throw new Error(`${parameters.join(' ')} failed:\n${stdout}${stderr}`)
  }
}

/** A port of loopback that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port is free')
  return address.port
}

async function stopOne(child: ChildProcess): Promise<void> {
  if (hasEnded(child)) return
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_SECONDS * 1000)
  await ended
  clearTimeout(timer)
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null
}

function tailOf(file: string): string {
  return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-LOG_LINES).join('\n')
}
