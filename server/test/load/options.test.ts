import { describe, expect, it } from 'vitest'
import { readOptions, USAGE } from '../../load/options.ts'

describe('the options of the load run', () => {
  it('are ten minutes where nothing is said', () => {
    const usual = { minutes: 10, rate: 20, seed: 1, harmMs: 1_000, findPeak: false }
    expect(readOptions([])).toEqual({ ...usual, json: undefined })
  })

  it('are read, and each stands in the help', () => {
    const given = [
      '--minutes',
      '0.5',
      '--rate',
      '3',
      '--find-peak',
      '--json',
      'f',
      '--harm-ms',
      '9',
    ]
    const read = { minutes: 0.5, rate: 3, findPeak: true, json: 'f', harmMs: 9 }
    expect(readOptions(given)).toMatchObject(read)
    for (const option of given.filter((text) => text.startsWith('--'))) {
      expect(USAGE).toContain(option)
    }
    expect(readOptions(['--help'])).toBe('help')
  })

  it.each([['--rate', '0'], ['--minutes', 'ten'], ['--seed', '-1'], ['--unknown']])(
    'refuse %s %s',
    (...parameters) => {
      expect(() => readOptions(parameters)).toThrow()
    },
  )
})
