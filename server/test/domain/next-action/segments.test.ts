import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { findSegmentFaults, segmentOf } from '../../../src/domain/next-action/segments.ts'
import { anyStanding, SEGMENTS, standing } from './support-standing.ts'

const idOf = (changes: Parameters<typeof standing>[0]) =>
  segmentOf(standing(changes), SEGMENTS).segment.id

describe('the segment of a customer', () => {
  it('is parted at the thresholds of the file, which belong to the better side', () => {
    expect(idOf({ chanceOfSelfCure: 0.7 })).toBe('pays-unasked')
    expect(idOf({ chanceOfSelfCure: 0.6999 })).toBe('ordinary')
    expect(idOf({ chanceOfSelfCure: 0.35 })).toBe('ordinary')
    expect(idOf({ chanceOfSelfCure: 0.3499 })).toBe('at-risk')
    expect(idOf({ contactability: { email: 0.05, sms: 0.2 } })).toBe('ordinary')
    expect(idOf({ contactability: { email: 0.05, sms: 0.19 } })).toBe('out-of-reach')
  })

  it('moves with the thresholds', () => {
    const strict = { ...SEGMENTS, thresholds: { ...SEGMENTS.thresholds, lowRiskFrom: 0.9 } }
    expect(segmentOf(standing({ chanceOfSelfCure: 0.8 }), strict).segment.id).toBe('ordinary')
    expect(idOf({ chanceOfSelfCure: 0.8 })).toBe('pays-unasked')
  })

  it('knows ability and willingness apart', () => {
    expect(idOf({ ability: 'strained', willingness: 'willing' })).toBe('willing-but-short')
    expect(idOf({ ability: 'strained' })).toBe('short-of-money')
    expect(idOf({ ability: 'able', willingness: 'unwilling' })).toBe('able-but-unwilling')
    expect(idOf({})).toBe('ordinary')
  })

  it('puts care before everything else', () => {
    fc.assert(
      fc.property(anyStanding, (one) => {
        const { segment, reasons } = segmentOf({ ...one, fragile: true }, SEGMENTS)
        expect(segment.id).toBe('fragile')
        expect(reasons[0]?.code).toBe('fragile')
      }),
    )
  })

  it('exists for everybody, with one reason an axis', () => {
    fc.assert(
      fc.property(anyStanding, (one) => {
        const { segment, levels, reasons } = segmentOf(one, SEGMENTS)
        expect(SEGMENTS.segments).toContain(segment)
        const axes = ['risk', 'ability', 'willingness', 'contactability'] as const
        for (const axis of axes) {
          expect(reasons.map(({ code }) => code)).toContain(`${axis}-${levels[axis]}`)
        }
      }),
    )
  })

  it('says the figure and the threshold', () => {
    const { reasons } = segmentOf(standing({ chanceOfSelfCure: 0.2 }), SEGMENTS)
    expect(reasons[0]?.sentence).toContain('20 %')
    expect(reasons[0]?.sentence).toContain('high below 35 %')
  })
})

describe('a file of segments', () => {
  it('is refused where it leaves somebody out, repeats itself or crosses its thresholds', () => {
    const [first, ...others] = SEGMENTS.segments
    const open = others.at(-1)
    if (first === undefined || open === undefined) throw new Error('no segments')
    expect(findSegmentFaults(SEGMENTS)).toEqual([])
    expect(findSegmentFaults({ ...SEGMENTS, segments: [first] })).toEqual([
      'the last segment must have no conditions',
    ])
    expect(
      findSegmentFaults({ ...SEGMENTS, segments: [first, first, open, others[0] ?? open] }),
    ).toEqual([
      'segment "fragile" twice',
      'segment "out-of-reach" comes after one that has everybody',
    ])
    const thresholds = { ...SEGMENTS.thresholds, highRiskBelow: 0.8 }
    expect(findSegmentFaults({ ...SEGMENTS, thresholds })).toEqual([
      '"highRiskBelow" lies above "lowRiskFrom"',
    ])
  })
})
