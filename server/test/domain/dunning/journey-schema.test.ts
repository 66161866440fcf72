import { readdirSync, readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import { findJourneyFaults } from '../../../src/domain/dunning/check-journey.ts'
import { FACT_KINDS } from '../../../src/domain/dunning/journey-conditions.ts'
import type {
  JourneyDefinition,
  StepDefinition,
} from '../../../src/domain/dunning/journey-definition.ts'

const FOLDER = new URL('../../../catalog/journeys/', import.meta.url)
const schema = read('journey.schema.json')
const validate = new Ajv2020({ allErrors: true, strict: true }).compile(schema)
const files = readdirSync(FOLDER).filter((name) => name !== 'journey.schema.json')
const friendly = read('friendly-default.json') as JourneyDefinition

function read(file: string) {
  return JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8'))
}

function withStep(change: Record<string, unknown>) {
  return { ...friendly, steps: [{ ...friendly.steps[0], ...change }] }
}

function withWindow(change: Record<string, unknown>) {
  return withStep({ window: { ...friendly.steps[0]?.window, ...change } })
}

describe('the journey schema', () => {
  it.each(files)('accepts the shipped %s, which may also run', (file) => {
    const journey = read(file)
    expect(validate(journey), JSON.stringify(validate.errors)).toBe(true)
    expect(findJourneyFaults(journey)).toEqual([])
    expect(file).toBe(`${journey.id}.json`)
  })

  it.each([
    ['a step before 07:00', withWindow({ from: '06:59' })],
    ['a step after 21:00', withWindow({ to: '21:01' })],
    ['a step on a Sunday', withWindow({ weekdays: [7] })],
    ['a window without weekdays', withWindow({ weekdays: [] })],
    ['a time that is none', withWindow({ from: '9:00' })],
    ['an unknown channel', withStep({ channel: 'fax' })],
    ['an unknown template', withStep({ template: 'thank-you' })],
    ['half a day', withStep({ offsetDays: 0.5 })],
    ['an unknown member', { ...friendly, fee: '10.00' }],
    ['no steps', { ...friendly, steps: [] }],
    ['a journey that goes on after the claim is settled', { ...friendly, stopWhen: ['cancelled'] }],
  ])('refuses %s', (_, journey) => {
    expect(validate(journey)).toBe(false)
  })
})

describe('every member of the schema', () => {
  function membersOf(node: unknown, path = ''): [string, Record<string, unknown>][] {
    if (typeof node !== 'object' || node === null) return []
    return Object.entries(node).flatMap(([key, value]) => {
      const at = `${path}/${key}`
      const isCheck = ['/oneOf', '/if', '/else'].some((part) => at.endsWith(part))
      if (isCheck && !at.includes('/act/')) return []
      const own = key === 'properties' ? Object.entries(value as object) : []
      return [...own.map(([name, it]) => [`${at}/${name}`, it] as const), ...membersOf(value, at)]
    }) as [string, Record<string, unknown>][]
  }

  it.each(membersOf(schema))('says what it means: %s', (_, member) => {
    const { $ref = '' } = member as { $ref?: string }
    const named = schema.$defs[$ref.split('/').at(-1) ?? '']
    expect(member['description'] ?? named?.description).toMatch(/\.$/)
  })

  it('knows the facts that the language knows', () => {
    const { enum: facts } = schema.$defs.condition.properties.fact
    expect(facts.toSorted()).toEqual(Object.keys(FACT_KINDS).toSorted())
  })
})

describe('findJourneyFaults', () => {
  const [first, second] = friendly.steps as readonly [StepDefinition, StepDefinition]

  function faultsOf(...steps: StepDefinition[]) {
    return findJourneyFaults({ ...friendly, steps })
  }

  it('reports a step id used twice', () => {
    expect(faultsOf(first, { ...second, id: first.id })).toEqual([
      'step id "first-notice" is used twice',
    ])
  })

  it('reports a window that ends before it begins', () => {
    const window = { from: '18:00', to: '18:00', weekdays: [1, 2, 3, 4, 5] }
    expect(faultsOf({ ...first, window })).toEqual([
      'step "first-notice": the window ends before it begins',
    ])
  })

  it('reports a tone that is not the tone of the template', () => {
    expect(faultsOf({ ...first, tone: 'T3' })).toEqual([
      'step "first-notice": template "payment-request-t1" has tone T1, not T3',
    ])
  })

  it('reports a softer tone after a firmer one', () => {
    expect(faultsOf(second, first)).toContain(
      'step "first-notice": softer (T1) than the step before (T2)',
    )
  })

  it('reports a step that is due before the one before it', () => {
    expect(faultsOf(second, { ...second, id: 'again', offsetDays: 6 })).toEqual([
      'step "again": due before the step before it',
    ])
  })
})
