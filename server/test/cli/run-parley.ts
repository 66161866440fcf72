// Runs the real command: in this process, or in one of its own where the process itself is the matter.
import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { inject, onTestFinished } from 'vitest'
import { runParley } from '../../src/cli/program.ts'

const PARLEY = new URL('../../src/cli/parley.ts', import.meta.url).pathname

export interface Ended {
  code: number | null
  out: string
  err: string
}

export interface RunOptions {
  directory?: string
  env?: Record<string, string>
  /** Nobody reads what it writes. */
  isUnread?: boolean
}

/** Runs `parley` here, with settings of its own: the command as it is, without the start of a process. */
export async function parley(
  args: readonly string[],
  { env = {} }: Pick<RunOptions, 'env'> = {},
): Promise<Ended> {
  const told: Ended = { code: null, out: '', err: '' }
  await runParley(args, {
    env,
    isTerminal: false,
    out: (text) => {
      told.out += text
    },
    err: (text) => {
      told.err += text
    },
    get exitCode() {
      return told.code ?? 0
    },
    set exitCode(code) {
      told.code = code
    },
  })
  return { ...told, code: told.code ?? 0 }
}

/** Runs `parley` in a process and waits for its end; no setting of the machine reaches it. */
export async function parleyProcess(
  args: readonly string[],
  options: RunOptions = {},
): Promise<Ended> {
  const child = spawn(process.execPath, [PARLEY, ...args], {
    cwd: options.directory ?? tmpdir(),
    env: {
      PATH: process.env['PATH'] ?? '',
      NODE_COMPILE_CACHE: inject('compileCache'),
      ...options.env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  if (options.isUnread === true) child.stdout.destroy()
  const ended: Ended = { code: null, out: '', err: '' }
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    ended.out += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    ended.err += text
  })
  ended.code = await new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  return ended
}

/** A directory of its own for a test, removed after it. */
export async function temporaryDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'parley-test-'))
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
  return directory
}

/** Writes a file into a directory of its own and returns its path. */
export async function temporaryFile(name: string, content: string | Uint8Array): Promise<string> {
  const file = join(await temporaryDirectory(), name)
  await writeFile(file, content)
  return file
}
