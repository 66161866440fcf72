import { expect, it } from 'vitest'
import { createSpoolPlaces } from '../../src/http/spool-places.ts'

it('gives a creditor two places at once, and all of them eight', () => {
  const places = createSpoolPlaces()
  const [first, second] = [places.take('a'), places.take('a')]
  expect([first, second]).not.toContain(undefined)
  expect(places.take('a')).toBeUndefined()
  first?.()
  expect(places.take('a')).toBeDefined()
  for (const one of ['b', 'c', 'd']) {
    expect([places.take(one), places.take(one)]).not.toContain(undefined)
  }
  expect(places.take('e')).toBeUndefined()
  second?.()
  expect(places.take('e')).toBeDefined()
})
