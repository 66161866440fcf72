import { describe, expect, it } from 'vitest'
import { createSharedRuns } from '../../src/use-cases/shared-runs.ts'

describe('shared runs', () => {
  it('runs once at once, and once more for all who asked meanwhile', async () => {
    const runs = createSharedRuns<number>()
    const gate = Promise.withResolvers<void>()
    let started = 0
    const work = async () => {
      started += 1
      const turn = started
      await gate.promise
      return turn
    }
    const asked = [1, 2, 3, 4].map(() => runs.run('a', work))
    expect(started).toBe(1)
    gate.resolve()
    expect(await Promise.all(asked)).toEqual([1, 2, 2, 2])
    expect(started).toBe(2)
  })

  it('never runs the work of one key beside itself', async () => {
    const runs = createSharedRuns<void>()
    let inside = 0
    let most = 0
    const work = async () => {
      inside += 1
      most = Math.max(most, inside)
      await new Promise(setImmediate)
      inside -= 1
    }
    for (let i = 0; i < 5; i++) {
      await Promise.all([runs.run('a', work), runs.run('a', work), runs.run('a', work)])
    }
    expect(most).toBe(1)
  })

  it('does not let one key wait for another', async () => {
    const runs = createSharedRuns<string>()
    const gate = Promise.withResolvers<string>()
    const slow = runs.run('slow', () => gate.promise)
    expect(await runs.run('fast', async () => 'done')).toBe('done')
    gate.resolve('late')
    expect(await slow).toBe('late')
  })

  it('goes on after a run that failed, and tells those whose run it was', async () => {
    const runs = createSharedRuns<string>()
    const first = runs.run('a', async () => {
      throw new Error('broken')
    })
    const second = runs.run('a', async () => 'fine')
    await expect(first).rejects.toThrow('broken')
    expect(await second).toBe('fine')
    expect(await runs.run('a', async () => 'again')).toBe('again')
  })
})
