// `parley journey dry-run`: what a journey would have done to the claims of a file, and another beside it.
import { type LawInForce, lawInForce } from '../../domain/compliance/law-in-force.ts'
import { compileJourney } from '../../domain/dunning/compile-journey.ts'
import type { JourneyDefinition } from '../../domain/dunning/journey-definition.ts'
import {
  type PastClaim,
  type SimulatedClaim,
  simulateClaim,
} from '../../domain/dunning/simulate-journey.ts'
import { lawOf } from '../../law-files.ts'
import { CliError, EXIT } from '../cli-error.ts'
import { openLaw } from '../compliance/open-law.ts'
import { openJourney } from './open-journeys.ts'
import { readClaims } from './read-claims.ts'

export interface DryRunOptions {
  readonly journey: string
  readonly claims: string
  readonly profile: string
  readonly days: string
  readonly compare?: string
  readonly catalog?: string
  readonly json?: true
}

/** Totals of one journey over all claims. */
interface Totals {
  readonly journey: string
  readonly claims: number
  readonly messages: number
  readonly crossed: number
  readonly movedSteps: number
  readonly byState: Readonly<Record<string, number>>
  readonly byCost: Readonly<Record<string, number>>
  readonly byDay: Readonly<Record<string, number>>
}

/** Returns what is to be printed. @throws {CliError} for bad options, files and refused journeys. */
export function runDryRun(options: DryRunOptions): string {
  const days = Number(options.days)
  if (!/^\d{1,3}$/.test(options.days) || days === 0) {
    throw new CliError(`--days: "${options.days}" is no number from 1 to 999.`)
  }
  const claims = readClaims(options.claims)
  const names = [options.journey, ...(options.compare === undefined ? [] : [options.compare])]
  const runs = names.map((name) => {
    const journey = openJourney(name, options.catalog)
    const simulated = simulateAll(journey, claims, { ...options, days })
    return { totals: totalsOf(journey.id, simulated), simulated }
  })
  if (options.json === true) {
    const results = runs.map(({ totals, simulated }) => {
      const each = simulated.map(({ taken, ...claim }) => {
        return { ...claim, steps: taken.map(({ step, day }) => ({ step: step.step.id, day })) }
      })
      return { ...totals, simulated: each }
    })
    return `${JSON.stringify({ profile: options.profile, days, results })}\n`
  }
  return `${runs.map(({ totals }) => printTotals(totals, days)).join('\n\n')}\n`
}

function simulateAll(
  journey: JourneyDefinition,
  claims: readonly PastClaim[],
  { profile, catalog, days }: { profile: string; catalog?: string | undefined; days: number },
): SimulatedClaim[] {
  const law = lawOf(openLaw(catalog), profile)
  if (law === undefined) {
    throw new CliError(`there is no profile "${profile}"; see compliance list.`)
  }
  return claims.map((claim) => {
    const inForce = lawInForce(law, claim.dueDay)
    if (!inForce.ok) throw refused(`the profile states no law for ${claim.dueDay} (no-version)`)
    const compiled = compiledUnder(journey, inForce.value)
    return simulateClaim({ journey: compiled, law: inForce.value, days }, claim)
  })
}

function compiledUnder(journey: JourneyDefinition, law: LawInForce) {
  const compiled = compileJourney({ journey, law })
  if (compiled.ok) return compiled.value
  const codes = [...new Set(compiled.error.map(({ code }) => code))].join(', ')
  throw refused(`"${journey.id}" may not run under ${law.profile.id} (${codes}); see check`)
}

function totalsOf(journey: string, simulated: readonly SimulatedClaim[]): Totals {
  const taken = simulated.flatMap((claim) => claim.taken)
  const messages = taken.filter(({ step }) => step.channels.length > 0)
  return {
    journey,
    claims: simulated.length,
    messages: messages.length,
    crossed: simulated.filter(({ crossed }) => crossed).length,
    movedSteps: taken.filter(({ movedDays }) => movedDays > 0).length,
    byState: count(simulated.map(({ state }) => state)),
    byCost: count(taken.map(({ step }) => step.cost)),
    byDay: count(messages.map(({ day }) => day)),
  }
}

function count(names: readonly string[]): Record<string, number> {
  const counts = new Map<string, number>()
  for (const name of names.toSorted()) counts.set(name, (counts.get(name) ?? 0) + 1)
  return Object.fromEntries(counts)
}

function printTotals(totals: Totals, days: number): string {
  const lines = (table: Readonly<Record<string, number>>) => {
    return Object.entries(table).map(([name, n]) => `  ${name.padEnd(20)} ${n}`)
  }
  return [
    `${totals.journey}: ${totals.claims} claim(s), each followed for ${days} days after its due day`,
    `${totals.messages} message(s); ${totals.crossed} crossed a payment; ${totals.movedSteps} step(s) moved by hours, holidays or caps`,
    'Where the claims stand',
    ...lines(totals.byState),
    'Steps by what they cost',
    ...lines(totals.byCost),
    'Messages by day',
    ...lines(totals.byDay),
  ].join('\n')
}

function refused(reason: string): CliError {
  return new CliError(`Nothing was simulated: ${reason}.`, { exitCode: EXIT.refused })
}
