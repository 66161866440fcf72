// A server process with an eye on it: memory, processor time and open files from /proc, and what only
// the process itself knows from the probe.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import process from 'node:process'
import { untilAnswered } from '../bench/processes.ts'
import type { Inside } from './probe.ts'

const PROBE = new URL('./probe.ts', import.meta.url).pathname

/** Of this kind of machine: Linux counts processor time in hundredths of a second. */
const TICK_MS = 10

export interface OpenFiles {
  sockets: number
  others: number
}

export interface WatchedProcess {
  name: string
  origin: string
  logFile: string
  rssMb(): number
  /** Processor time since it started, in milliseconds. */
  cpuMs(): number
  openFiles(): OpenFiles
  /** Asks the process itself, which collects its garbage first. */
  look(): Promise<Inside>
  hasEnded(): boolean
  /** Asks it to end; resolves with the exit code, or the signal that ended it. */
  stop(): Promise<number | NodeJS.Signals>
}

/** Starts a Node program that listens at an origin, and waits until it is ready. */
export async function startWatched(program: {
  name: string
  args: readonly string[]
  env: Readonly<Record<string, string>>
  origin: string
  readyPath: string
  logFile: string
}): Promise<WatchedProcess> {
  const { name, origin, logFile } = program
  const log = openSync(logFile, 'a')
  const child = spawn(process.execPath, ['--import', PROBE, ...program.args], {
    env: { PATH: process.env['PATH'] ?? '', ...program.env },
    stdio: ['ignore', log, log, 'ipc'],
  })
  closeSync(log)
  const ended = once(child, 'exit').then(([code, signal]) => (code ?? signal) as never)
  const kill = () => child.kill('SIGKILL')
  process.once('exit', kill)
  await untilAnswered(child, origin + program.readyPath).catch((error: unknown) => {
    kill()
    throw new Error(`${name}: ${readFileSync(logFile, 'utf8').slice(-2_000)}`, { cause: error })
  })
  const proc = `/proc/${child.pid}`
  return {
    name,
    origin,
    logFile,
    rssMb: () => kilobytes(proc, 'VmRSS') / 1024,
    cpuMs: () => cpuOf(proc),
    openFiles: () => openFilesOf(proc),
    look: () => look(child),
    hasEnded: () => child.exitCode !== null || child.signalCode !== null,
    async stop() {
      child.kill('SIGTERM')
      const how = await ended
      process.off('exit', kill)
      return how
    },
  }
}

async function look(child: ChildProcess): Promise<Inside> {
  const answer = once(child, 'message')
  child.send('look')
  const [inside] = (await answer) as [Inside]
  return inside
}

function kilobytes(proc: string, field: string): number {
  const status = readFileSync(`${proc}/status`, 'utf8')
  return Number(new RegExp(`${field}:\\s+(\\d+)`).exec(status)?.[1] ?? 0)
}

/** Fields 14 and 15 of proc_pid_stat(5), counted behind the name, which may hold blanks. */
function cpuOf(proc: string): number {
  const stat = readFileSync(`${proc}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS
}

function openFilesOf(proc: string): OpenFiles {
  const open = { sockets: 0, others: 0 }
  for (const fd of readdirSync(`${proc}/fd`)) {
    if (targetOf(`${proc}/fd/${fd}`).startsWith('socket:')) open.sockets += 1
    else open.others += 1
  }
  return open
}

/** A file may have been closed since the folder was read. */
function targetOf(fd: string): string {
  try {
    return readlinkSync(fd)
  } catch {
    return ''
  }
}
