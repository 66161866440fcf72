// A creditor whose name looks like that of one the person knows.
import { describe, expect, it } from 'vitest'
import type { ActiveEnrolment } from '../../src/index.ts'
import { createAgentWorld, pushRequest } from '../support/agent-world.ts'
import { IBAN } from '../support/fixtures.ts'
import { thrOf } from '../support/peek.ts'

describe('a name that looks like that of a known creditor', () => {
  it('[TXT-03] is flagged at enrolment and asks the person about every bill', async () => {
    const world = await createAgentWorld({ isEnrolled: false })
    const { agent, peer, store, events } = world
    const real: ActiveEnrolment = {
      ...{ state: 'active', id: 'real', version: 1, server: 'https://real.example', sub: 's' },
      creditor: { id: 'x', name: 'STADTWERKE Beispiel', account: { iban: IBAN } },
      ...{
        announced: null,
        pullUrl: 'https://real.example/',
        messagesUrl: 'https://real.example/',
      },
      ...{
        enrolledAt: 0,
        keys: { current: null, next: null, former: [] },
        thr: 't',
        looksLike: null,
      },
      lane: { messages: [], owed: [], underWay: null, isDoubtful: false },
    }
    await store.saveEnrolment(real)
    const enrolled = await agent.enrol({ server: peer.origin, activationCode: 'CODE-1234' })
    expect(enrolled).toMatchObject({ ok: true, value: { looksLike: 'STADTWERKE Beispiel' } })
    expect(events.map(({ type }) => type)).toEqual(['enrolled', 'look-alike'])
    const request = await peer.request()
    await agent.handle(pushRequest(request))
    await agent.idle()
    expect((await agent.decisions())[0]?.decision).toMatchObject({
      kind: 'ask',
      reason: 'look-alike',
    })
    const key = { enrolmentId: enrolled.ok ? enrolled.value.id : '', thr: thrOf(request) }
    expect(await agent.choose(key, { kind: 'approve' })).toMatchObject({ ok: true })
    expect(peer.agreements).toHaveLength(1)
  })
})
