// Ten thousand lives of a creditor, three agents, a bank and a rail, in each of which what must hold is looked
// at after every step; and for every line that could be missing, a life that shows it.
// `PARLEY_SIMULATIONS=100000 PARLEY_SIMULATION_SEED=1 npm run simulate:all` lives more of them, and others.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { FAULTS } from './faults.ts'
import { hashInThisThread } from './letters.ts'
import { simulate } from './simulate.ts'

const LIVES = Number(process.env['PARLEY_SIMULATIONS'] ?? 10_000)
const FIRST_SEED = Number(process.env['PARLEY_SIMULATION_SEED'] ?? 1)
/** Within so many lives every fault is found. */
const ENOUGH = 400

let hashElsewhere: () => void
beforeAll(() => {
  hashElsewhere = hashInThisThread()
})
afterAll(() => hashElsewhere())

describe('the core', () => {
  it(`lives rightly, ${LIVES} times`, async () => {
    const sums = { steps: 0, agreements: 0, bookings: 0 }
    const started = performance.now()
    for (let seed = FIRST_SEED; seed < FIRST_SEED + LIVES; seed++) {
      const lived = await simulate(seed)
      const again = `npm run simulate -- --seed ${seed} --trace`
      expect(lived.broken, again).toBeUndefined()
      sums.steps += lived.steps
      sums.agreements += lived.agreements
      sums.bookings += lived.bookings
    }
    const seconds = ((performance.now() - started) / 1000).toFixed(0)
    process.stdout.write(`${LIVES} lives, ${seconds} s: ${JSON.stringify(sums)}\n`)
    // A world in which nothing happens breaks nothing.
    expect(sums.agreements).toBeGreaterThan(LIVES)
    expect(sums.bookings).toBeGreaterThan(LIVES)
  }, 3_600_000)

  it('lives the same life by the same seed', async () => {
    const lived = async (seed: number) => {
      const lines: string[] = []
      await simulate(seed, [], (line) => lines.push(line))
      return lines
    }
    const first = await lived(40)
    expect(first.filter((line) => line.includes('CRASH')).length).toBeGreaterThan(0)
    expect(await lived(40)).toEqual(first)
    expect(await lived(41)).not.toEqual(first)
  })
})

describe('a line that is missing is found:', () => {
  it.each(FAULTS)(
    '%s',
    async (fault) => {
      let seed = 0
      let broken: string | undefined
      while (broken === undefined && seed < ENOUGH) {
        seed += 1
        broken = (await simulate(seed, [fault])).broken
      }
      process.stdout.write(`${fault}: seed ${seed}: ${broken}\n`)
      expect(broken).toBeDefined()
    },
    600_000,
  )
})
