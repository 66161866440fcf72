// `parley journey dry-run`: what a journey would have done to the claims of a file, and another beside
// it, as text, as JSON, or as a page.
import { writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { CliError } from '../cli-error.ts'
import { dryRunPage } from './dry-run-page.ts'
import { openJourney } from './open-journeys.ts'
import { printRuns } from './print-dry-run.ts'
import { readClaims } from './read-claims.ts'
import { readPrices } from './read-prices.ts'
import { type Run, simulateRuns } from './simulate-claims.ts'

export interface DryRunOptions {
  readonly journey: string
  readonly claims: string
  readonly profile: string
  readonly days: string
  readonly compare?: string
  readonly costs?: string
  readonly html?: string
  readonly catalog?: string
  readonly json?: true
}

/** Returns what is to be printed. @throws {CliError} for bad options, files and refused journeys. */
export function runDryRun(options: DryRunOptions): string {
  const { profile, catalog } = options
  const days = Number(options.days)
  if (!/^\d{1,3}$/.test(options.days) || days === 0) {
    throw new CliError(`--days: "${options.days}" is no number from 1 to 999.`)
  }
  const claims = readClaims(options.claims)
  const prices = readPrices(options.costs, catalog)
  const names = [options.journey, ...(options.compare === undefined ? [] : [options.compare])]
  const journeys = names.map((name) => openJourney(name, catalog))
  const runs = simulateRuns(journeys, { claims, profile, days, prices, catalog })
  if (options.html !== undefined) {
    writeFileSync(resolve(options.html), dryRunPage(runs, { profile, days, prices }))
  }
  if (options.json === true) return asJson(runs, { profile, days })
  const written = options.html === undefined ? '' : `\nThe page is in ${options.html}\n`
  return `${printRuns(runs, days)}${written}`
}

function asJson(runs: readonly Run[], about: { profile: string; days: number }): string {
  const results = runs.map(({ journey, simulated, summary }) => ({
    journey: journey.id,
    version: journey.version,
    ...summary,
    simulated: simulated.map(({ invoiceNumber, state, crossed, paidOn, taken }) => ({
      ...{ invoiceNumber, state, crossed, paidOn },
      steps: taken.map(({ step, day, blocked }) => ({ step: step.step.id, day, blocked })),
    })),
  }))
  return `${JSON.stringify({ ...about, results }, asObject)}\n`
}

function asObject(_: string, value: unknown): unknown {
  return value instanceof Map ? Object.fromEntries(value) : value
}
