import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { startLoop, type WakeableLoop } from '../../src/jobs/wakeable-loop.ts'
import { type RecordingLog, recordingLog } from '../support/recording-log.ts'

const INTERVAL = 1_000

let log: RecordingLog
let loop: WakeableLoop | undefined
let runs: PromiseWithResolvers<boolean>[]

beforeEach(() => {
  vi.useFakeTimers()
  log = recordingLog()
  runs = []
})

afterEach(async () => {
  for (const run of runs) run.resolve(false)
  await loop?.stop()
  vi.useRealTimers()
})

/** Starts a loop whose runs end when the test says so. */
function start(): WakeableLoop {
  loop = startLoop({
    name: 'test',
    intervalMs: INTERVAL,
    log,
    run: () => {
      const run = Promise.withResolvers<boolean>()
      runs.push(run)
      return run.promise
    },
  })
  return loop
}

async function end(index: number, result: boolean): Promise<void> {
  runs[index]?.resolve(result)
  await vi.advanceTimersByTimeAsync(0)
}

describe('a loop that can be woken', () => {
  it('runs at the start, and again after the interval', async () => {
    start()
    expect(runs).toHaveLength(1)
    await end(0, false)
    await vi.advanceTimersByTimeAsync(INTERVAL - 1)
    expect(runs).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(1)
    expect(runs).toHaveLength(2)
  })

  it('runs at once when it is woken', async () => {
    const { wake } = start()
    await end(0, false)
    wake()
    expect(runs).toHaveLength(2)
    await end(1, false)
    await vi.advanceTimersByTimeAsync(INTERVAL - 1)
    expect(runs).toHaveLength(2)
  })

  it('never runs beside itself, and runs once more for all who woke it meanwhile', async () => {
    const { wake } = start()
    wake()
    wake()
    wake()
    expect(runs).toHaveLength(1)
    await end(0, false)
    expect(runs).toHaveLength(2)
    await end(1, false)
    expect(runs).toHaveLength(2)
  })

  it('runs again at once while more work waits', async () => {
    start()
    await end(0, true)
    await end(1, true)
    expect(runs).toHaveLength(3)
    await end(2, false)
    expect(runs).toHaveLength(3)
  })

  it('logs a failure and waits for the interval, even when it was woken', async () => {
    const { wake } = start()
    wake()
    runs[0]?.reject(new Error('no store'))
    await vi.advanceTimersByTimeAsync(INTERVAL - 1)
    expect(runs).toHaveLength(1)
    expect(log.lines).toMatchObject([{ level: 'error', facts: { loop: 'test' } }])
    await vi.advanceTimersByTimeAsync(1)
    expect(runs).toHaveLength(2)
  })

  it('lets the run under way end when it is stopped, and starts no other', async () => {
    const { wake, stop } = start()
    wake()
    let isStopped = false
    const stopping = stop().then(() => {
      isStopped = true
    })
    await vi.advanceTimersByTimeAsync(INTERVAL)
    expect(isStopped).toBe(false)
    await end(0, true)
    await stopping
    wake()
    await vi.advanceTimersByTimeAsync(10 * INTERVAL)
    expect(runs).toHaveLength(1)
  })
})
