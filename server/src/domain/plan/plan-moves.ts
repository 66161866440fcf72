// What follows by itself from the state of an agreed plan: what is told, the one other plan that is
// offered, the default, the end. Facts in, decision out; every day may be looked at twice.
import { addDays, compareDays, type Day, type LateTerms } from '@parley/sdk/protocol'
import { ANNOUNCE_DAYS, isOverdue, type LineProgress, type LineState } from './plan-lines.ts'

/** The other plan that was offered after a missed line; `until` is the last day of the offer. */
export interface ReplanOffer {
  readonly until: Day
  readonly state: 'open' | 'withdrawn' | 'refused' | 'lapsed' | 'taken'
  /** The revision of the request that offers it. */
  readonly revision: number
}

/** What was told of the lines; `focus` is the line that reminders are about. */
export interface PlanTold {
  readonly lines: Readonly<Record<string, LineState>>
  readonly focus: number | null
}

/** `over`: nothing is left of the plan but debt, and the journey of the claim goes on. */
export type PlanStage = 'active' | 'completed' | 'over'

export interface PlanMarks {
  readonly told: PlanTold
  readonly replan: ReplanOffer | null
  readonly defaultedAt: number | null
  readonly stage: PlanStage
}

export interface PlanSituation extends PlanMarks {
  /** In the order of their days; at least one. */
  readonly lines: readonly LineProgress[]
  readonly terms: LateTerms
  readonly today: Day
  /** A hold stands, or a part is disputed: nothing is offered and nobody is in default. */
  readonly isHeld: boolean
}

/** The state of a plan in one word, as a signed status says it. */
export type PlanState = 'active' | 'late' | 'replan-offered' | 'defaulted' | 'completed'

export type PlanEvent =
  | { readonly type: 'plan.line-due' | 'plan.line-late' | 'plan.cured'; readonly line: number }
  | { readonly type: 'plan.replan-withdrawn' | 'plan.defaulted' | 'plan.completed' }

export interface PlanMove {
  readonly events: readonly PlanEvent[]
  readonly marks: PlanMarks
  /** Offer another plan for the rest, now. */
  readonly offers: boolean
  /** The plan is in default from now on. */
  readonly defaults: boolean
  /** From now on the journey of the claim goes on. */
  readonly ends: boolean
  /** The line that reminders are about from now on; undefined when that stays. */
  readonly focus: number | undefined
  /** When to look again; null once nothing can happen by time alone. */
  readonly lookOn: Day | null
}

/** Returns the state of a plan from the states of its lines and what came of them. */
export function planStateOf({
  lines,
  replan,
  defaultedAt,
}: Pick<PlanSituation, 'lines' | 'replan' | 'defaultedAt'>): PlanState {
  if (lines.every(({ open }) => open <= 0n)) return 'completed'
  if (!lines.some(isOverdue)) return 'active'
  if (replan?.state === 'open') return 'replan-offered'
  return defaultedAt === null ? 'late' : 'defaulted'
}

/** Returns what an agreement in force leaves to agree on. */
export function leftToAgree(
  { replan }: Pick<PlanMarks, 'replan'>,
  today: Day,
): 'stands' | 'another-plan-offered' {
  const isOpen = replan?.state === 'open' && compareDays(today, replan.until) <= 0
  return isOpen ? 'another-plan-offered' : 'stands'
}

/**
 * Decides what follows today. A line is told due, late and cured once each time; a missed one leads to
 * one offer of another plan, an answered, lapsed or used one to the default. Money withdraws an offer
 * and heals a default. A plan of which every open line is missed is over once it is in default.
 */
export function decidePlan(situation: PlanSituation): PlanMove {
  const { lines, told, today, isHeld } = situation
  const isDone = lines.every(({ open }) => open <= 0n)
  const hasMissed = lines.some(({ state }) => state === 'missed')
  const replan = replanAfter(situation)
  const isOpen = situation.stage !== 'over' && !isDone
  const mayAct = isOpen && hasMissed && !isHeld
  const offers = mayAct && replan === null && situation.terms.replans > 0
  const wasAnswered = replan?.state !== 'open'
  const defaults = mayAct && !offers && wasAnswered && situation.defaultedAt === null
  const isDefaulted = lines.some(isOverdue) && (defaults || situation.defaultedAt !== null)
  const open = lines.filter((line) => line.open > 0n)
  const ends = mayAct && isDefaulted && open.every(({ state }) => state === 'missed')
  const stage = isDone ? 'completed' : ends ? 'over' : stageAfter(situation)
  const focus = stage === 'active' ? focusOf(open, today) : null
  const completes = stage === 'completed' && situation.stage !== 'completed'
  return {
    events: [
      ...lines.flatMap((line) => toldOf(line, told.lines[line.line])),
      ...(replan?.state === 'withdrawn' && situation.replan?.state === 'open'
        ? [{ type: 'plan.replan-withdrawn' as const }]
        : []),
      ...(defaults ? [{ type: 'plan.defaulted' as const }] : []),
      ...(completes ? [{ type: 'plan.completed' as const }] : []),
    ],
    marks: {
      told: { lines: Object.fromEntries(lines.map(({ line, state }) => [line, state])), focus },
      replan,
      defaultedAt: isDefaulted ? situation.defaultedAt : null,
      stage,
    },
    offers,
    defaults,
    ends,
    focus: focus === null || focus === told.focus ? undefined : focus,
    lookOn: stage === 'active' ? nextLook(open, { today, replan, isHeld }) : null,
  }
}

/** Money that came back makes a completed plan go on. */
function stageAfter({ stage }: PlanSituation): PlanStage {
  return stage === 'completed' ? 'active' : stage
}

function replanAfter({ replan, lines, today }: PlanSituation): ReplanOffer | null {
  if (replan?.state !== 'open') return replan
  if (!lines.some(isOverdue)) return { ...replan, state: 'withdrawn' }
  return compareDays(today, replan.until) > 0 ? { ...replan, state: 'lapsed' } : replan
}

function toldOf({ line, state, open }: LineProgress, before: LineState | undefined): PlanEvent[] {
  const wasOverdue = before === 'late' || before === 'missed'
  const isLate = state === 'late' || state === 'missed'
  const wasDue = before !== undefined && before !== 'planned'
  return [
    ...((state === 'due' || isLate) && !wasDue ? [{ type: 'plan.line-due' as const, line }] : []),
    ...(isLate && !wasOverdue ? [{ type: 'plan.line-late' as const, line }] : []),
    ...(open <= 0n && wasOverdue ? [{ type: 'plan.cured' as const, line }] : []),
  ]
}

/** The open line that is near or over last, else the first open one. */
function focusOf(open: readonly LineProgress[], today: Day): number | null {
  const near = open.filter(({ dueDate }) => compareDays(announcedOn(dueDate), today) <= 0)
  return (near.at(-1) ?? open[0])?.line ?? null
}

const announcedOn = (dueDate: Day) => addDays(dueDate, -ANNOUNCE_DAYS)

function nextLook(
  open: readonly LineProgress[],
  { today, replan, isHeld }: { today: Day; replan: ReplanOffer | null; isHeld: boolean },
): Day | null {
  const days = open.flatMap(({ dueDate, inTimeUntil, graceUntil }) => [
    announcedOn(dueDate),
    dueDate,
    addDays(inTimeUntil, 1),
    addDays(graceUntil, 1),
  ])
  const waits = [
    ...days,
    ...(replan?.state === 'open' ? [addDays(replan.until, 1)] : []),
    ...(isHeld ? [addDays(today, 1)] : []),
  ]
  return waits.filter((day) => compareDays(day, today) > 0).sort()[0] ?? null
}
