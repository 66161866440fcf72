// Thousands of real dunning cases through the dry run: every case ends in a named state, and every sum
// is over all of them.
import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { addDays, type Day } from '@parley/sdk/protocol'
import { describe, expect, it } from 'vitest'
import { readClaims } from '../../src/cli/journey/read-claims.ts'
import { readPrices } from '../../src/cli/journey/read-prices.ts'
import { simulateRuns } from '../../src/cli/journey/simulate-claims.ts'
import { isMeantFor } from '../../src/domain/dunning/compile-journey.ts'
import { END_STATES } from '../../src/domain/dunning/simulate-journey.ts'
import { loadJourneys } from '../../src/journey-files.ts'
import { loadLaw } from '../../src/law-files.ts'
import { temporaryFile } from '../cli/run-parley.ts'

const root = resolve(import.meta.dirname, '../../..')
const folder = resolve(root, process.env['PARLEY_CORPUS'] ?? '../shared/data')
const file = join(folder, 'receivables/traffic-fines-given.csv')
if (!existsSync(file)) console.warn(`left out: there is no ${file}`)

/** The calendar repeats after so many years: the same weekdays, and days of which law is stated. */
const SHIFT_DAYS = 28 * 365 + 7
/** A fine is due so long after its notification, or after it was made where there is none. */
const TERM_DAYS = 60

interface Case {
  amount: string
  createdOn: Day
  notifiedOn: Day | null
  paidCents: number
  paidOn: Day | null
}

/** The cases of the event log: what is owed, when it is due, and when the fine itself was covered. */
function readCases(): Map<string, Case> {
  const [header = '', ...lines] = readFileSync(file, 'utf8').trimEnd().split(/\r?\n/)
  const place = new Map(header.split(',').map((name, index) => [name, index]))
  const cases = new Map<string, Case>()
  for (const line of lines) {
    const cells = line.split(',')
    const cell = (name: string) => cells[place.get(name) ?? -1] ?? ''
    takeEvent(cases, { id: cell('case_id'), activity: cell('activity'), cell })
  }
  return cases
}

function takeEvent(
  cases: Map<string, Case>,
  { id, activity, cell }: { id: string; activity: string; cell: (name: string) => string },
): void {
  const day = cell('timestamp')
  if (activity === 'Create Fine') {
    const amount = Number(cell('amount')).toFixed(2)
    cases.set(id, { amount, createdOn: day, notifiedOn: null, paidCents: 0, paidOn: null })
  }
  const known = cases.get(id)
  if (known === undefined) return
  if (activity === 'Insert Fine Notification') known.notifiedOn = day
  if (activity !== 'Payment') return
  known.paidCents += Math.round(Number(cell('paymentamount')) * 100)
  if (known.paidOn === null && known.paidCents >= Math.round(Number(known.amount) * 100)) {
    known.paidOn = day
  }
}

async function claimsFile(cases: ReadonlyMap<string, Case>): Promise<string> {
  const shifted = (day: Day | null) => (day === null ? '' : addDays(day, SHIFT_DAYS))
  const lines = [...cases].map(([id, { amount, createdOn, notifiedOn, paidOn }]) => {
    const due = addDays(notifiedOn ?? createdOn, TERM_DAYS)
    return [id, amount, shifted(due), shifted(paidOn)].join(',')
  })
  const header = 'invoice number,amount,due date,paid on'
  return await temporaryFile('claims.csv', [header, ...lines].join('\n'))
}

describe.runIf(existsSync(file))('real dunning cases through the dry run', () => {
  const profile = loadLaw().profiles.get('be-b2c')
  const journeys = [...loadJourneys().definitions.values()].filter((it) => {
    return profile !== undefined && isMeantFor(it, profile)
  })

  it('end in a named state under every journey that is meant for consumers', async () => {
    const cases = readCases()
    const claims = readClaims(await claimsFile(cases))
    expect(claims).toHaveLength(cases.size)
    expect(journeys.length).toBeGreaterThan(10)
    const prices = readPrices('defaults', undefined)
    const input = { claims, profile: 'be-b2c', days: 120, prices }
    for (const journey of journeys) {
      const started = performance.now()
      const [run] = simulateRuns([journey], input)
      if (run === undefined) throw new Error('no run')
      const took = Math.round(performance.now() - started)
      const { byState, standings, messagesByDay, messages, costs } = run.summary
      console.info(`${journey.id}: ${JSON.stringify(Object.fromEntries(byState))}, ${took} ms`)
      expect([...byState.keys()].filter((state) => !END_STATES.includes(state))).toEqual([])
      expect(sum([...byState.values()])).toBe(cases.size)
      expect(standings).toHaveLength(30 + 120 + 1)
      for (const { count } of standings) expect(sum([...count.values()])).toBe(cases.size)
      const atTheEnd = standings.at(-1)?.count
      for (const [state, n] of byState)
        if (state !== 'running') expect(atTheEnd?.get(state)).toBe(n)
      expect(sum([...messagesByDay.values()].flatMap((day) => [...day.values()]))).toBe(messages)
      expect(costs?.unpriced).toEqual([])
    }
  })
})

function sum(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => a + b, 0)
}
