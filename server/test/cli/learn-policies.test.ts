import { describe, expect, it } from 'vitest'
import { loggedChoices } from '../domain/next-action/support-logged.ts'
import { parley, temporaryFile } from './run-parley.ts'

const asLines = (rows: readonly unknown[]) => rows.map((row) => JSON.stringify(row)).join('\n')
const policies = (file: string, ...args: string[]) =>
  parley(['learn', 'policies', '--data', file, ...args])

describe('parley learn policies', () => {
  const choices = loggedChoices(600, 5)

  it('judges each policy in three ways', async () => {
    const sure = { ...choices[0], actions: [{ arm: 'wait', probability: 1 }], chosen: 0 }
    const file = await temporaryFile('choices.jsonl', asLines([...choices, sure]))
    const { code, out, err } = await policies(file)
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).toContain(
      `${choices.length} choices of 600 customers; 1 more left nothing to chance.`,
    )
    for (const policy of ['logged', 'journey', 'waiting', 'best']) {
      expect(out).toMatch(new RegExp(`  ${policy}: .*\\n    doubly robust +-?\\d+\\.\\d{3} \\[`))
    }
    const { out: json } = await policies(file, '--json')
    const found: { policies: { policy: string; doublyRobust: { mean: number; low: number } }[] } =
      JSON.parse(json)
    const meanOf = (name: string) =>
      found.policies.find(({ policy }) => policy === name)?.doublyRobust
    expect(meanOf('best')?.low).toBeGreaterThan(meanOf('journey')?.mean ?? Number.NaN)
  })

  it.each([
    ['line 1: no JSON', 'nothing'],
    [
      'line 2: the probabilities sum to 0.5',
      asLines([choices[0], { ...choices[0], actions: [{ arm: 'a', probability: 0.5 }] }]),
    ],
    ['at least 30 customers are needed', asLines(choices.slice(0, 5))],
  ])('refuses a file: %s', async (message, content) => {
    const { code, err } = await policies(await temporaryFile('choices.jsonl', content))
    expect(code).toBe(2)
    expect(err).toContain(message)
  })

  it('refuses a file that is not there', async () => {
    const { code, err } = await policies('/nowhere/choices.jsonl')
    expect(code).toBe(2)
    expect(err).toContain('cannot be read')
  })
})
