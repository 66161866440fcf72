import { describe, expect, it } from 'vitest'
import { createIdSource } from '../src/ids.ts'

describe('ids', () => {
  it('rise with each one, within a second and when the clock goes back', () => {
    let now = 1_800_000_000
    const ids = createIdSource({ now: () => now })
    const made = Array.from({ length: 3_000 }, (_, n) => {
      if (n === 1_500) now -= 60
      return ids.newId('pr')
    })
    expect(made.toSorted()).toEqual(made)
    expect(new Set(made).size).toBe(made.length)
    expect(made.every((id) => /^pr_[0-9A-HJKMNP-TV-Z]{26}$/.test(id))).toBe(true)
  })

  it('begin with the time of the clock', () => {
    const [early, late] = [1_000_000_000, 2_000_000_000].map((now) =>
      createIdSource({ now: () => now }).newId('x'),
    )
    expect((early ?? '') < (late ?? '')).toBe(true)
  })

  it('come with random bytes that are never handed out twice', () => {
    const ids = createIdSource({ now: () => 1 })
    const made = Array.from({ length: 2_000 }, () =>
      Buffer.from(ids.randomBytes(16)).toString('hex'),
    )
    expect(new Set(made).size).toBe(made.length)
    expect(ids.randomBytes(10_000).some((byte) => byte !== 0)).toBe(true)
    expect(ids.randomBytes(10_000)).toHaveLength(10_000)
  })
})
