import { describe, expect, it } from 'vitest'
import {
  findMissingPages,
  findSequenceGaps,
  type StatementPlace,
} from '../../../src/domain/statement/statement-sequence.ts'

const ACCOUNT = 'BE71096123456769'

function place(electronicSequence: string, day: string, change: Partial<StatementPlace> = {}) {
  const statementId = `S${electronicSequence}-${day}`
  return { account: ACCOUNT, kind: '053' as const, statementId, electronicSequence, day, ...change }
}

const gapsOf = (read: StatementPlace[], known: StatementPlace[] = []) =>
  findSequenceGaps(read, known).map(({ series, from, to }) => `${series} ${from}-${to}`)

describe('a gap in the sequence of an account', () => {
  it('is told within a file and against what was imported before', () => {
    expect(gapsOf([place('7', '2026-03-02'), place('8', '2026-03-03')])).toEqual([])
    expect(gapsOf([place('7', '2026-03-02'), place('9', '2026-03-04')])).toEqual(['electronic 8-8'])
    expect(gapsOf([place('12', '2026-03-09')], [place('7', '2026-03-02')])).toEqual([
      'electronic 8-11',
    ])
  })

  it('is gone when the missing statement comes, and not told again for others', () => {
    const known = [place('7', '2026-03-02'), place('9', '2026-03-04')]
    expect(gapsOf([place('8', '2026-03-03')], known)).toEqual([])
    expect(gapsOf([place('10', '2026-03-05')], known)).toEqual([])
  })

  it('follows numbers that begin anew with the year', () => {
    expect(gapsOf([place('1', '2026-01-02')], [place('252', '2025-12-31')])).toEqual([])
    expect(gapsOf([place('3', '2026-01-06')], [place('252', '2025-12-31')])).toEqual([
      'electronic 1-2',
    ])
  })

  it('is none between accounts, kinds, or series of numbers that a bank began anew', () => {
    const other = place('90', '2026-03-03', { account: 'NL91ABNA0417164300' })
    const notice = place('55', '2026-03-03', { kind: '054' })
    const far = place('260000001', '2026-03-04')
    expect(gapsOf([place('7', '2026-03-02'), other, notice, far])).toEqual([])
  })

  it('is told for legal numbers too', () => {
    const legal = (number: string, day: string) => ({ ...place('', day), legalSequence: number })
    expect(gapsOf([legal('1', '2026-03-02'), legal('3', '2026-03-03')])).toEqual(['legal 2-2'])
  })
})

describe('a page that is missing', () => {
  const page = (number: string, isLast = false) =>
    place('1', '2026-03-02', { page: { number, isLast } })

  it('is told, and so is a missing end', () => {
    const missing = (...pages: StatementPlace[]) =>
      findMissingPages(pages, []).map((it) => [it.pages, it.endIsMissing])
    expect(missing(page('1'), page('2', true))).toEqual([])
    expect(missing(page('1'), page('3', true))).toEqual([[[2], false]])
    expect(missing(page('1'))).toEqual([[[], true]])
  })

  it('is found among those that came before', () => {
    expect(findMissingPages([page('2', true)], [page('1')])).toEqual([])
  })
})
