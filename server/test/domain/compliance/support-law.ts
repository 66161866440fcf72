// The shipped law, and short ways to state a case for it.
import { parseAmount } from '@parley/sdk/protocol'
import type { CaseFacts, NoticeFact } from '../../../src/domain/compliance/case-facts.ts'
import {
  type Law,
  type LawInForce,
  lawInForce,
} from '../../../src/domain/compliance/law-in-force.ts'
import type { ComplianceProfile, ProfileVersion } from '../../../src/domain/compliance/profile.ts'
import { type Quote, quote } from '../../../src/domain/compliance/quote.ts'
import { lawOf, loadLaw } from '../../../src/law-files.ts'

export const LAW = loadLaw()

export function shipped(id: string): Law {
  const law = lawOf(LAW, id)
  if (law === undefined) throw new Error(`no profile ${id}`)
  return law
}

/** A shipped profile with its only version changed. */
export function changed(
  id: string,
  change: (version: ProfileVersion, profile: ComplianceProfile) => Partial<ProfileVersion>,
): Law {
  const law = shipped(id)
  const versions = law.profile.versions.map((it) => ({ ...it, ...change(it, law.profile) }))
  return { ...law, profile: { ...law.profile, versions } }
}

export function inForce(law: Law, dueDay = '2026-03-01'): LawInForce {
  const found = lawInForce(law, dueDay)
  if (!found.ok) throw new Error('no version')
  return found.value
}

/** A thousand, due on 1 March 2026, seen on 1 June 2026, agreed in the contract. */
export function caseOf(
  more: Partial<Omit<CaseFacts, 'principal'>> & { principal?: string; currency?: string } = {},
): CaseFacts {
  const { principal = '1000.00', currency = 'EUR', ...facts } = more
  const amount = parseAmount({ value: principal, currency })
  if (!amount.ok) throw new Error(`no amount ${principal}`)
  return {
    claimId: 'cl_1',
    principal: amount.value,
    dueDay: '2026-03-01',
    asOf: '2026-06-01',
    payments: [],
    notices: [],
    stops: [],
    grounds: ['agreed'],
    ...facts,
  }
}

export function notice(day: string, more: Partial<NoticeFact> = {}): NoticeFact {
  return { id: day, day, channel: 'email', kind: 'reminder', ...more }
}

export function quoteOf(law: Law, facts: CaseFacts): Quote {
  const quoted = quote(law, facts)
  if (!quoted.ok) throw new Error(quoted.error.code)
  return quoted.value
}
