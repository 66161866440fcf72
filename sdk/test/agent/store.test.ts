import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type AgentStore,
  createMemoryAgentStore,
  type PendingEnrolment,
  type ThreadRecord,
} from '../../src/index.ts'
import { createFileAgentStore } from '../../src/node/index.ts'
import { createAgentWorld } from '../support/agent-world.ts'

let folder = ''
let sample: ThreadRecord | undefined
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parley-agent-'))
  const { agent, peer, push } = await createAgentWorld()
  await push(await peer.request())
  await agent.idle()
  sample = (await agent.threads())[0]
})
afterAll(() => rm(folder, { recursive: true }))

function thread(changes: Partial<ThreadRecord> = {}): ThreadRecord {
  if (sample === undefined) throw new Error('no sample')
  return { ...sample, thr: 'thread-of-the-store-test', version: 1, ...changes }
}

const stores: ReadonlyArray<[string, () => AgentStore]> = [
  ['in memory', createMemoryAgentStore],
  ['in a folder', () => createFileAgentStore(join(folder, crypto.randomUUID()))],
]

describe.each(stores)('an agent store %s', (_, create) => {
  it('gives back what it keeps', async () => {
    const store = create()
    expect(await store.thread(thread())).toBeUndefined()
    expect(await store.saveThread(thread())).toBe(true)
    expect(await store.thread(thread())).toEqual(thread())
    expect(await store.threads()).toEqual([thread()])
  })

  it('keeps a version only upon the one before', async () => {
    const store = create()
    expect(await store.saveThread(thread({ version: 2 }))).toBe(false)
    expect(await store.saveThread(thread({ version: 1 }))).toBe(true)
    expect(await store.saveThread(thread({ version: 1 }))).toBe(false)
    expect(await store.saveThread(thread({ version: 2, stage: 'ended' }))).toBe(true)
    expect(await store.thread(thread())).toMatchObject({ version: 2, stage: 'ended' })
  })

  it('lets exactly one of many writers win', async () => {
    const store = create()
    const saves = Array.from({ length: 20 }, () => store.saveThread(thread()))
    expect((await Promise.all(saves)).filter(Boolean)).toHaveLength(1)
  })

  it('tells conversations apart that differ in case only', async () => {
    const store = create()
    await store.saveThread(thread({ thr: 'aaaaaaaaaaaaaaaaaaaaaa' }))
    await store.saveThread(thread({ thr: 'aaaaaaaaaaaaaaaaaaaaaA' }))
    expect(await store.threads()).toHaveLength(2)
  })

  it('keeps enrolments and the place in their inbox, and forgets them', async () => {
    const store = create()
    const enrolment: PendingEnrolment = {
      state: 'pending',
      id: 'enrolment-1',
      version: 1,
      server: 'https://creditor.example',
      enrolUrl: 'https://creditor.example/enrol',
      ticket: { activationCode: 'CODE-1234' },
      jws: 'a.b.c',
      acceptNewAccount: false,
    }
    expect(await store.cursor('enrolment-1')).toBeNull()
    const changed = { ...enrolment, version: 2, acceptNewAccount: true }
    expect(await store.saveEnrolment(changed)).toBe(false)
    expect(await store.saveEnrolment(enrolment)).toBe(true)
    expect(await store.saveEnrolment(enrolment)).toBe(false)
    expect(await store.saveEnrolment(changed)).toBe(true)
    expect(await store.enrolments()).toEqual([changed])
    await store.saveCursor('enrolment-1', '41')
    await store.saveCursor('enrolment-1', '42')
    expect(await store.cursor('enrolment-1')).toBe('42')
    await store.saveCursor('enrolment-1', null)
    expect(await store.cursor('enrolment-1')).toBeNull()
    await store.removeEnrolment('enrolment-1')
    expect(await store.enrolments()).toEqual([])
  })
})

describe('an agent store in a folder', () => {
  it('is shared by processes: another one on the same folder sees and respects it', async () => {
    const path = join(folder, 'shared')
    const [one, two] = [createFileAgentStore(path), createFileAgentStore(path)]
    expect(await one.saveThread(thread())).toBe(true)
    expect(await two.saveThread(thread())).toBe(false)
    expect(await two.saveThread(thread({ version: 2 }))).toBe(true)
    expect(await one.thread(thread())).toMatchObject({ version: 2 })
  })

  it('does not see what a crash left half written', async () => {
    const path = join(folder, 'crashed')
    const store = createFileAgentStore(path)
    await store.saveThread(thread())
    const [name = ''] = await readdir(join(path, 'threads'))
    await writeFile(join(path, 'threads', name, 'half.tmp'), '{"version":')
    expect(await store.thread(thread())).toEqual(thread())
    expect(await store.saveThread(thread({ version: 2 }))).toBe(true)
  })

  it('keeps a few versions and no more', async () => {
    const path = join(folder, 'versions')
    const store = createFileAgentStore(path)
    for (let version = 1; version <= 20; version++) await store.saveThread(thread({ version }))
    const [name = ''] = await readdir(join(path, 'threads'))
    const files = await readdir(join(path, 'threads', name))
    expect(files).toHaveLength(8)
    const newest = await readFile(join(path, 'threads', name, '20.json'), 'utf8')
    expect(JSON.parse(newest)).toMatchObject({ version: 20 })
  })

  it('carries a whole conversation over a restart', async () => {
    const store = createFileAgentStore(join(folder, 'restart'))
    const { agent, peer, push, network, restart } = await createAgentWorld({ store })
    network.faultOf = ({ url }) => (url.endsWith('/parley/messages') ? 'unreachable' : 'none')
    await push(await peer.request())
    await agent.idle()
    network.faultOf = () => 'none'
    const next = restart({ store: createFileAgentStore(join(folder, 'restart')) })
    await next.resume()
    expect(await next.threads()).toMatchObject([{ stage: 'agreed' }])
  })
})

describe('two processes of one agent', () => {
  it('give one answer to a request that both receive', async () => {
    const { agent, peer, network, restart } = await createAgentWorld()
    const other = restart()
    const jws = await peer.request()
    const push = () =>
      new Request('https://agent.example/inbox', {
        method: 'POST',
        headers: { 'content-type': 'application/jose' },
        body: jws,
      })
    const responses = await Promise.all([agent.handle(push()), other.handle(push())])
    expect(responses.map(({ status }) => status)).toEqual([202, 202])
    await Promise.all([agent.idle(), other.idle()])
    expect(new Set(network.posted('/parley/messages')).size).toBe(1)
    expect(peer.agreements).toHaveLength(1)
  })
})
