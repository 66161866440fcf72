// The creditor's own settings and its negotiation policies.
import { checkText, err, isTimeZone, ok, type Result, sha256Base64Url } from '@parley/sdk/protocol'
import { isQRIBAN, isValidBIC, isValidIBAN } from 'ibantools'
import { decideEffectiveDay } from '../domain/claim/account.ts'
import type { ContactPoints, Language } from '../domain/claim/debtor.ts'
import { checkContactTexts } from '../domain/claim/issue-claim.ts'
import { type CreditRules, refuseRules } from '../domain/credit/credit-rules.ts'
import { beginsWithClaim, type JourneyDefinition } from '../domain/dunning/journey-definition.ts'
import { checkPolicy } from '../domain/negotiation/check-policy.ts'
import {
  completeTerms,
  type Policy,
  type PolicyInput,
  type PolicyTerms,
  policyText,
} from '../domain/negotiation/policy.ts'
import type { OwnMonths } from '../domain/privacy/retention.ts'
import { type Numbering, schemeOf, whyUnfitAccount } from '../domain/references/numbering.ts'
import { type Refusal, refusal } from '../domain/refusal.ts'
import {
  announceNextAccount,
  type CreditorRow,
  readCreditor,
  updateCreditor,
} from '../storage/creditors.ts'
import { enqueue } from '../storage/events.ts'
import { insertPolicyVersion, latestPolicies } from '../storage/policies.ts'
import type { Deps } from './deps.ts'
import { Outrun, retryWhenOutrun } from './retry-when-outrun.ts'

export type { CreditorRow }

export interface CreditorPatch {
  name?: string
  account?: { iban: string; bic?: string }
  /** First day of `account`; three days from today by default. */
  accountEffectiveOn?: string
  referenceScheme?: Numbering
  timeZone?: string
  language?: Language
  contact?: ContactPoints
  country?: string
  chargesAgreed?: boolean
  enterpriseNumber?: string
  journey?: string
  responseTimeHours?: number
  creditRules?: CreditRules
  retention?: OwnMonths
}

/**
 * Changes settings. Another account is announced to agents and takes effect on its day (ENR-07);
 * another BIC of the same account counts at once.
 *
 * Refuses `text-invalid`, `account-invalid`, `amount-invalid`, `time-zone-unknown`, `journey-unknown`,
 * `journey-unsupported`, `date-invalid`, `date-outside-window` and `reference-scheme-unfit`.
 */
export async function changeCreditor(
  deps: Pick<Deps, 'db' | 'clock' | 'journeys' | 'unsupportedJourneys' | 'outboxChanged'>,
  command: { creditorId: string; patch: CreditorPatch },
): Promise<Result<CreditorRow, Refusal>> {
  const { creditorId, patch } = command
  const refused = refuseSettings(patch, deps)
  if (refused !== undefined) return err(refused)
  const { account, accountEffectiveOn, ...rest } = patch
  if (account === undefined && accountEffectiveOn !== undefined) {
    return err(refusal('account-invalid', 'name the account that this day is for', '/account'))
  }
  const before = await readCreditor(deps.db, creditorId)
  const unfit =
    refuseNumbering(patch.referenceScheme, before.iban) ??
    refuseOtherKind(account?.iban, before.iban)
  if (unfit !== undefined) return err(unfit)
  const timeZone = patch.timeZone ?? before.timeZone
  const now = deps.clock.now()
  const effective = decideEffectiveDay(accountEffectiveOn, { now, timeZone })
  if (!effective.ok) return effective
  await deps.db.transaction().execute(async (tx) => {
    await updateCreditor(tx, creditorId, rest)
    if (account === undefined) return
    const { iban, bic = null } = account
    if (iban === before.iban && before.nextAccount === null) {
      return await updateCreditor(tx, creditorId, { bic })
    }
    await announceNextAccount(tx, creditorId, { iban, bic, ...effective.value, announcedAt: now })
    await enqueue(tx, creditorId, 'announce-account', {})
  })
  deps.outboxChanged()
  return ok(await readCreditor(deps.db, creditorId))
}

/** Checks settings of a creditor, new or changed. */
export function refuseSettings(
  patch: CreditorPatch,
  known: Pick<Deps, 'journeys'> & Partial<Pick<Deps, 'unsupportedJourneys'>>,
): Refusal | undefined {
  const { name, account, timeZone, journey, contact, creditRules } = patch
  if (name !== undefined && !checkText(name, { maxCodePoints: 70 }).ok) {
    return refusal('text-invalid', 'the name has characters that are refused', '/name')
  }
  if (account !== undefined && !isValidIBAN(account.iban)) {
    return refusal('account-invalid', 'the check digits of this IBAN are wrong', '/account/iban')
  }
  if (account?.bic !== undefined && !isValidBIC(account.bic)) {
    return refusal('account-invalid', 'this is no BIC', '/account/bic')
  }
  if (timeZone !== undefined && !isTimeZone(timeZone)) {
    return refusal('time-zone-unknown', 'use an IANA name such as Europe/Paris', '/timeZone')
  }
  const refused =
    journey === undefined ? undefined : refuseJourney({ journey, pointer: '/journey' }, known)
  return (
    refused ??
    (creditRules && refuseRules(creditRules)) ??
    (contact && checkContactTexts(contact, '/contact'))
  )
}

/** Refuses QRR for another account than a QR-IBAN, and anything else for one. */
export function refuseNumbering(
  numbering: Numbering | undefined,
  iban: string,
): Refusal | undefined {
  if (numbering === undefined) return undefined
  const why = whyUnfitAccount(schemeOf(numbering), iban)
  return why === undefined ? undefined : refusal('reference-scheme-unfit', why, '/referenceScheme')
}

/** Open claims keep their references: a QR-IBAN takes no others than QRR, and no other account these. */
function refuseOtherKind(iban: string | undefined, before: string): Refusal | undefined {
  if (iban === undefined || isQRIBAN(iban) === isQRIBAN(before)) return undefined
  const detail = 'claims have references that this account does not take: add a creditor for it'
  return refusal('reference-scheme-unfit', detail, '/account/iban')
}

/** Refuses a journey that is not in the catalog, or that this server cannot run. */
export function refuseJourney(
  { journey, pointer }: { journey: string; pointer: string },
  { journeys, unsupportedJourneys }: Parameters<typeof refuseSettings>[1],
): Refusal | undefined {
  const own = journeys.get(journey)
  if (own !== undefined) return refuseStart(own, pointer)
  const missing = unsupportedJourneys?.get(journey)
  if (missing !== undefined) {
    const detail = `this server lacks ${missing.join(', ')} to run it`
    return refusal('journey-unsupported', detail, pointer)
  }
  const known = [...journeys.keys()].join(', ')
  return refusal('journey-unknown', `the journeys are ${known}`, pointer)
}

/** A journey of a life takes cases over; no claim begins with it. */
function refuseStart(journey: JourneyDefinition, pointer: string): Refusal | undefined {
  if (beginsWithClaim(journey)) return undefined
  const triggers = (journey.triggers ?? []).join(' or ')
  return refusal('journey-unsupported', `this journey begins with ${triggers} by itself`, pointer)
}

/** Makes the next version of a segment's policy. Refuses `policy-invalid`. */
export async function setNegotiationPolicy(
  deps: Pick<Deps, 'db' | 'clock'>,
  command: { creditorId: string; segment: string; terms: PolicyInput },
): Promise<Result<Policy, Refusal>> {
  const terms = completeTerms(command.terms)
  const refused = checkPolicy(terms)
  if (refused !== undefined) return err(refused)
  return ok(await retryWhenOutrun(() => insertNextVersion(deps, { ...command, terms })))
}

async function insertNextVersion(
  deps: Pick<Deps, 'db' | 'clock'>,
  { creditorId, segment, terms }: { creditorId: string; segment: string; terms: PolicyTerms },
): Promise<Policy> {
  const before = (await latestPolicies(deps.db, creditorId)).find((p) => p.segment === segment)
  const version = (before?.version ?? 0) + 1
  const policy: Policy = {
    segment,
    version,
    policyHash: await sha256Base64Url(policyText(segment, version, terms)),
    terms,
  }
  const isNew = await insertPolicyVersion(deps.db, { creditorId, ...policy, at: deps.clock.now() })
  if (!isNew) throw new Outrun()
  return policy
}

export async function readOwnCreditor(
  deps: Pick<Deps, 'db'>,
  creditorId: string,
): Promise<CreditorRow> {
  return await readCreditor(deps.db, creditorId)
}

/** The newest version of each segment's policy. */
export async function listNegotiationPolicies(
  deps: Pick<Deps, 'db'>,
  creditorId: string,
): Promise<Policy[]> {
  return await latestPolicies(deps.db, creditorId)
}
