// What is known of a debtor, for the creditor's own systems.
import type { components } from '@parley/sdk/creditor'
import { ok } from '@parley/sdk/protocol'
import { describeFact, describeReasons, type Speaker } from '../../domain/wording/describe-fact.ts'
import { chooseLanguage } from '../../domain/wording/language.ts'
import type { Wording } from '../../domain/wording/wording.ts'
import {
  type CustomerProfile,
  type ProfileFact,
  readCustomerProfile,
} from '../../use-cases/read-customer-profile.ts'
import type { LearningDeps } from '../../use-cases/train-creditor-model.ts'
import type { Handler } from '../operation.ts'
import { instant } from './wire.ts'

type Schemas = components['schemas']

export function profileOperations(
  deps: LearningDeps & { wording: Wording },
): Record<string, Handler> {
  return {
    async getDebtorProfile(call) {
      const { creditorId } = call
      const debtorId = call.params['debtorId'] ?? ''
      const profile = await readCustomerProfile(deps, { creditorId, debtorId })
      if (!profile.ok) return profile
      return ok({ status: 200, body: profileOnWire(profile.value, deps.wording) })
    },
  }
}

function profileOnWire(profile: CustomerProfile, wording: Wording): Schemas['DebtorProfile'] {
  const { debtor, counts, facts, contests, unknown, modelVersion, timeZone, asOf } = profile
  const language = chooseLanguage(undefined, null, profile.language)
  const { wishesTold } = counts
  return {
    debtorId: debtor.debtorId,
    asOf: instant(asOf),
    timeZone,
    language,
    claims: counts.claims,
    payments: counts.payments,
    delays: counts.delays,
    promises: counts.promises,
    channels: counts.channels.map((it) => ({
      ...it,
      isClosed: debtor.closedChannels.some((closed) => closed === it.channel),
    })),
    answerHours: [...counts.answerHours],
    disputes: counts.disputes,
    plans: { ...counts.plans },
    hardship: counts.hardship,
    preferences: {
      wishes: debtor.preferences,
      told: wishesTold && { at: instant(wishesTold.at), channel: wishesTold.channel },
    },
    facts: facts.map((fact) => factOnWire(fact, { language, wording })),
    unknown: [...unknown],
    contests: contests.map(contestOnWire),
    modelVersion,
  }
}

function factOnWire(known: ProfileFact, speaker: Speaker): Schemas['LearntFact'] {
  const { factId, kind, about, fact, isUsed, contest } = known
  return {
    id: factId,
    kind,
    about,
    value: { ...fact.value },
    confidence: fact.confidence,
    basis: [...fact.basis],
    sentence: describeFact(fact, speaker),
    reasons: describeReasons(known, speaker),
    isUsed,
    contested: contest?.state ?? null,
  }
}

/** What a customer contests, in its wire form. */
export function contestOnWire(
  contest: CustomerProfile['contests'][number],
): Schemas['ProfileContest'] {
  const { contestId, kind, subject, claimId, channel, state, decidedBy } = contest
  return {
    ...{ id: contestId, kind, subject, paymentRequestId: claimId, state, decidedBy },
    channel: channel as 'portal' | 'agent',
    contestedAt: instant(contest.contestedAt),
    decidedAt: contest.decidedAt === null ? null : instant(contest.decidedAt),
  }
}
