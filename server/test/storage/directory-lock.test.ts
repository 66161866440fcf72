import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { lockDirectory } from '../../src/storage/directory-lock.ts'

let directory: string

beforeEach(async () => {
  const root = await mkdtemp(join(tmpdir(), 'parley-lock-'))
  directory = join(root, '.parley')
  onTestFinished(() => rm(root, { recursive: true, force: true }))
})

describe('lockDirectory', () => {
  it('makes the directory, names its process, and leaves nothing behind', async () => {
    const lock = await lockDirectory(directory)
    expect(await readFile(join(directory, 'lock'), 'utf8')).toMatch(new RegExp(`^${process.pid} `))
    await lock.release()
    expect(await readdir(directory)).toEqual([])
  })

  it('refuses a second taker and names the first', async () => {
    const lock = await lockDirectory(directory)
    await expect(lockDirectory(directory)).rejects.toMatchObject({
      code: 'directory-locked',
      pid: process.pid,
      message: expect.stringContaining('one process at a time'),
    })
    await lock.release()
    const next = await lockDirectory(directory)
    await next.release()
  })

  it('refuses while another process lives and takes over when it was killed', async () => {
    const holder = await startHolder()
    await expect(lockDirectory(directory)).rejects.toMatchObject({ pid: holder.pid })
    holder.kill('SIGKILL')
    await once(holder, 'exit')
    const lock = await lockDirectory(directory)
    await lock.release()
    expect(await readdir(directory)).toEqual([])
  })

  it.each([
    ['a process that is gone', '4194300 1\n'],
    ['a process id that somebody else has now', `${process.pid} 1\n`],
    ['nobody', 'garbage'],
    ['nothing', ''],
  ])('takes over a lock that names %s', async (_, content) => {
    await (await lockDirectory(directory)).release()
    await writeFile(join(directory, 'lock'), content)
    const lock = await lockDirectory(directory)
    await lock.release()
  })

  it('lets one of many successors in', async () => {
    await (await lockDirectory(directory)).release()
    await writeFile(join(directory, 'lock'), '4194300 1\n')
    const holders = await Promise.all(Array.from({ length: 4 }, startContender))
    expect(holders.filter((isHolder) => isHolder)).toHaveLength(1)
  })
})

const MODULE = new URL('../../src/storage/directory-lock.ts', import.meta.url).href

function start(script: string) {
  const source = `const { lockDirectory } = await import(${JSON.stringify(MODULE)});
    const directory = ${JSON.stringify(directory)};
    ${script}`
  const child = spawn(process.execPath, ['--input-type=module', '--eval', source], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => {
    child.kill('SIGKILL')
  })
  return child
}

async function startHolder() {
  const child = start(
    `await lockDirectory(directory); console.log('held'); setInterval(() => {}, 1e6)`,
  )
  await once(child.stdout, 'data')
  return child
}

/** Whether a process of its own got the lock; it keeps it. */
async function startContender(): Promise<boolean> {
  const child = start(`try { await lockDirectory(directory); console.log('held') }
    catch { console.log('refused') }
    setInterval(() => {}, 1e6)`)
  const [answer] = (await once(child.stdout, 'data')) as [Buffer]
  return answer.toString().startsWith('held')
}
