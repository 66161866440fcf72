// `parley journey check`: compiles a journey against a profile and shows what comes out.
import { addDays, type Day, parseDay } from '@parley/sdk/protocol'
import { type LawInForce, lawInForce } from '../../domain/compliance/law-in-force.ts'
import { type CompiledJourney, compileJourney } from '../../domain/dunning/compile-journey.ts'
import type { JourneyDefinition } from '../../domain/dunning/journey-definition.ts'
import type { JourneyRefusal } from '../../domain/dunning/journey-refusal.ts'
import { missingFor } from '../../domain/dunning/runnable-journey.ts'
import {
  type ExampleClaim,
  type ScheduledStep,
  scheduleJourney,
} from '../../domain/dunning/schedule-journey.ts'
import { lawOf } from '../../law-files.ts'
import { CliError, EXIT } from '../cli-error.ts'
import { openLaw } from '../compliance/open-law.ts'
import { openCarriers, openJourney } from './open-journeys.ts'
import { printAllowed, printRefused } from './print-check.ts'

export interface CheckOptions {
  readonly profile: string
  readonly on?: string
  readonly region?: string
  readonly catalog?: string
  readonly json?: true
}

/** What a check came to. */
export interface Checked {
  readonly journey: JourneyDefinition
  readonly law: LawInForce
  readonly claim: ExampleClaim
  /** What this server lacks to run the journey. */
  readonly missing: readonly string[]
}

/** Returns what is to be printed, and 1 for a refused journey. @throws {CliError} for bad options. */
export function runCheck(name: string, options: CheckOptions): { text: string; exitCode: number } {
  const journey = openJourney(name, options.catalog)
  const dueDay = readDay(options.on ?? new Date().toISOString().slice(0, 10))
  const law = readLaw(options, dueDay)
  const claim = { dueDay, issuedOn: addDays(dueDay, -30), respondBy: addDays(dueDay, -29) }
  const checked: Checked = { journey, law, claim, missing: missingFor(journey) }
  const result = compileJourney({ journey, law, carriers: openCarriers(options.catalog) })
  if (!result.ok) {
    const text =
      options.json === true
        ? asJson(checked, { refusals: result.error })
        : printRefused(checked, result.error)
    return { text, exitCode: EXIT.refused }
  }
  const days = scheduleJourney(result.value, law, claim)
  const text =
    options.json === true
      ? asJson(checked, { compiled: result.value, days })
      : printAllowed(checked, { compiled: result.value, days })
  return { text, exitCode: EXIT.ok }
}

function readLaw({ profile, region, catalog }: CheckOptions, dueDay: Day): LawInForce {
  const all = openLaw(catalog)
  const law = lawOf(all, profile, region ?? null)
  if (law === undefined) throw failed(`there is no profile "${profile}"; see compliance list`)
  const regions = all.calendars.get(law.profile.calendar)?.regions ?? []
  if (region !== undefined && !regions.includes(region)) {
    const known = regions.length === 0 ? 'it has none' : `one of ${regions.join(', ')}`
    throw failed(`--region "${region}" is no region of the profile's country: ${known}`)
  }
  const inForce = lawInForce(law, dueDay)
  if (inForce.ok) return inForce.value
  const reason = `the profile states no law for a claim that was due on ${dueDay} (no-version)`
  throw new CliError(`Nothing was checked: ${reason}.`, { exitCode: EXIT.refused })
}

function readDay(text: string): Day {
  const day = parseDay(text)
  if (day.ok) return day.value
  throw failed(`--on: "${text}" is no day that exists, as YYYY-MM-DD`)
}

type Outcome =
  | { readonly refusals: readonly JourneyRefusal[] }
  | { readonly compiled: CompiledJourney; readonly days: readonly ScheduledStep[] }

function asJson({ journey, law, claim, missing }: Checked, outcome: Outcome): string {
  const { id, version } = journey
  const about = {
    journey: id,
    version,
    profile: law.profile.id,
    profileVersion: law.version.version,
  }
  if ('refusals' in outcome) {
    return `${JSON.stringify({ ...about, allowed: false, refusals: outcome.refusals, missing })}\n`
  }
  const { requires, remarks } = outcome.compiled
  const days = outcome.days.map(({ step: { step, day: _, ...compiled }, ...scheduled }) => {
    const { id: name, tone, template, acts = [] } = step
    return { ...scheduled, step: name, tone, template, acts, ...compiled }
  })
  const allowed = { allowed: true, example: claim, days, remarks, requires, missing }
  return `${JSON.stringify({ ...about, ...allowed })}\n`
}

function failed(reason: string): CliError {
  return new CliError(`Nothing was checked: ${reason}.`)
}
