// Without measuring time: what counts is that nothing waits for an answer, and from when on it is counted.
import { expect, it } from 'vitest'
import { playOpenLoop } from '../../load/play-open-loop.ts'
import { createTally, WorkFailed } from '../../load/tally.ts'

const arrivals = [0, 0, 0].map((at) => ({ at, kind: 'act' as const }))

it('sends the next piece of work while the first has no answer', async () => {
  const [tally, lateMs]: [ReturnType<typeof createTally>, number[]] = [createTally(), []]
  const answers: (() => void)[] = []
  const act = () =>
    new Promise<void>((resolve) => {
      answers.push(resolve)
      // Whoever waited for an answer would never send the third.
      if (answers.length === 3) for (const answer of answers) answer()
    })
  await playOpenLoop(arrivals, { act }, { tally, lateMs })
  expect(tally.results()['act']).toMatchObject({ count: 3, errors: {} })
  expect(lateMs).toHaveLength(3)
})

it('counts latency from when the work was due, however late it was sent', async () => {
  const tally = createTally()
  const overdue = [{ at: -60_000, kind: 'act' as const }]
  await playOpenLoop(overdue, { act: async () => {} }, { tally, lateMs: [] })
  expect(tally.results()['act']?.p50).toBeGreaterThanOrEqual(60_000)
})

it('counts errors by class, and goes on', async () => {
  const tally = createTally()
  let n = 0
  const act = async () => {
    n += 1
    if (n === 1) throw new WorkFailed('503 not-ready')
    if (n === 2) throw Object.assign(new Error(), { code: 'ECONNRESET' })
  }
  await playOpenLoop(arrivals, { act }, { tally, lateMs: [] })
  const errors = { '503 not-ready': 1, ECONNRESET: 1 }
  expect(tally.results()['act']).toMatchObject({ count: 1, errors })
  expect(tally.failures()).toBe(2)
})
