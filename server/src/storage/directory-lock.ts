// Keeps a second process out of the directory of the embedded store, which takes one at a time. A
// file names the holder; a holder that is gone, killed perhaps, is succeeded.
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

export interface DirectoryLock {
  release(): Promise<void>
}

/** Thrown when a living process holds the directory. */
export class DirectoryLocked extends Error {
  readonly code = 'directory-locked'
  readonly pid: number

  constructor(directory: string, pid: number) {
    super(
      `The store in ${directory} is in use by process ${pid}, and the embedded store takes one ` +
        'process at a time: stop that process first (the server, as a rule), or use PostgreSQL ' +
        'through DATABASE_URL.',
    )
    this.pid = pid
  }
}

/** Long enough for a rival that judged the same dead holder to have written its name too. */
const SETTLING_MS = 100
/** A file is empty between its creation and its first byte. */
const EMPTY_RETRIES = 10

/**
 * Takes `<directory>/lock`, making the directory when it is missing.
 *
 * @throws {DirectoryLocked} when the process named in the file lives, also in this process.
 */
export async function lockDirectory(directory: string): Promise<DirectoryLock> {
  await mkdir(directory, { recursive: true })
  const file = join(directory, 'lock')
  const own = await nameOf(process.pid)
  if (!(await isCreated(file, own))) await succeed(directory, file, own)
  return { release: () => release(file, own) }
}

async function isCreated(file: string, own: string): Promise<boolean> {
  try {
    await writeFile(file, own, { flag: 'wx' })
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

/** Puts our name in the place of a dead holder's; of several successors the last one holds. */
async function succeed(directory: string, file: string, own: string): Promise<void> {
  const holder = await readHolder(file)
  if (holder !== undefined && (await isAlive(holder))) throw locked(directory, holder)
  const draft = `${file}.${process.pid}`
  await writeFile(draft, own)
  await rename(draft, file)
  await sleep(SETTLING_MS)
  const winner = await readHolder(file)
  if (winner !== own) throw locked(directory, winner ?? '')
}

async function readHolder(file: string): Promise<string | undefined> {
  for (let attempt = 0; attempt < EMPTY_RETRIES; attempt++) {
    const text = await readFile(file, 'utf8').catch(() => undefined)
    if (text !== '') return text
    await sleep(SETTLING_MS / EMPTY_RETRIES)
  }
  return ''
}

/** A process id comes back after a restart, in a container at once; its start time does not. */
async function isAlive(holder: string): Promise<boolean> {
  const pid = pidOf(holder)
  if (!Number.isSafeInteger(pid) || pid <= 0) return false
  try {
    process.kill(pid, 0)
  } catch (error) {
    // EPERM: it lives, as another user's process.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false
  }
  return holder === (await nameOf(pid))
}

/** The process id and, where the system tells it, the time at which the process began. */
async function nameOf(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined)
  // proc_pid_stat(5): field 22 is the start time; field 2, the only one with blanks, ends with `)`.
  const startedAt = stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? 'unknown'
  return `${pid} ${startedAt}\n`
}

async function release(file: string, own: string): Promise<void> {
  if ((await readHolder(file)) === own) await rm(file, { force: true })
}

function locked(directory: string, holder: string): DirectoryLocked {
  return new DirectoryLocked(directory, pidOf(holder))
}

function pidOf(holder: string): number {
  return Number(holder.split(' ')[0])
}
