import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { readDebtor } from '../../src/use-cases/manage-debtors.ts'
import { receiveMessage } from '../../src/use-cases/receive-message.ts'
import { showClaimPage } from '../../src/use-cases/show-claim-page.ts'
import {
  type EnrolledAgent,
  enrolFor,
  enrolWith,
  handIn,
  say,
  signNext,
} from '../support/enrolled-agent.ts'
import {
  debtorNamed,
  issueClaim,
  openTestWorld,
  type TestWorld,
  tokenOf,
} from '../support/test-world.ts'

let world: TestWorld
let agent: EnrolledAgent
let debtorId: string

beforeAll(async () => {
  world = await openTestWorld()
})

beforeEach(async () => {
  await world.reset()
  const debtor = { ...debtorNamed('customer'), preferences: { channel: 'email' as const } }
  debtorId = (await issueClaim(world, { debtor })).debtorId
  agent = await enrolFor(world, debtorId)
})

afterAll(() => world.close())

const wish = (body: object, of = agent) =>
  say(world, of, { kind: 'preference', body: { consent: true, ...body } })

async function preferences(id = debtorId) {
  const read = await readDebtor(world.deps, { creditorId: world.creditorId, debtorId: id })
  return read.ok ? read.value.preferences : read.error
}

describe('[ENR-08] the wishes of a debtor', () => {
  it('are noted and kept; what is not named stays as it was', async () => {
    expect(await wish({ payDay: 25, language: 'it' })).toBe('noted')
    expect(await preferences()).toEqual({ channel: 'email', payDay: 25, language: 'it' })
    expect(await wish({ channel: 'agent' })).toBe('noted')
    expect(await preferences()).toEqual({ channel: 'agent', payDay: 25, language: 'it' })
  })

  it('are withdrawn by null', async () => {
    await wish({ payDay: 25, language: 'fr' })
    expect(await wish({ payDay: null, channel: null })).toBe('noted')
    expect(await preferences()).toEqual({ language: 'fr' })
  })

  it('are taken once, however often the message comes', async () => {
    const body = { consent: true, payDay: 25 }
    const jws = await signNext(world, agent, { kind: 'preference', body })
    const first = await handIn(world, agent, jws)
    await wish({ payDay: 1 })
    expect(await receiveMessage(world.deps, jws)).toEqual(first)
    expect(await preferences()).toMatchObject({ payDay: 1 })
  })

  it('choose the language of the page, where we speak it', async () => {
    const { claimId } = await issueClaim(world, { debtorId })
    const pageLanguage = async () => {
      const view = await showClaimPage(world.deps, tokenOf(world, claimId))
      return view.ok ? view.value.language.debtor : view.error
    }
    await wish({ language: 'fr' })
    expect(await pageLanguage()).toBe('fr')
    await wish({ language: 'it' })
    expect(await pageLanguage()).toBe('nl')
    await wish({ language: null })
    expect(await pageLanguage()).toBe('nl')
  })

  it('are refused without consent, or out of bounds, and then nothing changes', async () => {
    const before = await preferences()
    expect(await wish({ consent: false, payDay: 25 })).toBe('schema')
    expect(await wish({ payDay: 32 })).toBe('schema')
    expect(await wish({ language: 'French' })).toBe('schema')
    expect(await wish({ channel: 'pigeon' })).toBe('schema')
    expect(await preferences()).toEqual(before)
    expect(await wish({ payDay: 31 })).toBe('noted')
  })

  it('[ENR-01] are not for an agent that holds a link alone', async () => {
    const other = await issueClaim(world)
    const byLink = await enrolWith(world, { link: tokenOf(world, other.claimId) })
    expect(await wish({ payDay: 25 }, byLink)).toBe('peer-not-party')
    expect(await preferences(other.debtorId)).toEqual({})
  })
})
