// A real process is killed while it writes: what the store promised is there, whole, and one can go on.
import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ThreadRecord } from '../../src/index.ts'
import { createFileAgentStore } from '../../src/node/index.ts'
import { createAgentWorld, pushRequest } from '../support/agent-world.ts'

const WRITER = join(import.meta.dirname, '../support/store-writer.ts')

let folder = ''
let sample: ThreadRecord
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parley-kill-'))
  const { agent, peer, push } = await createAgentWorld()
  await push(await peer.request())
  await agent.idle()
  const [thread] = await agent.threads()
  if (thread === undefined) throw new Error('no sample')
  sample = thread
  await writeFile(join(folder, 'record.json'), JSON.stringify(sample))
})
afterAll(() => rm(folder, { recursive: true }))

/** Starts the writer, kills it after so many promises and a moment, and returns the last promise. */
async function writeAndKill(promises: number, moment: number): Promise<number> {
  const arguments_ = [WRITER, join(folder, 'store'), join(folder, 'record.json')]
  const child = spawn(process.execPath, arguments_, { stdio: ['ignore', 'pipe', 'inherit'] })
  const exited = new Promise((resolve) => child.once('exit', resolve))
  let last = 0
  let count = 0
  for await (const line of createInterface({ input: child.stdout })) {
    last = Number(line)
    count++
    if (count === promises) setTimeout(() => child.kill('SIGKILL'), moment)
  }
  await exited
  return last
}

describe('a store in a folder whose process is killed', () => {
  it('has everything that it promised, whole, and lets the next process go on', async () => {
    const store = createFileAgentStore(join(folder, 'store'))
    for (let round = 0; round < 6; round++) {
      const promised = await writeAndKill(3 + round, round * 2)
      const kept = await store.thread(sample)
      if (kept === undefined) throw new Error('nothing was kept')
      // The one after the last promise may be there; nothing that was promised is missing.
      expect(kept.version).toBeGreaterThanOrEqual(promised)
      expect(kept.version).toBeLessThanOrEqual(promised + 1)
      expect(new Set(kept.evidence.map(({ code }) => code))).toEqual(new Set([`${kept.version}`]))
      expect(kept.evidence.every(({ message }) => message.length >= 1000)).toBe(true)
      expect(Number(await store.cursor(sample.enrolmentId))).toBeGreaterThanOrEqual(promised)
    }
    expect(await store.threads()).toHaveLength(1)
  })

  it('takes a message that is delivered again after the crash in once', async () => {
    const path = join(folder, 'redelivery')
    const world = await createAgentWorld({ store: createFileAgentStore(path) })
    const request = await world.peer.request()
    await world.push(request)
    await world.agent.idle()
    const next = world.restart({ store: createFileAgentStore(path) })
    for (let delivery = 0; delivery < 3; delivery++) {
      expect((await next.handle(pushRequest(request))).status).toBe(202)
    }
    await next.idle()
    expect(world.peer.agreements).toHaveLength(1)
    expect(await next.decisions()).toHaveLength(1)
  })
})
