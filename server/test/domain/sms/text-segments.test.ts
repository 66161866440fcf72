import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { countSegments } from '../../../src/domain/sms/text-segments.ts'

describe('countSegments', () => {
  it.each([
    ['', 'gsm-7', 1, 0],
    ['a'.repeat(160), 'gsm-7', 1, 160],
    ['a'.repeat(161), 'gsm-7', 2, 161],
    ['a'.repeat(306), 'gsm-7', 2, 306],
    ['a'.repeat(307), 'gsm-7', 3, 307],
    // The euro sign takes two septets, and stays whole at a seam.
    ['€'.repeat(80), 'gsm-7', 1, 160],
    [`${'a'.repeat(159)}€`, 'gsm-7', 2, 161],
    [`${'a'.repeat(152)}€${'a'.repeat(152)}`, 'gsm-7', 3, 306],
    ['é à ù ò ì Ç ß ä ö ñ ü', 'gsm-7', 1, 21],
    ['ç', 'ucs-2', 1, 1],
    ['ê'.repeat(70), 'ucs-2', 1, 70],
    ['ê'.repeat(71), 'ucs-2', 2, 71],
    // A surrogate pair stays whole at a seam.
    [`${'ê'.repeat(66)}🦊${'ê'.repeat(66)}`, 'ucs-2', 3, 134],
  ] as const)('counts %s', (text, encoding, segments, units) => {
    expect(countSegments(text)).toEqual({ encoding, segments, units })
  })

  it('never counts fewer segments for a longer text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (a, b) => {
        expect(countSegments(a + b).segments).toBeGreaterThanOrEqual(countSegments(a).segments)
      }),
    )
  })
})
