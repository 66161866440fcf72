// A checked journey as a creditor reads it: day by day, then what the law says, then what is missing.
import { weekday } from '@parley/sdk/protocol'
import type { Source } from '../../domain/compliance/evidence.ts'
import type { LawInForce } from '../../domain/compliance/law-in-force.ts'
import type { CompiledJourney } from '../../domain/dunning/compile-journey.ts'
import type { Condition } from '../../domain/dunning/journey-conditions.ts'
import type { Act } from '../../domain/dunning/journey-definition.ts'
import type { JourneyRefusal } from '../../domain/dunning/journey-refusal.ts'
import type { ScheduledStep } from '../../domain/dunning/schedule-journey.ts'
import type { Checked } from './run-check.ts'

const DAYS = ['', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']

/** Returns the text of an allowed journey, with a newline at its end. */
export function printAllowed(
  checked: Checked,
  { compiled, days }: { compiled: CompiledJourney; days: readonly ScheduledStep[] },
): string {
  const { dueDay, issuedOn, respondBy } = checked.claim
  const example = `A claim due ${dueDay} that nobody pays (issued ${issuedOn}; its agent may answer until ${respondBy})`
  return [
    `${headline(checked)} allowed.`,
    ...(checked.journey.description === undefined ? [] : [checked.journey.description]),
    ...section(example, days.flatMap(linesOf)),
    ...section('What the law and the policy of the profile say', lawLines(checked.law)),
    ...section('Left out', compiled.remarks),
    ...needs(checked),
    '',
  ].join('\n')
}

/** Returns the text of a refused journey, with a newline at its end. */
export function printRefused(checked: Checked, refusals: readonly JourneyRefusal[]): string {
  const lines = refusals.flatMap(({ code, step, detail, sources }) => [
    `${step === null ? 'The journey' : `Step "${step}"`}: ${detail} (${code})`,
    ...sources.map((source) => `  ${sourceLine(source)}`),
  ])
  return [
    `${headline(checked)} refused, for ${refusals.length} reason(s).`,
    ...section('Why', lines),
    ...needs(checked),
    '',
  ].join('\n')
}

function headline({ journey, law }: Checked): string {
  const profile = `${law.profile.id} version ${law.version.version}`
  return `${journey.id} version ${journey.version} under ${profile} (${law.profile.title}):`
}

function needs({ missing }: Checked): string[] {
  return missing.length === 0
    ? ['', 'This server can run it.']
    : section('This server cannot run it yet; it lacks', [missing.join(', ')])
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', title, ...lines.map((line) => `  ${line}`)]
}

function linesOf({ step, day, movedDays, lastDay }: ScheduledStep): string[] {
  const { id, onlyIf = [], acts = [], tone, window, purpose, reach } = step.step
  const by = step.channels.join(reach === 'all' ? ' and ' : ', else ')
  const hours = window === undefined ? '' : `, ${window.from} to ${window.to}`
  const message = tone === undefined ? '' : `${by}, ${tone}${hours}`
  const moved = movedDays === 0 ? [] : [`moved ${movedDays} day(s) to an open day`]
  const notes = [
    ...(purpose === 'service' ? ['asks for no payment'] : []),
    ...step.optIn.map((channel) => `by ${channel} only with the person's agreement`),
    ...(onlyIf.length === 0 ? [] : [`only if ${onlyIf.map(conditionText).join(' and ')}`]),
    ...acts.filter((act) => act.do !== 'charge').map(actText),
    ...step.charges.map(({ title, level, needs: grounds }) => {
      const where = grounds.length === 0 ? '' : `, where ${grounds.join(' and ')}`
      return `charges ${title} [${level}]${where}`
    }),
    ...(lastDay === null ? [] : [`last day to pay: ${lastDay}`]),
    ...(step.mentions.length === 0 ? [] : [`must mention: ${step.mentions.join(', ')}`]),
    ...moved,
  ]
  const head = [`${day} ${DAYS[weekday(day)]}  ${id.padEnd(20)}`, message].join(' ').trimEnd()
  return [head, ...notes.map((note) => `                  ${note}`)]
}

function conditionText({ fact, op, value }: Condition): string {
  return `${fact} ${op} ${typeof value === 'object' ? JSON.stringify(value) : value}`
}

function actText(act: Act): string {
  switch (act.do) {
    case 'bot':
      return `asks the agent first (${act.message}), and waits ${act.waitHours} hours`
    case 'task':
      return `task for a person: ${act.task}, within ${act.withinWorkingDays} working day(s)`
    case 'follow':
      return `goes on with ${act.journey}${act.fromStep === undefined ? '' : ` at ${act.fromStep}`}`
    case 'resume':
      return `the journey that rested goes on, ${act.levelsLower} step(s) lower`
    case 'notice':
      return act.kind === 'demand' ? 'formal demand' : 'notice that gives a term'
    default:
      return act.do.replaceAll('-', ' ')
  }
}

function lawLines({ profile, version }: LawInForce): string[] {
  const { freeNotice, notices, contact, caps } = version
  const cite = (ids: readonly string[]) => {
    const levels = profile.sources.filter(({ id }) => ids.includes(id)).map(({ level }) => level)
    return `[${[...new Set(levels)].join(', ')}]`
  }
  const hours = contact.windows.map(({ from, to }) => `${from} to ${to}`).join(', ')
  const holidays = contact.closedOnHolidays ? ', not on holidays' : ''
  return [
    freeNotice === null
      ? 'No reminder has to be free before charges begin.'
      : `A reminder without charge comes first and gives ${freeNotice.termDays} days. ${cite(freeNotice.sources)}`,
    `Notices: from day ${notices.minDaysAfterDue + 1} after the due day, ${notices.minDaysBetween} days apart. ${cite(notices.sources)}`,
    `Contact: ${hours}${holidays}. ${cite(contact.sources)}`,
    ...caps.map(({ channel, max, perDays, hoursApart, sources }) => {
      const what = channel === 'any' ? 'contacts' : `contacts by ${channel}`
      return `At most ${max} ${what} in ${perDays} days, ${hoursApart} hours apart. ${cite(sources)}`
    }),
  ]
}

function sourceLine({ level, title, url, citation, readOn }: Source): string {
  return `[${level}] ${title} (${url ?? citation}, read on ${readOn})`
}
