// Another account of the creditor: announced, cooled off, confirmed, or never announced.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { accountStanding, isCoolingOff } from '../../src/agent/pinned-account.ts'
import { addDays } from '../../src/protocol/index.ts'
import { type AgentWorld, codeOf, createAgentWorld } from '../support/agent-world.ts'
import { activeOf, CREDITOR, DAY, NEXT_ACCOUNT } from '../support/enrolment-facts.ts'
import { IBAN, OTHER_IBAN, TODAY } from '../support/fixtures.ts'

describe('another account', () => {
  const EFFECTIVE = addDays(TODAY, 1)
  const notice = (changes: object = {}) => ({
    ...{ creditor: NEXT_ACCOUNT, previousAccount: { iban: IBAN }, effectiveOn: EFFECTIVE },
    ...changes,
  })

  async function announced(): Promise<AgentWorld & { id: string }> {
    const world = await createAgentWorld()
    const { peer, push } = world
    const jws = await peer.next(peer.enrolmentThread(), 'account-change', notice())
    const response = await push(jws)
    if (response.status !== 200) throw new Error(await response.text())
    await peer.note(peer.enrolmentThread(), await response.text())
    return { ...world, id: (await activeOf(world)).id }
  }

  async function outcomeOf(world: AgentWorld, iban: string): Promise<string> {
    const creditor = { ...CREDITOR, account: { iban } }
    const response = await world.push(await world.peer.request({ creditor }))
    await world.agent.idle()
    if (response.status !== 202) return await codeOf(response)
    const decision = (await world.agent.decisions()).at(-1)?.decision
    return decision?.kind === 'ask' ? decision.reason : String(decision?.kind)
  }

  it('[ENR-07] is shown to the person and not agreed to before the cooling-off is over', async () => {
    const world = await announced()
    expect(world.events).toContainEqual({
      ...{ type: 'account-announced', enrolmentId: world.id, iban: OTHER_IBAN },
      ...{ effectiveOn: EFFECTIVE, coolingOffUntil: world.clock() + 3 * DAY },
    })
    expect(await outcomeOf(world, OTHER_IBAN)).toBe('account')
    expect(await outcomeOf(world, IBAN)).toBe('account-change')
    world.clock.advance(DAY)
    expect(await outcomeOf(world, OTHER_IBAN)).toBe('account-change')
    world.clock.advance(2 * DAY - 1)
    expect(await outcomeOf(world, OTHER_IBAN)).toBe('account-change')
    world.clock.advance(1)
    expect(await outcomeOf(world, OTHER_IBAN)).toBe('accept')
    expect(await outcomeOf(world, IBAN)).toBe('account')
  })

  it('[ENR-07] may be confirmed by the person, but is not named before its day', async () => {
    const world = await announced()
    expect(await world.agent.confirmAccount(world.id, IBAN)).toMatchObject({ ok: false })
    expect(await world.agent.confirmAccount(world.id, OTHER_IBAN)).toEqual({
      ok: true,
      value: null,
    })
    expect(await outcomeOf(world, OTHER_IBAN)).toBe('account')
    expect(await outcomeOf(world, IBAN)).toBe('accept')
    world.clock.advance(DAY)
    expect(await outcomeOf(world, OTHER_IBAN)).toBe('accept')
  })

  it('[ENR-07] cools off for no less than three days, and for more where the person says so', async () => {
    for (const [coolingOffDays, days] of [
      [0, 3],
      [10, 10],
    ]) {
      const world = await createAgentWorld({ coolingOffDays: coolingOffDays ?? 0 })
      const { peer } = world
      await world.push(await peer.next(peer.enrolmentThread(), 'account-change', notice()))
      const { announced: account } = await activeOf(world)
      expect(account?.coolingOffUntil).toBe(world.clock() + (days ?? 0) * DAY)
    }
  })

  it('[ENR-03] that was never announced is refused and reported', async () => {
    const world = await createAgentWorld()
    expect(await outcomeOf(world, OTHER_IBAN)).toBe('account')
    expect(world.events).toContainEqual(
      expect.objectContaining({ type: 'account-changed', iban: OTHER_IBAN }),
    )
  })

  it.each([
    ['another creditor', { creditor: { ...NEXT_ACCOUNT, id: 'cr2' } }, 'content-invalid'],
    ['a former account that was not pinned', { previousAccount: { iban: OTHER_IBAN } }, 'account'],
    ['a day that does not exist', { effectiveOn: '2026-02-30' }, 'content-invalid'],
    [
      'a hidden character',
      { creditor: { ...NEXT_ACCOUNT, name: 'Stadt\u202Ewerke' } },
      'content-invalid',
    ],
    ['no account', { creditor: CREDITOR }, 'schema'],
  ])('is refused with %s', async (_, changes, code) => {
    const world = await createAgentWorld()
    const { peer } = world
    const jws = await peer.next(peer.enrolmentThread(), 'account-change', notice(changes))
    expect(await codeOf(await world.push(jws))).toBe(code)
    expect((await activeOf(world)).announced).toBeNull()
  })

  it('[ENR-07] is never pinned before its day, nor unconfirmed before the cooling-off ends', () => {
    const creditor = { ...CREDITOR, account: { iban: IBAN } }
    const day = fc.integer({ min: 0, max: 20 })
    fc.assert(
      fc.property(day, day, day, fc.boolean(), (effectiveIn, coolingDays, at, isConfirmed) => {
        const times = { noticedAt: 0, coolingOffUntil: coolingDays * DAY, isConfirmed }
        const effectiveOn = addDays(TODAY, effectiveIn)
        const enrolment = { creditor, announced: { creditor: NEXT_ACCOUNT, effectiveOn, ...times } }
        const moment = { today: addDays(TODAY, at), now: at * DAY }
        const standing = accountStanding(enrolment, NEXT_ACCOUNT, moment)
        const mayBeNamed = at >= effectiveIn
        const isPinned = mayBeNamed && (isConfirmed || at >= coolingDays)
        expect(standing).toBe(isPinned ? 'pinned' : mayBeNamed ? 'announced' : 'unknown')
        expect(isCoolingOff(enrolment, moment)).toBe(!isPinned && !isConfirmed)
        const former = accountStanding(enrolment, creditor, moment)
        expect(former).toBe(isPinned ? 'unknown' : 'pinned')
      }),
    )
  })
})
