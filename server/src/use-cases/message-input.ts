// The facts of a message to a person, from what is stored about a claim at the moment of sending.
import { addDays, type Day, dayInZone, formatAmount, parseAmountOrZero } from '@parley/sdk/protocol'
import { disputedOf, outstandingOf } from '../domain/claim/claim.ts'
import { languageOfDebtor } from '../domain/claim/debtor.ts'
import { isOwed } from '../domain/compliance/charge-items.ts'
import { termOf } from '../domain/compliance/delivery.ts'
import { freezeNotice } from '../domain/compliance/frozen-notice.ts'
import type { LawInForce } from '../domain/compliance/law-in-force.ts'
import { formatPercent, parsePercent } from '../domain/compliance/percent.ts'
import type { Channel } from '../domain/compliance/profile.ts'
import { rateOn } from '../domain/compliance/rate-series.ts'
import { messageCreditor, outcomeOfAgent, payByDay } from '../domain/content/claim-facts.ts'
import type {
  ClaimMessageFacts,
  DunningFacts,
  NoticeFacts,
} from '../domain/content/claim-message-input.ts'
import { creditOf } from '../domain/credit/credit-owed.ts'
import type { StepDefinition } from '../domain/dunning/journey-definition.ts'
import { actOf } from '../domain/dunning/journey-definition.ts'
import { termDaysOf } from '../domain/dunning/place-steps.ts'
import { offersChoice } from '../domain/negotiation/plan-choices.ts'
import { leftToAgree } from '../domain/plan/plan-moves.ts'
import { chooseLanguage } from '../domain/wording/language.ts'
import { agreementOf } from '../storage/agreements.ts'
import type { PlanLineRecord } from '../storage/case-records.ts'
import type { Claim } from '../storage/claims.ts'
import type { StoredNotice } from '../storage/column-types.ts'
import { standingOffer } from '../storage/credit-offers.ts'
import type { CreditorRow } from '../storage/creditors.ts'
import type { Debtor } from '../storage/debtors.ts'
import { claimWithCharges } from './claim-with-charges.ts'
import type { Deps } from './deps.ts'
import { type ClaimQuote, owedForCharges, quoteClaim } from './quote-claim.ts'
import { readClaimOffer } from './read-claim-offer.ts'
import { coveredMinor, type StepSources } from './step-facts-of-claim.ts'

export type InputDeps = Pick<Deps, 'db' | 'links'>

/** A claim with its people, as a message tells of them. */
export interface MessageSources extends StepSources {
  debtor: Debtor
  creditor: CreditorRow
}

/** What every message about a claim knows. */
export async function sharedFacts(
  { db, links }: InputDeps,
  { claim, creditor, debtor, now }: MessageSources,
): Promise<ClaimMessageFacts> {
  return {
    language: chooseLanguage(languageOfDebtor(debtor), creditor.language),
    creditor: messageCreditor(creditor),
    debtorName: debtor.name,
    claim: await claimWithCharges(db, claim),
    portalUrl: links.urlOf(claim.claimId),
    today: dayInZone(now, debtor.timeZone ?? creditor.timeZone),
  }
}

/** What a message of a journey may know beside; a notice is stated as it stands on this day. */
export async function dunningFacts(
  deps: InputDeps,
  sources: MessageSources,
  {
    today,
    notice,
    anchorDay,
  }: { today: Day; notice: NoticeFacts | undefined; anchorDay: Day | null },
): Promise<DunningFacts> {
  const { claim, records, now } = sources
  const afterAgent = outcomeOfAgent(claim.conversation)
  const disputed = disputedOf(claim)
  const dispute = records.holds.find(({ reason }) => reason === 'dispute')?.releasedAs
  const outcome = dispute?.split(' ')[0]
  const againOn = records.collections.last?.againOn ?? null
  const agreement = await agreementOf(deps.db, claim)
  const left = agreement && leftToAgree(agreement, today)
  const { menu } = await readClaimOffer(deps.db, claim, now)
  const planLine = records.plan?.lines.find(({ dueDate }) => dueDate === anchorDay)
  const covered = coveredMinor(sources)
  return {
    canChoose: left !== 'stands' && offersChoice(menu),
    payBy: left === 'another-plan-offered' ? (agreement?.replan?.until ?? today) : payByDay(today),
    ...(planLine === undefined ? {} : { planLine: planPayment(planLine, claim.currency) }),
    ...(afterAgent === undefined ? {} : { afterAgent }),
    ...(notice === undefined ? {} : { notice }),
    ...(disputed > 0n ? { disputed: { minor: disputed, currency: claim.currency } } : {}),
    ...(await refundFacts(deps, claim)),
    ...(covered > 0n ? { covered: { minor: covered, currency: claim.currency } } : {}),
    ...(records.promisedDay === null ? {} : { promisedDay: records.promisedDay }),
    ...(againOn === null || againOn < today ? {} : { collectAgainOn: againOn }),
    ...(outcome === 'upheld' || outcome === 'rejected' ? { decision: { outcome } } : {}),
  }
}

function planPayment({ dueDate, open }: PlanLineRecord, currency: string) {
  return { dueDate, amount: formatAmount({ minor: open, currency }) }
}

/** The credit of this claim that the person is asked about. */
async function refundFacts(
  { db }: InputDeps,
  claim: Claim,
): Promise<Pick<DunningFacts, 'refund' | 'refundDefault'>> {
  if (creditOf(claim) <= 0n) return {}
  const offer = await standingOffer(db, claim)
  if (offer?.state !== 'open') return {}
  const { amount: minor, currency, defaultChoice } = offer
  const refund = { minor, currency }
  if (defaultChoice === 'refund-to-origin') return { refund, refundDefault: 'origin' }
  return defaultChoice === 'set-off' ? { refund, refundDefault: 'bill' } : { refund }
}

/** A notice as it leaves: what it states in law, and the facts that its text needs. */
export interface StatedNotice {
  stored: StoredNotice
  facts: NoticeFacts
}

interface NoticeOn {
  step: StepDefinition
  law: LawInForce
  channel: Channel
  messageId: string
}

/** States a notice of a claim on a day, by a channel. */
export async function stateNotice(
  { db }: InputDeps,
  { claim, records, creditor, now }: StepSources,
  on: NoticeOn,
): Promise<StatedNotice> {
  const { chargesAgreed, timeZone } = creditor
  const { law } = on
  return noticeOf(
    claim,
    on,
    await quoteClaim(db, { claim, records, chargesAgreed, timeZone, law, now }),
  )
}

/** The same of a claim that is quoted. */
export function noticeOf(claim: Claim, on: NoticeOn, quoted: ClaimQuote): StatedNotice {
  const { step, law, channel, messageId } = on
  const frozen = freezeNotice(law, asPosted(claim, quoted), { noticeId: messageId, channel })
  const lastDay = frozen.announced?.lastDay ?? lastDayOf(on, frozen.day)
  const fee = frozen.announced?.fee ?? 0n
  const { currency } = claim
  const mentions = mentionsOf(law, quoted, { step, opens: frozen.announced !== null })
  const rate = lateRate(law, frozen.day)
  return {
    stored: {
      kind: actOf(step, 'notice')?.kind ?? 'reminder',
      profile: frozen.profile,
      version: frozen.version,
      day: frozen.day,
      channel,
      currency,
      parts: frozen.parts.map(({ label, minor, formula }) => ({
        label,
        minor: minor.toString(),
        formula,
      })),
      total: frozen.total.toString(),
      announced:
        lastDay === null ? null : { lastDay, fee: fee.toString(), feeFrom: addDays(lastDay, 1) },
    },
    facts: {
      termLastDay: lastDay ?? payByDay(frozen.day),
      mentions: fee > 0n ? mentions : mentions.filter((code) => code !== 'fee-to-come'),
      ...(fee > 0n ? { announcedCharges: { minor: fee, currency } } : {}),
      ...(rate === null ? {} : { lateInterestRate: rate }),
      ...announced(law, claim),
    },
  }
}

/**
 * A notice asks for what was added to the claim and is still owed, as its text does: the law may allow
 * more by now, but that is asked for only once a step has added it. Money beyond the principal has
 * paid the charges in their order.
 */
function asPosted(claim: Claim, { facts, quote, items }: ClaimQuote): ClaimQuote {
  const posted = items.filter(isOwed)
  let paid = quote.outstanding + owedForCharges(items) - outstandingOf(claim)
  const lines = quote.lines.flatMap((line) => {
    const item = posted.find(({ rule, period }) => rule === line.rule && period === line.period)
    if (item === undefined) return []
    const less = paid <= 0n ? 0n : paid < item.minor ? paid : item.minor
    paid -= less
    return [{ ...line, minor: item.minor - less, formula: item.formula, notCharged: null }]
  })
  return { facts, quote: { ...quote, lines }, items }
}

/** What the texts of announced charges name: the rule behind them, and the flat sum of businesses. */
function announced(
  { version }: LawInForce,
  { currency }: Claim,
): Pick<NoticeFacts, 'announcedRule' | 'flatSum'> {
  const rule = version.fees.find(({ kind, startsFrom }) => {
    return kind === 'once' && startsFrom === 'free-notice-term'
  })
  const flat = version.fees.find((fee) => fee.rule === 'flat-sum')?.bands[0]?.flat
  const amount = flat === undefined ? undefined : parseAmountOrZero({ value: flat, currency })
  return {
    ...(rule === undefined ? {} : { announcedRule: rule.rule }),
    ...(amount?.ok === true ? { flatSum: amount.value } : {}),
  }
}

/** The last day of the term that the step itself gives; null where it gives none. */
function lastDayOf(
  { step, law, channel }: { step: StepDefinition; law: LawInForce; channel: Channel },
  sentOn: Day,
): Day | null {
  if (actOf(step, 'notice') === undefined) return null
  const termDays = termDaysOf(step, law.version)
  const rule = law.version.delivery.find((it) => it.channel === channel)
  if (rule === undefined || termDays === 0) return null
  return termOf({ rule, termDays, holidays: law.holidays }, sentOn).lastDay
}

function mentionsOf(
  { version }: LawInForce,
  { facts }: ClaimQuote,
  { step, opens }: { step: StepDefinition; opens: boolean },
): string[] {
  const isFirst = facts.notices.length === 0
  const isFormal = actOf(step, 'notice') !== undefined
  const ruled = version.mentions
    .filter(({ on }) => on === 'every-notice' || (isFirst && isFormal && on === 'first-notice'))
    .flatMap(({ mentions }) => mentions)
  const free = opens && isFormal ? (version.freeNotice?.mentions ?? []) : []
  return [...new Set([...free, ...ruled])]
}

/** Percent a year on a day, as decimal text; null where no rate is known. */
function lateRate({ version, series }: LawInForce, day: Day): string | null {
  const { interest } = version
  const known = interest === null ? undefined : series.get(interest.series)
  const rate = known === undefined ? null : rateOn(known, day)
  if (interest === null || rate === null) return null
  return formatPercent(rate.percent + parsePercent(interest.marginPp))
}
