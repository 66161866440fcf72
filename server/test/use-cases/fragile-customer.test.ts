// Hardship is no matter of one bill: what was told on one gives all of them a calmer path.
import { describe, expect, it } from 'vitest'
import type { LifeSign } from '../../src/domain/learning/fragility.ts'
import type { Claim } from '../../src/storage/claims.ts'
import { decideDueCase } from '../../src/use-cases/decide-due-case.ts'
import { quoteOn } from '../../src/use-cases/quote-claim.ts'
import { readStepSources } from '../../src/use-cases/read-step-sources.ts'
import { writeCaseMoves } from '../../src/use-cases/write-case-moves.ts'
import { inForce, shipped } from '../domain/compliance/support-law.ts'
import { at, DAY, NOW } from '../domain/dunning/support-facts.ts'
import { DECIDE_DEPS, type DueCaseChanges, dueCase } from '../support/due-cases.ts'
import { openFileWorld } from '../support/file-world.ts'
import { tasksOf, tell } from '../support/reply-world.ts'
import { debtorNamed, eventsOf, issueClaim } from '../support/test-world.ts'

const world = await openFileWorld()

const TOLD: LifeSign = { id: '1', claimId: 'other', kind: 'hardship-told', at: NOW - 10 * DAY }

async function signsOf(claim: Claim) {
  const { records } = await readStepSources(world.deps.db, claim, world.deps.clock.now())
  return records.lifeSigns.map(({ kind, claimId }) => ({ kind, claimId }))
}

describe('what a person told on one bill', () => {
  it('is known on the others, and not of anybody else', async () => {
    const debtor = debtorNamed('in-need')
    const told = await issueClaim(world, { debtor })
    const other = await issueClaim(world, { debtorId: told.debtorId })
    const stranger = await issueClaim(world)
    await tell(world, told, { action: { kind: 'open-hardship' } })
    const signs = [{ kind: 'hardship-told', claimId: told.claimId }]
    expect(await signsOf(other)).toEqual(signs)
    expect(await signsOf(stranger)).toEqual([])
  })
})

describe('firm words to somebody who is fragile', () => {
  const now = at('2026-05-05', '10:00')
  const stepsDone = ['reminder', 'second-reminder'].map((stepId) => ({
    stepId,
    at: now - 20 * DAY,
  }))
  const contact = {
    postalAddress: { lines: ['Kaai 1', '2000 Antwerpen'], country: 'BE' },
    email: 'anna@example.org',
  }
  const firm = (changes: DueCaseChanges = {}) =>
    dueCase({
      ...{ now, debtor: { contact }, claim: { segment: 'any' } },
      dunningCase: { journeyId: 'consumer-mixed', nextStep: 'legal-reminder', stepsDone },
      records: { lifeSigns: [TOLD] },
      ...changes,
    })

  it('are left to a person', async () => {
    const claim = await issueClaim(world)
    const move = decideDueCase(DECIDE_DEPS, firm({ claim }))
    expect(move?.advance).toMatchObject({ kind: 'skip', reason: 'calmer-path' })
    if (move === undefined) return
    await world.deps.db
      .transaction()
      .execute((tx) => writeCaseMoves(world.deps, tx, [move], world.deps.clock.now()))
    expect(await tasksOf(world)).toMatchObject([
      { kind: 'talk-about-help', origin: 'consumer-mixed/1' },
    ])
    const events = await eventsOf(world, claim.claimId)
    expect(events).toContainEqual(
      expect.objectContaining({
        type: 'reminder.skipped',
        data: { step: 'legal-reminder', reason: 'calmer-path' },
      }),
    )
  })

  it('are sent to everybody else', () => {
    expect(decideDueCase(DECIDE_DEPS, firm({ records: {} }))?.advance).toMatchObject({
      kind: 'take',
      step: { id: 'legal-reminder' },
    })
  })
})

describe('charges of somebody who is fragile', () => {
  it('stop on every bill on the day on which it was told', () => {
    const { claim } = dueCase({ claim: { currency: 'EUR', dueDate: '2026-01-05' } })
    const asked = {
      ...{ claim, chargesAgreed: true, timeZone: 'Europe/Berlin', now: NOW },
      law: inForce(shipped('de-b2c')),
    }
    const books = { items: [], payments: [], notices: [] }
    const interest = (lifeSigns: LifeSign[]) => {
      const { quote } = quoteOn({ ...asked, records: { holds: [], lifeSigns } }, books)
      return quote.lines.find(({ rule }) => rule === asked.law.version.interest?.rule)?.minor ?? 0n
    }
    const full = interest([])
    expect(interest([{ ...TOLD, at: at('2026-01-01', '10:00') }])).toBe(0n)
    expect(full).toBeGreaterThan(0n)
    expect(interest([{ ...TOLD, at: at('2026-02-06', '10:00') }])).toBeLessThan(full)
  })
})
