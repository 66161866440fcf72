// Cases as the sweep reads them, built by hand, and what it decides with: the shipped catalog and law.

import type { LawInForce } from '../../src/domain/compliance/law-in-force.ts'
import type { ProfileVersion } from '../../src/domain/compliance/profile.ts'
import { compileJourney } from '../../src/domain/dunning/compile-journey.ts'
import type { JourneyDefinition } from '../../src/domain/dunning/journey-definition.ts'
import { createLawBook } from '../../src/law-files.ts'
import type { HoldRecord } from '../../src/storage/case-records.ts'
import type { DunningCase } from '../../src/storage/dunning-cases.ts'
import type { DecideDeps } from '../../src/use-cases/decide-due-case.ts'
import type { DueCase } from '../../src/use-cases/read-due-cases.ts'
import { LAW } from '../domain/compliance/support-law.ts'
import { ALL_CHANNELS, HOUR, NOW } from '../domain/dunning/support-facts.ts'
import { JOURNEYS } from '../domain/dunning/support-journeys.ts'

/** A journey is compiled once under each law. */
const LAWFUL = new WeakMap<JourneyDefinition, WeakMap<ProfileVersion, boolean>>()

function isLawful(journey: JourneyDefinition, law: LawInForce): boolean {
  const known = LAWFUL.get(journey) ?? new WeakMap<ProfileVersion, boolean>()
  LAWFUL.set(journey, known)
  const is = known.get(law.version) ?? compileJourney({ journey, law }).ok
  known.set(law.version, is)
  return is
}

export const DECIDE_DEPS: DecideDeps = {
  journeys: JOURNEYS.journeys,
  journeyBook: {
    versionOf: async (id) => JOURNEYS.journeys.get(id),
    isLawful,
  },
  laws: createLawBook(LAW),
  servedChannels: ALL_CHANNELS,
}

const KEY = { creditorId: 'cr_1', claimId: 'cl_1' }

/** Parts of a case; of those that have parts of their own, some are enough. */
export type DueCaseChanges = {
  readonly [K in 'claim' | 'debtor' | 'creditor' | 'records' | 'dunningCase']?: Partial<DueCase[K]>
} & Partial<Pick<DueCase, 'journey' | 'resumed' | 'contacts' | 'now'>>

/** A claim on a Belgian consumer, due for the first notice of friendly-default. */
export function dueCase({
  claim,
  debtor,
  creditor,
  records,
  dunningCase,
  ...more
}: DueCaseChanges = {}): DueCase {
  const own: DunningCase = {
    ...{ ...KEY, journeyId: 'friendly-default', journeyVersion: 1, stepsDone: [], round: 1 },
    ...{ nextStep: 'first-notice', nextActionAt: NOW - HOUR, triggerAt: NOW - HOUR },
    ...{ anchorDay: null, resumes: null, chargedStep: null },
    ...dunningCase,
  }
  const { resumes } = own
  return {
    dunningCase: own,
    claim: {
      ...{ ...KEY, debtorId: 'de_1', invoiceNumber: '2026-1', segment: 'any', currency: 'EUR' },
      ...{ principal: 12_000n, charges: 0n, price: 0n, paid: 0n, overpaid: 0n, credit: 0n },
      ...{ givenBack: 0n },
      ...{
        disputed: 0n,
        issueDate: '2026-02-20',
        dueDate: '2026-03-27',
        documents: [],
        subject: null,
        journey: 'friendly-default',
        arm: null,
      },
      ...{ referenceScheme: 'SCOR', reference: 'RF18539007547034', state: 'open', thr: 'th_1' },
      ...{ conversation: 'none', dunning: 'active', respondBy: NOW - HOUR, presentedAt: null },
      ...{ revision: 1, version: 1, createdAt: NOW - HOUR },
      ...claim,
    },
    debtor: {
      ...{ creditorId: 'cr_1', debtorId: 'de_1', party: 'b2c', country: 'BE', timeZone: null },
      ...{ contact: { email: 'anna@example.org' }, preferences: {}, closedChannels: [] },
      ...debtor,
    },
    creditor: { timeZone: 'Europe/Brussels', country: 'BE', chargesAgreed: false, ...creditor },
    records: {
      ...{ notice: null, holds: [], promisesMade: 0, promisedDay: null, messagesSent: 0 },
      ...{ hasAgent: false, wasSought: false, lastPaymentAt: null, plan: null },
      ...{ timesCarriedOver: 0, credit: 0n, owedBefore: 0n, lifeSigns: [] },
      collections: { last: null, timesAgain: 0 },
      ...records,
    },
    journey: JOURNEYS.journeys.get(own.journeyId),
    resumed: resumes === null ? undefined : JOURNEYS.journeys.get(resumes.journeyId),
    contacts: [],
    now: NOW,
    ...more,
  }
}

/** A hold that was set an hour ago and has no end. */
export function hold(reason: HoldRecord['reason'], more: Partial<HoldRecord> = {}): HoldRecord {
  const createdAt = NOW - HOUR
  return { reason, until: null, createdAt, releasedAt: null, releasedAs: null, ...more }
}
