import { describe, expect, it } from 'vitest'
import { readOptions, USAGE } from '../../faults/options.ts'

const NAMES = { faults: ['F01', 'F16'], mutations: ['no-row-lock'] }

describe('the options of the fault run', () => {
  it('are the whole list under the whole load where nothing is said', () => {
    expect(readOptions([], NAMES)).toEqual({
      ...{ isShort: false, mutations: false, only: undefined, seed: 1, json: undefined },
      load: { rate: 20, seconds: 15 },
    })
  })

  it.each([['--short'], ['--mutations']])('are a lighter load with %s', (option) => {
    expect(readOptions([option], NAMES)).toMatchObject({
      ...{ isShort: true, load: { rate: 6, seconds: 3 } },
    })
  })

  it('are read, and each stands in the help', () => {
    const given = [
      '--only',
      'F16,F01',
      '--seed',
      '7',
      '--rate',
      '3',
      '--seconds',
      '2',
      '--json',
      'f',
    ]
    expect(readOptions(given, NAMES)).toMatchObject({
      ...{ only: ['F16', 'F01'], seed: 7, load: { rate: 3, seconds: 2 }, json: 'f' },
    })
    for (const option of given.filter((text) => text.startsWith('--'))) {
      expect(USAGE).toContain(option)
    }
    expect(readOptions(['--help'], NAMES)).toBe('help')
  })

  it.each([
    ['--only', 'F6', 'there is no F6; known are F01, F16'],
    ['--only', 'no-row-lock', 'there is no no-row-lock'],
    ['--seed', 'x', '--seed takes a number above 0, not x'],
    ['--rate', '0', '--rate takes a number above 0, not 0'],
    ['--unknown', '', 'Unknown option'],
  ])('refuse %s %s', (option, value, message) => {
    expect(() => readOptions([option, value], NAMES)).toThrow(message)
  })

  it('name mutations with --mutations, and refuse faults there', () => {
    const { only } = readOptions(['--mutations', '--only', 'no-row-lock'], NAMES) as {
      only: readonly string[]
    }
    expect(only).toEqual(['no-row-lock'])
    expect(() => readOptions(['--mutations', '--only', 'F01'], NAMES)).toThrow('there is no F01')
  })
})
