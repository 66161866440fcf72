// The customer's own copy for the customer's agent: the same sentences as on the page, signed for this agent
// alone, in no thread, so that it gets into no evidence about a bill. Spec: PRF-01.
import {
  type CommonClaims,
  err,
  ok,
  type ProfileMessage,
  type Result,
  toBase64Url,
  typOf,
} from '@parley/sdk/protocol'
import { type Refusal, refusal } from '../domain/refusal.ts'
import { describeFact, describeReasons, type Speaker } from '../domain/wording/describe-fact.ts'
import { describeCounts, describeWriting } from '../domain/wording/describe-profile.ts'
import { chooseLanguage } from '../domain/wording/language.ts'
import type { Wording } from '../domain/wording/wording.ts'
import { findEnrolmentByPullToken } from '../storage/agent-deliveries.ts'
import { acrossCreditors, forCreditor } from '../storage/creditor-scope.ts'
import { type Enrolment, findEnrolment } from '../storage/enrolments.ts'
import { lastContactsOf } from '../storage/human-messages.ts'
import type { Deps } from './deps.ts'
import { pullTokenHash } from './pull-inbox.ts'
import { type CustomerProfile, readCustomerProfile } from './read-customer-profile.ts'
import type { LearningDeps } from './train-creditor-model.ts'

export type SignProfileDeps = LearningDeps &
  Pick<Deps, 'ids' | 'signer' | 'publicUrl'> & { wording: Wording }

/** Long enough to be fetched and read; a later one is another one. */
const LIFETIME_SECONDS = 3_600
/** A message has 64 KiB: bills beyond these have no facts of their own in the copy. */
const MOST_FACTS = 60
const MOST_CLAIMS = 20

/**
 * Signs the profile for the agent whose pull token it is. Refuses `not-found`, and `peer-not-party` to an
 * agent that enrolled by a link: it may have been forwarded.
 */
export async function signCustomerProfile(
  deps: SignProfileDeps,
  pullToken: string,
): Promise<Result<string, Refusal>> {
  const enrolment = await acrossCreditors(async () => {
    const key = await findEnrolmentByPullToken(deps.db, pullTokenHash(pullToken))
    return key && (await findEnrolment(deps.db, key))
  })
  if (enrolment === undefined || enrolment.endedAt !== null) {
    return err(refusal('not-found', 'there is no such inbox'))
  }
  return await forCreditor(enrolment.creditorId, () => signFor(deps, enrolment))
}

async function signFor(
  deps: SignProfileDeps,
  enrolment: Enrolment,
): Promise<Result<string, Refusal>> {
  if (enrolment.onlyClaimId !== null) {
    return err(refusal('peer-not-party', 'a link enrols for one claim, not for the debtor'))
  }
  const profile = await readCustomerProfile(deps, enrolment)
  if (!profile.ok) return profile
  const payload = { ...claimsFor(deps, enrolment), ...(await bodyOf(deps, profile.value)) }
  return ok(await deps.signer.sign(typOf('profile'), payload))
}

function claimsFor(deps: SignProfileDeps, { agentIss, sub }: Enrolment): CommonClaims {
  const now = deps.clock.now()
  return {
    ver: '1.0',
    iss: deps.publicUrl,
    aud: agentIss,
    sub,
    jti: toBase64Url(deps.ids.randomBytes(16)),
    iat: now,
    exp: now + LIFETIME_SECONDS,
    thr: toBase64Url(deps.ids.randomBytes(16)),
    seq: 0,
    prev: null,
  }
}

async function bodyOf(
  { db, wording }: SignProfileDeps,
  profile: CustomerProfile,
): Promise<Omit<ProfileMessage, keyof CommonClaims>> {
  const { debtor, facts, unknown, counts, timeZone } = profile
  const language = chooseLanguage(profile.language)
  const speaker: Speaker = { language, wording }
  const written = await lastContactsOf(db, debtor, { limit: MOST_CLAIMS })
  return {
    language,
    facts: facts.slice(0, MOST_FACTS).map((known) => ({
      factId: known.factId,
      kind: known.kind,
      ...(known.about === null ? {} : { about: known.about }),
      sentence: describeFact(known.fact, speaker),
      reasons: describeReasons(known, speaker),
      confidence: known.fact.confidence,
      basis: known.fact.basis.length,
      used: known.isUsed,
    })),
    unknown: unknown.map((kind) => wording.say(language, `kind.${kind}`)),
    file: describeCounts(counts, { ...speaker, timeZone }),
    wrote: written.map(({ claimId, dueDate, step, ...wrote }) => ({
      requestId: claimId,
      step,
      reason: describeWriting(wrote, { ...speaker, timeZone, dueDate }),
    })),
  }
}
