// What keeps a bank from paying the wrong creditor, or the wrong part of a bill.
import { describe, expect, it } from 'vitest'
import { authorise, type CustomerRecord } from '../../src/index.ts'
import { encodeUtf8, verifyHop } from '../../src/protocol/index.ts'
import { codeOf } from '../support/agent-world.ts'
import { type BankWorld, createBankWorld } from '../support/bank-world.ts'
import { BANK_ORIGIN, CREDITOR_ORIGIN, IBAN, MENU, OTHER_IBAN, ROW } from '../support/fixtures.ts'

const MESSAGES = '/parley/messages'
const CR1 = { issuer: CREDITOR_ORIGIN, creditorId: 'cr1' }

async function dueWorld(): Promise<BankWorld> {
  const world = await createBankWorld()
  const menu = { ...MENU, rows: [{ ...ROW, firstDueTo: ROW.firstDueFrom }] }
  await world.push(await world.peer.request({ menu }))
  await world.agent.idle()
  const response = await world.hand(world.peer.agreements.at(-1) ?? '')
  if (response.status !== 201) throw new Error(await response.text())
  world.clock.advance(30 * 86_400)
  return world
}

const linesOf = async (world: BankWorld) =>
  (await world.bank.payDue()).map(({ state, code }) => [state, code])

describe('a post of a bank', () => {
  it('[HOP-01] is signed as a hop, with a nonce and a time of its own at each try', async () => {
    const world = await dueWorld()
    const { bank, network, clock } = world
    network.faultOf = ({ url }) => (url.endsWith(MESSAGES) ? 'lose-reply' : 'none')
    await bank.payDue()
    clock.advance(400)
    network.faultOf = () => 'none'
    await bank.payDue()
    const posts = network.log.filter(({ url, headers }) => {
      return url.endsWith(MESSAGES) && headers.has('signature')
    })
    expect(posts[1]?.body).toBe(posts[0]?.body)
    network.serve(BANK_ORIGIN, (request) => bank.handle(request))
    const jwks = await (await network.fetch(`${BANK_ORIGIN}/.well-known/jwks.json`)).json()
    const hops: Awaited<ReturnType<typeof verifyHop>>[] = []
    for (const { method, url, headers, body } of posts.slice(0, 2)) {
      const request = { method, url, headers, body: encodeUtf8(body) }
      const created = hops.length === 0 ? clock() - 400 : clock()
      hops.push(await verifyHop(request, { issuer: BANK_ORIGIN, keys: jwks, now: created }))
    }
    expect(hops.map(({ ok }) => ok)).toEqual([true, true])
    const [first, second] = hops.map((hop) => (hop.ok ? hop.value : null))
    expect(second?.nonce).not.toBe(first?.nonce)
    expect((second?.created ?? 0) - (first?.created ?? 0)).toBe(400)
  })

  it.each([
    ['as a hop', 'hop-created'],
    ['as one from the future', 'iat'],
  ])(
    '[HOP-04] that is refused %s is tried again, and the line is not given up',
    async (_, code) => {
      const world = await dueWorld()
      world.peer.behaviour.problem = { status: 401, code }
      expect(await linesOf(world)).toEqual([['leasing', code]])
      world.peer.behaviour.problem = null
      expect(await linesOf(world)).toEqual([['settled', null]])
    },
  )
})

describe('a creditor that the operator has stopped', () => {
  it('[PAY-09] is not paid until the operator lets it go on; others are', async () => {
    const world = await dueWorld()
    await world.bank.setCreditorStopped({ ...CR1, creditorId: 'cr2' }, true)
    await world.bank.setCreditorStopped(CR1, true)
    await world.bank.setCreditorStopped(CR1, true)
    expect(await linesOf(world)).toEqual([['scheduled', 'creditor-stopped']])
    expect(world.rail.calls).toEqual([])
    await world.bank.setCreditorStopped(CR1, false)
    expect(await linesOf(world)).toEqual([['settled', null]])
  })

  it('[PAY-03] is not paid when it was stopped while the lease was asked for', async () => {
    const world = await dueWorld()
    world.network.faultOf = ({ url }) => {
      if (url.endsWith(MESSAGES)) void world.bank.setCreditorStopped(CR1, true)
      return 'none'
    }
    expect(await linesOf(world)).toEqual([['scheduled', 'creditor-stopped']])
    expect(world.rail.calls).toEqual([])
    expect(world.peer.payments.map(({ status }) => status)).toEqual(['ACCP', 'RJCT'])
  })
})

describe('a disputed part', () => {
  it.each([
    ['the whole', '240.00', '240.00', 'scheduled', 'disputed'],
    ['one cent of the line', '240.00', '0.01', 'scheduled', 'disputed'],
    ['something beside the line', '300.00', '60.00', 'settled', null],
    ['nothing any more', '240.00', '0.00', 'settled', null],
  ])('[PAY-07] of %s', async (_, outstanding, disputed, state, code) => {
    const world = await dueWorld()
    const { behaviour } = world.peer
    behaviour.outstanding = outstanding
    behaviour.statusMembers = { disputed: { value: disputed, currency: 'EUR' } }
    expect(await linesOf(world)).toEqual([[state, code]])
    behaviour.statusMembers = {}
    world.clock.advance(86_400)
    await world.bank.payDue()
    expect(world.rail.paid).toHaveLength(1)
  })

  it('[PAY-07] of another currency counts as everything', async () => {
    const world = await dueWorld()
    world.peer.behaviour.statusMembers = { disputed: { value: '0.00', currency: 'USD' } }
    expect(await linesOf(world)).toEqual([['scheduled', 'disputed']])
  })
})

describe('what is no longer in force', () => {
  it('[PAY-07] is not paid: another agreement took its place', async () => {
    const world = await dueWorld()
    world.peer.behaviour.statusMembers = { agreementId: `${'B'.repeat(42)}A` }
    expect(await linesOf(world)).toEqual([['stopped', 'agreement-superseded']])
    expect(world.rail.calls).toEqual([])
  })

  it('[REV-01] is not paid: a revision took its place', async () => {
    const world = await dueWorld()
    world.peer.behaviour.grantLeases = false
    world.peer.behaviour.leaseReason = 'revision-superseded'
    expect(await linesOf(world)).toEqual([['stopped', 'lease-revision-superseded']])
  })
})

describe('a creditor whose name looks like that of another', () => {
  const other = { issuer: CREDITOR_ORIGIN, creditorId: 'cr9', iban: OTHER_IBAN }
  const own = { ...CR1, iban: IBAN }

  async function verdict(mandates: CustomerRecord['mandates']): Promise<string> {
    const world = await dueWorld()
    const customer = await world.bank.customer('customer-1')
    const agreementId = customer?.agreements[0]?.agreementId ?? ''
    if (customer === undefined) throw new Error('no customer')
    const facts = { customer: { ...customer, mandates }, key: { agreementId, line: 1 } }
    const authorised = authorise({ ...facts, today: '2026-04-20' })
    return authorised.ok ? 'paid' : authorised.error.code
  }

  it.each([
    ['another known before', [{ ...other, name: 'Stadtwerke BeispieI' }, own], 'look-alike'],
    [
      'one that the customer named',
      [own, { ...other, name: 'STADTWERKE Beispiel', isGiven: true }],
      'look-alike',
    ],
    ['one that came later', [own, { ...other, name: 'Stadtwerke BeispieI' }], 'paid'],
    ['nobody', [{ ...other, name: 'Gaswerk' }, own], 'paid'],
    [
      'another, but the customer named both',
      [
        { ...other, name: 'Stadtwerke BeispieI', isGiven: true },
        { ...own, name: 'Stadtwerke Beispiel', isGiven: true },
      ],
      'paid',
    ],
    [
      'another under a name that the customer did not give it',
      [
        { ...other, name: 'Stadtwerke BeispieI' },
        { ...own, name: 'Sportverein', isGiven: true },
      ],
      'look-alike',
    ],
  ])('[TXT-03] %s', async (_, mandates, expected) => {
    expect(await verdict(mandates)).toBe(expected)
  })

  it('[TXT-03] is held and not lost: the customer may name it', async () => {
    const world = await createBankWorld({ isRegistered: false })
    await world.register({ mandates: [own, { ...other, name: 'Stadtwerke BeispieI' }] })
    await world.hand(await world.agree())
    world.passDueDates()
    expect(new Set((await linesOf(world)).map(String))).toEqual(new Set(['scheduled,look-alike']))
    await world.register({ mandates: [{ ...own, name: 'Stadtwerke Beispiel' }] })
    expect((await linesOf(world)).every(([state]) => state === 'settled')).toBe(true)
  })
})

describe('an agent that has another key than the one it enrolled with', () => {
  async function rotated(agent?: string) {
    const world = await createBankWorld()
    const [enrolment] = await world.agent.enrolments()
    const next = await world.agent.rotateKey(enrolment?.id ?? '')
    if (!next.ok) throw new Error(next.error.code)
    await world.register({
      agentJwk: next.value.publicJwk,
      ...(agent === undefined ? {} : { agent: agent === '' ? world.agent.issuer : agent }),
    })
    return await world.hand(await world.agree())
  }

  it('[PTY-02] hands agreements in under the name that it keeps', async () => {
    expect((await rotated('')).status).toBe(201)
  })

  it('[PTY-02] is refused where the customer registered the key under another name', async () => {
    expect(await codeOf(await rotated())).toBe('aud')
    const other = `urn:ietf:params:oauth:jwk-thumbprint:sha-256:${'A'.repeat(43)}`
    expect(await codeOf(await rotated(other))).toBe('aud')
  })
})
