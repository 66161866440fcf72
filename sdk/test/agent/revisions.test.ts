// A demand changes while it is talked about, or its creditor contradicts itself.
import { describe, expect, it } from 'vitest'
import type { AgentOptions } from '../../src/index.ts'
import { type AgentWorld, codeOf, createAgentWorld } from '../support/agent-world.ts'
import { MENU, OTHER_IBAN, POLICY } from '../support/fixtures.ts'
import { payloadOf, thrOf } from '../support/peek.ts'

const MESSAGES = '/parley/messages'
const euro = (value: string) => ({ value, currency: 'EUR' })
const LESS = { amount: euro('200.00'), menu: { ...MENU, menuId: 'menu-r2' } }

async function billWorld(
  options: Partial<AgentOptions> = { policy: { ...POLICY, askAbove: 1n } },
): Promise<AgentWorld & { thr: string }> {
  const world = await createAgentWorld(options)
  const request = await world.peer.request()
  await world.push(request)
  await world.agent.idle()
  return { ...world, thr: thrOf(request) }
}

const reminder = (changes: object = {}) => ({
  ...{ revision: 1, dueDate: '2026-04-16', total: euro('245.00') },
  parts: [
    { kind: 'principal', amount: euro('240.00') },
    { kind: 'fee', amount: euro('5.00') },
  ],
  dunning: { level: 1, respondBy: 1_772_900_000, nextStep: 'human-channel' },
  menu: { ...MENU, menuId: 'menu-reminder' },
  ...changes,
})

describe('a revision', () => {
  it('[REV-01] takes the place of the request and is decided anew', async () => {
    const world = await billWorld()
    const restarted = world.restart({ policy: POLICY })
    world.peer.inbox.push(await world.peer.revise(world.thr, LESS))
    await restarted.pull()
    const [thread] = await restarted.threads()
    expect(thread).toMatchObject({
      ...{ stage: 'agreed', outstanding: euro('200.00') },
      request: { revision: 2, amount: euro('200.00') },
    })
    expect(thread?.decisions.map(({ decision }) => decision.kind)).toEqual(['ask', 'accept'])
    expect(world.peer.taken).toMatchObject([{ kind: 'accept', payload: { menuId: 'menu-r2' } }])
  })

  it('[REV-01] takes back an answer to the former one that has not arrived', async () => {
    const world = await createAgentWorld()
    world.network.faultOf = ({ url }) => (url.endsWith(MESSAGES) ? 'unreachable' : 'none')
    const request = await world.peer.request()
    await world.push(request)
    await world.agent.idle()
    await world.push(await world.peer.revise(thrOf(request), LESS))
    world.network.faultOf = () => 'none'
    await world.agent.idle()
    await world.agent.resume()
    expect(world.peer.taken).toMatchObject([{ payload: { menuId: 'menu-r2', seq: 2 } }])
    expect(await world.agent.threads()).toMatchObject([{ evidence: [{ code: 'crossed' }] }])
  })

  it('[THR-04] that made an answer stale is fetched, and the answer decided anew', async () => {
    const world = await billWorld()
    world.peer.inbox.push(await world.peer.revise(world.thr, LESS))
    const [thread] = await world.agent.threads()
    const key = { enrolmentId: thread?.enrolmentId ?? '', thr: world.thr }
    await world.agent.choose(key, { kind: 'approve' })
    const answers = world.network.posted(MESSAGES).map((jws) => payloadOf(jws).menuId)
    expect(answers).toEqual(['menu-0'])
    expect(await world.agent.threads()).toMatchObject([
      { stage: 'asking', request: { revision: 2 }, outstanding: euro('200.00') },
    ])
  })

  it('[PLN-05] over the rest of its agreement is decided anew, and takes its place', async () => {
    const world = await billWorld({})
    const [before] = await world.agent.threads()
    const former = before?.agreement?.agreementId ?? ''
    const replan = { agreementId: former, reason: { code: 'line-missed' } }
    expect(former).not.toBe('')
    await world.push(await world.peer.revise(world.thr, { ...LESS, replan }))
    await world.agent.idle()
    const [thread] = await world.agent.threads()
    expect(thread).toMatchObject({ stage: 'agreed', former: null, request: { revision: 2 } })
    expect(thread?.agreement?.agreementId).not.toBe(former)
    expect(world.peer.taken.map(({ kind }) => kind)).toEqual(['accept', 'accept'])
  })

  it('[PLN-05] over the rest of another agreement is refused', async () => {
    const world = await billWorld({})
    const replan = { agreementId: 'a'.repeat(43), reason: { code: 'line-missed' } }
    const response = await world.push(await world.peer.revise(world.thr, { ...LESS, replan }))
    expect([response.status, await codeOf(response)]).toEqual([409, 'agreement-exists'])
  })

  it('[REV-02] is refused after an agreement', async () => {
    const world = await billWorld({})
    const response = await world.push(await world.peer.revise(world.thr, LESS))
    expect([response.status, await codeOf(response)]).toEqual([409, 'agreement-exists'])
    expect(await world.agent.threads()).toMatchObject([
      { stage: 'agreed', request: { revision: 1 }, outstanding: euro('240.00') },
    ])
  })

  it.each([
    ['the same number again', { revision: 1 }, 'revision-superseded'],
    ['a number left out', { revision: 3 }, 'content-invalid'],
    ['another bill', { requestId: 'req_other' }, 'content-invalid'],
    ['another currency', { amount: { value: '200.00', currency: 'USD' } }, 'content-invalid'],
    ['a day that does not exist', { dueDate: '2026-02-30' }, 'content-invalid'],
  ])('[REV-01] is refused with %s, and changes nothing', async (_, changes, code) => {
    const world = await billWorld()
    const before = await world.agent.threads()
    expect(await codeOf(await world.push(await world.peer.revise(world.thr, changes)))).toBe(code)
    expect(await world.agent.threads()).toEqual(before)
  })

  it('[ENR-03] is refused with another account, and never answered', async () => {
    const world = await billWorld()
    const creditor = { id: 'cr1', name: 'Stadtwerke Beispiel', account: { iban: OTHER_IBAN } }
    const response = await world.push(await world.peer.revise(world.thr, { creditor }))
    expect([response.status, await codeOf(response)]).toEqual([422, 'account'])
    expect(await world.agent.threads()).toMatchObject([{ ending: 'account-changed' }])
    await world.push(await world.peer.next(world.thr, 'menu', { menu: MENU }))
    await world.agent.idle()
    expect(world.network.posted(MESSAGES)).toEqual([])
  })
})

describe('a reminder', () => {
  it('[DUN-05] is shown, and its menu takes the place of the former one', async () => {
    const world = await billWorld()
    await world.push(await world.peer.next(world.thr, 'reminder', reminder()))
    expect(world.events).toContainEqual(
      expect.objectContaining({
        type: 'reminder',
        reminder: expect.objectContaining({ total: euro('245.00') }),
      }),
    )
    expect(await world.agent.threads()).toMatchObject([
      { stage: 'asking', outstanding: euro('245.00'), menu: { menuId: 'menu-reminder' } },
    ])
    expect(await world.agent.decisions()).toHaveLength(2)
  })

  it('without a menu leaves the offers as they are', async () => {
    const world = await billWorld()
    const { menu: _, ...bare } = reminder()
    await world.push(await world.peer.next(world.thr, 'reminder', bare))
    expect(await world.agent.threads()).toMatchObject([{ menu: { menuId: 'menu-0' } }])
    expect(await world.agent.decisions()).toHaveLength(1)
  })

  it('takes up a conversation that had timed out', async () => {
    const world = await billWorld()
    const timedOut = { claim: 'open', conversation: 'timed-out', outstanding: euro('240.00') }
    await world.push(await world.peer.next(world.thr, 'status', timedOut))
    expect(await world.agent.threads()).toMatchObject([{ ending: 'timed-out' }])
    await world.push(await world.peer.next(world.thr, 'reminder', reminder()))
    expect(await world.agent.threads()).toMatchObject([{ stage: 'asking', ending: null }])
  })

  it('[FRD-04] for a claim that is paid pays nothing, and says so', async () => {
    const world = await billWorld()
    const settled = { claim: 'settled', conversation: 'none', outstanding: euro('0.00') }
    await world.push(await world.peer.next(world.thr, 'status', settled))
    const generous = world.restart({ policy: POLICY })
    world.peer.inbox.push(await world.peer.next(world.thr, 'reminder', reminder()))
    await generous.pull()
    await generous.idle()
    expect(world.peer.taken).toMatchObject([
      { kind: 'dispute', payload: { disputed: reminder().total, reason: { code: 'PAID' } } },
    ])
    expect(world.peer.agreements).toEqual([])
    expect(await generous.threads()).toMatchObject([{ stage: 'ended', ending: 'settled' }])
  })

  it('for a claim that is agreed agrees to nothing more', async () => {
    const world = await billWorld({})
    await world.push(await world.peer.next(world.thr, 'reminder', reminder()))
    await world.agent.idle()
    expect(world.network.posted(MESSAGES)).toHaveLength(1)
    expect(await world.agent.threads()).toMatchObject([
      { stage: 'agreed', outstanding: euro('240.00') },
    ])
  })

  it.each([
    ['parts that are a cent more than its total', { total: euro('244.99') }, 'content-invalid'],
    ['another currency', { total: { value: '245.00', currency: 'USD' } }, 'content-invalid'],
    ['a day that does not exist', { dueDate: '2026-04-31' }, 'content-invalid'],
    ['a former revision', { revision: 2 }, 'revision-superseded'],
    ['no parts', { parts: [] }, 'schema'],
  ])('[MON-07] is refused with %s', async (_, changes, code) => {
    const world = await billWorld()
    const jws = await world.peer.next(world.thr, 'reminder', reminder(changes))
    expect(await codeOf(await world.push(jws))).toBe(code)
    expect(await world.agent.decisions()).toHaveLength(1)
  })
})

describe('two messages for one place', () => {
  const status = (conversation: string) => ({
    ...{ claim: 'open', conversation, outstanding: euro('240.00') },
  })

  async function contradicted(world: AgentWorld & { thr: string }) {
    const first = await world.peer.next(world.thr, 'status', status('presented'))
    await world.push(first)
    const { seq, prev } = payloadOf(first)
    const place = { seq: Number(seq), prev: String(prev) }
    const second = await world.peer.next(world.thr, 'status', status('negotiating'), place)
    return { first, second, response: await world.push(second) }
  }

  it('[THR-05] are both kept, stop the conversation, and are shown as proof', async () => {
    const world = await billWorld()
    const { first, second, response } = await contradicted(world)
    expect([response.status, await codeOf(response)]).toEqual([409, 'equivocation'])
    const proof = { first, second }
    expect(await world.agent.threads()).toMatchObject([
      { stage: 'ended', ending: 'equivocation', proof },
    ])
    const thread = expect.objectContaining({ thr: world.thr })
    expect(world.events).toContainEqual({ type: 'equivocation', thread, proof })
  })

  it('[THR-05] end the talk: nothing that follows is acted upon', async () => {
    const world = await billWorld()
    const { first, second } = await contradicted(world)
    const menu = await world.peer.next(world.thr, 'menu', { menu: MENU })
    expect(await codeOf(await world.push(menu))).toBe('equivocation')
    expect((await world.push(first)).status).toBe(202)
    expect(await codeOf(await world.push(second))).toBe('equivocation')
    expect(await world.agent.query(String(payloadOf(first).requestId))).toMatchObject({ ok: false })
    expect(world.network.posted(MESSAGES)).toEqual([])
  })

  it('[THR-05] leave an agreement in force that both sides signed before', async () => {
    const world = await billWorld({})
    const { first, second } = await contradicted(world)
    expect(await world.agent.threads()).toMatchObject([
      { stage: 'agreed', proof: { first, second } },
    ])
  })

  it('[THR-02] where ours has its place are no contradiction of the creditor', async () => {
    const world = await billWorld({})
    const place = { seq: 1, prev: 'A'.repeat(43) }
    const late = await world.peer.next(world.thr, 'status', status('presented'), place)
    const response = await world.push(late)
    expect([response.status, await codeOf(response)]).toEqual([409, 'sequence-stale'])
    expect(await world.agent.threads()).toMatchObject([{ stage: 'agreed', proof: null }])
  })
})
