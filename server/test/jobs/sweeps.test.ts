import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Sweep, type Sweeping, startSweeps } from '../../src/jobs/sweeps.ts'
import { type RecordingLog, recordingLog } from '../support/recording-log.ts'

let log: RecordingLog
let loop: Sweeping | undefined
let now: number
let ran: string[]

beforeEach(() => {
  vi.useFakeTimers()
  log = recordingLog()
  ran = []
  now = 1_000
})

afterEach(async () => {
  await loop?.stop()
  vi.useRealTimers()
})

/** A sweep that finds so many things due, one number a run. */
function sweep(name: string, found: number[]): Sweep {
  const run = async () => {
    ran.push(name)
    return found.shift() ?? 0
  }
  return { name, batchSize: 10, run }
}

async function start(...sweeps: Sweep[]): Promise<void> {
  loop = startSweeps({ sweeps, intervalMs: 5_000, log, wallClock: { now: () => now } })
  await vi.advanceTimersByTimeAsync(0)
}

describe('sweeps', () => {
  it('run one after another, in their order, at the interval', async () => {
    await start(sweep('a', []), sweep('b', []))
    expect(ran).toEqual(['a', 'b'])
    await vi.advanceTimersByTimeAsync(5_000)
    expect(ran).toEqual(['a', 'b', 'a', 'b'])
  })

  it('run again at once while one finds a full batch', async () => {
    await start(sweep('a', [10, 10, 9]), sweep('b', [3, 3, 3]))
    expect(ran).toEqual(['a', 'b', 'a', 'b', 'a', 'b'])
  })

  it('go on after one that fails, which runs again later', async () => {
    const broken: Sweep = {
      name: 'broken',
      batchSize: 10,
      run: async () => {
        ran.push('broken')
        throw new Error('no store')
      },
    }
    await start(broken, sweep('b', []))
    expect(ran).toEqual(['broken', 'b'])
    expect(log.lines).toMatchObject([{ level: 'error', facts: { sweep: 'broken' } }])
    await vi.advanceTimersByTimeAsync(5_000)
    expect(ran).toEqual(['broken', 'b', 'broken', 'b'])
  })

  it('tell when all of them last ran to their end', async () => {
    let isBroken = false
    const run = async () => {
      if (isBroken) throw new Error('no store')
      return 0
    }
    await start({ name: 'a', batchSize: 10, run }, sweep('b', []))
    expect(loop?.lastAt()).toBe(1_000)
    ;[now, isBroken] = [1_005, true]
    await vi.advanceTimersByTimeAsync(5_000)
    expect(loop?.lastAt()).toBe(1_000)
    ;[now, isBroken] = [1_010, false]
    await vi.advanceTimersByTimeAsync(5_000)
    expect(loop?.lastAt()).toBe(1_010)
  })
})
