// The charges of a journey, judged by the profile: each has a rule that somebody has verified, waits
// for what the rule waits for, and is asked no more often than the rule allows.

import { evidenceOf } from '../compliance/evidence.ts'
import type { LawInForce } from '../compliance/law-in-force.ts'
import type { FeeRule, InterestRule } from '../compliance/profile.ts'
import { actOf, type ChargeAct, channelsOf, type StepDefinition } from './journey-definition.ts'
import {
  type JourneyRefusal,
  type JourneyRefusalCode,
  type JudgedJourney,
  refuse,
} from './journey-refusal.ts'
import { isNotice, type PlacedStep } from './place-steps.ts'

/** A rule of the profile by which a step adds something. */
export type ChargeRule = FeeRule | InterestRule

/** A charge that a step makes. */
export interface PlacedCharge {
  readonly at: PlacedStep
  readonly rule: ChargeRule
}

/** What a charge of a step came to: the rules by which it is made, or why it is not. */
interface Found {
  readonly charges: readonly PlacedCharge[]
  readonly refusals: readonly JourneyRefusal[]
  /** Why optional charges are left out: sentences. */
  readonly leftOut: readonly string[]
}

/** Judges all charges of a journey; optional ones that may not be made are left out, with the reason. */
export function checkCharges({ placed, law }: JudgedJourney): Found {
  const charges: PlacedCharge[] = []
  const refusals: JourneyRefusal[] = []
  const leftOut: string[] = []
  for (const at of placed) {
    for (const act of at.step.acts ?? []) {
      if (act.do !== 'charge') continue
      const rules = rulesNamed(act, law)
      const missing = rules.length === 0 ? [notInLaw(act, at, law)] : []
      const judged = rules.map((rule) => {
        const faults = faultsOf({ at, rule }, { placed, law, charges })
        if (faults.length === 0) charges.push({ at, rule })
        return faults
      })
      const faults = [...missing, ...judged.flat()]
      if (act.optional === true) leftOut.push(...faults.map((fault) => leftOutBecause(act, fault)))
      else refusals.push(...faults)
    }
  }
  return { charges, refusals, leftOut }
}

function rulesNamed({ rule }: ChargeAct, { version }: LawInForce): ChargeRule[] {
  const { interest, fees } = version
  if (rule === 'fee-once') return fees.filter(({ kind }) => kind === 'once')
  if (rule === 'fee-per-notice') return fees.filter(({ kind }) => kind === 'per-notice')
  const all = interest === null ? fees : [interest, ...fees]
  return all.filter((it) => it.rule === rule)
}

function notInLaw({ rule }: ChargeAct, { step }: PlacedStep, law: LawInForce): JourneyRefusal {
  const { fees, mentions } = law.version
  const sayNone = mentions.filter((it) => it.mentions.includes('no-recovery-cost'))
  const sources = [...fees, ...sayNone].flatMap((it) => it.sources)
  const detail = `"${law.profile.title}" has no charge "${rule}".`
  return refuse(law, { code: 'charge-not-in-law', step: step.id, sources }, detail)
}

function leftOutBecause({ rule }: ChargeAct, { step, detail }: JourneyRefusal): string {
  return `Step "${step}" leaves out "${rule}": ${detail}`
}

type JudgedSoFar = JudgedJourney & { readonly charges: readonly PlacedCharge[] }

function faultsOf({ at, rule }: PlacedCharge, judged: JudgedSoFar): JourneyRefusal[] {
  const { law } = judged
  const sources = sourcesBehind(rule, judged)
  const fault = (code: JourneyRefusalCode, detail: string) => {
    return [refuse(law, { code, step: at.step.id, sources }, detail)]
  }
  if (evidenceOf({ sources }, law.profile.sources) === 'unverified') {
    return fault('charge-unverified', `Nobody has verified "${rule.title}", so it is not charged.`)
  }
  const early = waitsFor(rule, at, judged)
  if (early !== null) return fault(...early)
  if ('perNotice' in rule && rule.perNotice !== undefined) {
    const found = faultOfNoticeFee({ ...rule, perNotice: rule.perNotice }, at, judged)
    return found === null ? [] : fault(...found)
  }
  const isTwice = 'kind' in rule && judged.charges.some((charge) => charge.rule.rule === rule.rule)
  return isTwice ? fault('charge-twice', `"${rule.title}" falls due once for a claim.`) : []
}

/** What begins on a day that nobody has verified is unverified itself. */
function sourcesBehind(rule: ChargeRule, { placed, law }: JudgedJourney): readonly string[] {
  if (rule.startsFrom === 'day-after-due') return rule.sources
  const { freeNotice, delivery } = law.version
  const used = placed
    .filter(({ step }) => isNotice(step, law.version))
    .flatMap(({ step }) => {
      return delivery.filter(({ channel }) => channelsOf(step).includes(channel))
    })
  const term = rule.startsFrom === 'free-notice-term' ? (freeNotice?.sources ?? []) : []
  return [...new Set([...rule.sources, ...term, ...used.flatMap(({ sources }) => sources)])]
}

type Fault = readonly [JourneyRefusalCode, string]

/** Every kind of start, against what the journey has done before this step. */
function waitsFor(rule: ChargeRule, at: PlacedStep, { placed, law }: JudgedJourney): Fault | null {
  const before = placed.slice(0, placed.indexOf(at))
  const { title, startsFrom } = rule
  switch (startsFrom) {
    case 'free-notice-term': {
      const isOpened = before.some(({ step }) => actOf(step, 'notice') !== undefined)
      if (!isOpened) return ['charge-before-notice', `"${title}" needs the free notice first.`]
      return isAfterTerm(at, before)
        ? null
        : ['charge-before-term', `"${title}" begins the day after the term of the free notice.`]
    }
    case 'first-notice':
      return before.some(({ step }) => isNotice(step, law.version))
        ? null
        : ['charge-before-notice', `"${title}" begins with a notice, and none comes before.`]
    default:
      return (at.afterDue ?? 1) >= 1
        ? null
        : ['charge-before-term', `"${title}" begins the day after the due day.`]
  }
}

/** Certain where this step, or one before it, waits for the end of the term. */
function isAfterTerm(at: PlacedStep, before: readonly PlacedStep[]): boolean {
  return [...before, at].some(({ step }) => {
    return step.anchor === 'notice-term-end' && step.offsetDays >= 1
  })
}

type NoticeFeeRule = FeeRule & { readonly perNotice: NonNullable<FeeRule['perNotice']> }

function faultOfNoticeFee(rule: NoticeFeeRule, at: PlacedStep, judged: JudgedSoFar): Fault | null {
  const { kind, channels, firstPaid, maxCount, minDaysBefore } = rule.perNotice
  const { placed, law } = judged
  const earlier = placed
    .slice(0, placed.indexOf(at))
    .filter(({ step }) => isNotice(step, law.version))
  const sameKind = earlier.filter(({ step }) => noticeKind(step) === kind)
  if (noticeKind(at.step) !== kind) {
    return ['fee-on-free-notice', `"${rule.title}" is for a ${kind}, which this step is not.`]
  }
  if (sameKind.length + 1 < firstPaid) {
    const which = `notice ${sameKind.length + 1}, and only notice ${firstPaid} and later`
    return ['fee-on-free-notice', `It is ${which} may cost something.`]
  }
  const others = channelsOf(at.step).filter((channel) => !channels.includes(channel))
  if (others.length > 0 || channelsOf(at.step).length === 0) {
    return ['fee-channel', `"${rule.title}" is for ${channels.join(', ')} alone.`]
  }
  if (judged.charges.filter((charge) => charge.rule.rule === rule.rule).length >= maxCount) {
    return ['too-many-fees', `"${rule.title}" may be charged ${maxCount} time(s) for a claim.`]
  }
  const last = earlier.at(-1)
  const days = last === undefined ? at.afterDue : at.day - last.day
  return (days ?? 0) < minDaysBefore
    ? [
        'fee-too-soon',
        `${days ?? 0} day(s) after the one before; at least ${minDaysBefore} are asked.`,
      ]
    : null
}

function noticeKind(step: StepDefinition): 'reminder' | 'demand' {
  return actOf(step, 'notice')?.kind ?? 'reminder'
}
