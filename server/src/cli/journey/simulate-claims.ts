// A journey over the claims of a file, each under the law of its own due day.
import type { Day } from '@parley/sdk/protocol'
import type { ChannelMatrix } from '../../domain/channels/channel-matrix.ts'
import { type Law, type LawInForce, lawInForce } from '../../domain/compliance/law-in-force.ts'
import { type CompiledJourney, compileJourney } from '../../domain/dunning/compile-journey.ts'
import type { JourneyDefinition } from '../../domain/dunning/journey-definition.ts'
import type { ScheduledStep } from '../../domain/dunning/schedule-journey.ts'
import {
  followClaim,
  type PastClaim,
  planOf,
  type SimulatedClaim,
} from '../../domain/dunning/simulate-journey.ts'
import type { PriceList } from '../../domain/dunning/step-costs.ts'
import {
  type SimulationSummary,
  summarizeSimulation,
} from '../../domain/dunning/summarize-simulation.ts'
import { lawOf } from '../../law-files.ts'
import { CliError, EXIT } from '../cli-error.ts'
import { openLaw } from '../compliance/open-law.ts'
import { openCarriers } from './open-journeys.ts'

/** One journey and what it did. */
export interface Run {
  readonly journey: JourneyDefinition
  /** What tells it from the other: its id, and its version where both have the same. */
  readonly name: string
  readonly simulated: readonly SimulatedClaim[]
  readonly summary: SimulationSummary
}

export interface RunInput {
  readonly claims: readonly PastClaim[]
  readonly profile: string
  readonly days: number
  readonly prices: PriceList | null
  readonly catalog?: string | undefined
}

/** Runs one or two journeys. @throws {CliError} for one that the law of a claim forbids. */
export function simulateRuns(journeys: readonly JourneyDefinition[], input: RunInput): Run[] {
  const { claims, profile, days, prices, catalog } = input
  const law = lawOf(openLaw(catalog), profile)
  if (law === undefined) {
    throw new CliError(`there is no profile "${profile}"; see compliance list.`)
  }
  const carriers = openCarriers(catalog)
  return journeys.map((journey) => {
    const planUnderLaw = plannerOf({ journey, law, carriers })
    const simulated = claims.map((claim) => followClaim(planUnderLaw(claim.dueDay), days, claim))
    const summary = summarizeSimulation(simulated, { days, prices })
    return { journey, name: nameOf(journey, journeys), simulated, summary }
  })
}

/** Plans a journey for each due day once, under the law of that day. */
function plannerOf(input: { journey: JourneyDefinition; law: Law; carriers: ChannelMatrix }) {
  const compiled = new Map<number, CompiledJourney>()
  const plans = new Map<Day, ScheduledStep[]>()
  return (dueDay: Day): ScheduledStep[] => {
    const known = plans.get(dueDay)
    if (known !== undefined) return known
    const law = lawInForce(input.law, dueDay)
    if (!law.ok) throw refused(`the profile states no law for ${dueDay} (no-version)`)
    const { version } = law.value.version
    const journey = compiled.get(version) ?? compiledUnder({ ...input, law: law.value })
    compiled.set(version, journey)
    const plan = planOf(journey, law.value, dueDay)
    plans.set(dueDay, plan)
    return plan
  }
}

function nameOf({ id, version }: JourneyDefinition, all: readonly JourneyDefinition[]): string {
  const same = all.filter((it) => it.id === id)
  return same.length === 1 ? id : `${id} version ${version}`
}

function compiledUnder(input: Parameters<typeof compileJourney>[0] & { law: LawInForce }) {
  const compiled = compileJourney(input)
  if (compiled.ok) return compiled.value
  const codes = [...new Set(compiled.error.map(({ code }) => code))].join(', ')
  throw refused(
    `"${input.journey.id}" may not run under ${input.law.profile.id} (${codes}); see check`,
  )
}

function refused(reason: string): CliError {
  return new CliError(`Nothing was simulated: ${reason}.`, { exitCode: EXIT.refused })
}
