import { expect, it } from 'vitest'
import { createSpoolPlaces } from '../../src/http/spool-places.ts'

const LARGE = 9 << 20

it('gives a creditor two places at once, and all of them eight', () => {
  const places = createSpoolPlaces()
  const take = (creditorId: string) => places.take(creditorId, LARGE)
  const [first, second] = [take('a'), take('a')]
  expect([first, second]).not.toContain(undefined)
  expect(take('a')).toBeUndefined()
  first?.()
  expect(take('a')).toBeDefined()
  for (const one of ['b', 'c', 'd']) expect([take(one), take(one)]).not.toContain(undefined)
  expect(take('e')).toBeUndefined()
  second?.()
  expect(take('e')).toBeDefined()
})

it('counts a body that does not say how long it is, and no small one', () => {
  const places = createSpoolPlaces()
  expect([places.take('a', Number.NaN), places.take('a', Number.NaN)]).not.toContain(undefined)
  expect(places.take('a', Number.NaN)).toBeUndefined()
  expect(places.take('a', 8 << 20)).toBeDefined()
})
