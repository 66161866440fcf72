import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createClockFile, instantText, readClockFile } from '../../support/clock-file.ts'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'parley-clock-'))
})

afterEach(() => rmSync(folder, { recursive: true }))

describe('the clock of the demo', () => {
  it('shows every reader each move, however fast one follows the other', () => {
    const clock = createClockFile(join(folder, 'clock'), 1_000)
    const now = readClockFile(clock.path)
    for (let instant = 1_000; instant < 1_200; instant++) {
      clock.moveTo(instant)
      expect(now()).toBe(instant)
    }
  })

  it('never goes back', () => {
    const clock = createClockFile(join(folder, 'clock'), 1_000)
    expect(() => clock.moveTo(999)).toThrow(RangeError)
    expect(readClockFile(clock.path)()).toBe(1_000)
  })

  it('writes instants in UTC', () => {
    expect(instantText(1_772_431_200)).toBe('2026-03-02T06:00:00Z')
  })
})
