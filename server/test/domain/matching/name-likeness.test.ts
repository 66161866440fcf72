import { describe, expect, it } from 'vitest'
import { nameLikeness } from '../../../src/domain/matching/name-likeness.ts'

describe('names as banks write them', () => {
  it.each([
    ['PEETERS, ZOE', 'Zoë Peeters', 'same'],
    ['MUELLER HANS', 'Hans Müller', 'same'],
    ['MULLER HANS', 'Hans Müller', 'same'],
    ['Dhr. J. de Vries', 'J. de Vries', 'same'],
    ['Herr Groß', 'Gross', 'same'],
    ['J. Jansen', 'Jan Jansen', 'similar'],
    ['Jan Jansen', 'Jan Pieter Jansen', 'similar'],
    [
      'VERENIGING VAN EIGENAREN GEBOUW WEST',
      'Vereniging van Eigenaren Gebouw Westerpark',
      'similar',
    ],
    ['P. Jansen', 'Jan Jansen', 'unclear'],
    ['Jansen', 'Jan Jansen', 'unclear'],
    ['Janssen Piet', 'Jansen Kees', 'unclear'],
    ['Peeters BV', 'Peeters NV', 'unclear'],
    ['J. J.', 'Jan Jansen', 'unlike'],
    ['Greta Lund', 'Jan Jansen', 'unlike'],
    ['...', 'Jan Jansen', 'unclear'],
  ] as const)('%s and %s are %s', (one, other, likeness) => {
    expect(nameLikeness(one, other)).toBe(likeness)
    expect(nameLikeness(other, one)).toBe(likeness)
  })
})
