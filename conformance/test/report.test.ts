// One model, many reports.
import { describe, expect, it } from 'vitest'
import { badgeOf } from '../src/report/badge.ts'
import { applyBaseline, readBaseline } from '../src/report/baseline.ts'
import { compareReports, readFormerReport } from '../src/report/comparison.ts'
import { comparisonOf } from '../src/report/console.ts'
import { htmlOf } from '../src/report/html.ts'
import { junitOf } from '../src/report/junit.ts'
import { exitCodeOf, type Report, reportOf } from '../src/report/report.ts'
import type { CaseFacts } from '../src/run/case.ts'
import type { CaseResult, Outcome } from '../src/run/run-cases.ts'
import { createTranscript } from '../src/run/transcript.ts'

function reportWith(outcomes: Readonly<Record<string, Outcome>>): Report {
  const facts = Object.keys(outcomes).map((id): CaseFacts => {
    const texts = { title: 'a <script> in "a title"', sends: 'this', expects: 'that' }
    return { id, level: 'MUST', clause: 'SIG-02', ...texts }
  })
  const results = Object.entries(outcomes).map(([id, outcome]): CaseResult => {
    const reason = outcome === 'passed' ? null : 'expected 1 & saw 2'
    return { id, outcome, reason, steps: [], milliseconds: 5 }
  })
  const startedAt = new Date('2026-03-10T09:00:00Z')
  const run = {
    role: 'server',
    seed: 'test',
    system: 'a server',
    startedAt,
    milliseconds: 9,
  } as const
  return reportOf(run, facts, results, {})
}

const mixed = reportWith({ A: 'passed', B: 'failed', C: 'incomplete', D: 'not-applicable' })

describe('the exit code', () => {
  it.each([
    [{ A: 'passed', B: 'warning', C: 'not-applicable' }, 0],
    [{ A: 'passed', B: 'incomplete' }, 3],
    [{ A: 'incomplete', B: 'failed' }, 1],
  ] as const)('of %o is %i', (outcomes, code) => {
    expect(exitCodeOf(reportWith(outcomes).cases)).toBe(code)
  })
})

describe('the baseline', () => {
  const known = { id: 'B', reason: 'ticket 7', until: '2026-03-31' }

  it('lets a known failure pass until its day', () => {
    const { report, stale } = applyBaseline(mixed, [known], '2026-03-31')
    expect(stale).toEqual([])
    expect(report.cases.find(({ id }) => id === 'B')?.known).toContain('ticket 7')
    expect(exitCodeOf(report.cases)).toBe(3)
  })

  it.each([
    [known, '2026-04-01', 'has expired'],
    [{ ...known, id: 'A' }, '2026-03-01', 'take it out'],
    [{ ...known, id: 'Z' }, '2026-03-01', 'was not run'],
  ])('is stale: %o on %s', (entry, today, why) => {
    expect(applyBaseline(mixed, [entry], today).stale.join()).toContain(why)
  })

  it('wants a reason and a day', () => {
    expect(() => readBaseline('[{"id":"A","until":"2026-03-31"}]')).toThrow('needs id, reason')
    expect(() => readBaseline('[{"id":"A","reason":"x","until":"soon"}]')).toThrow('needs id')
  })
})

describe('the comparison with a former run', () => {
  const former = reportWith({
    ...{ B: 'passed', C: 'passed', D: 'passed', E: 'failed', F: 'incomplete', G: 'passed' },
    ...{ Z: 'passed', Y: 'failed' },
  })
  const report = reportWith({
    ...{ A: 'passed', B: 'failed', C: 'incomplete', D: 'not-applicable', E: 'passed' },
    ...{ F: 'failed', G: 'passed' },
  })
  // Y was not run now; the suite still has it.
  const known = new Set('ABCDEFGY')
  const comparison = compareReports(readBack(former), report, known)
  const idsOf = (changes: readonly { id: string }[]) => changes.map(({ id }) => id).join('')

  function readBack(one: Report) {
    return readFormerReport(JSON.stringify(one), 'server')
  }

  it('names each change once', () => {
    const { newlyRed, newlyGreen, otherwise, added, gone } = comparison
    expect([newlyRed, newlyGreen, otherwise, added, gone].map(idsOf)).toEqual([
      ...['BC', 'E', 'DF', 'A', 'Z'],
    ])
  })

  it('is told in the console and in HTML', () => {
    const text = comparisonOf(comparison)
    expect(text).toContain('since 2026-03-10T09:00:00.000Z:\n  newly red: 2\n    B a <script>')
    expect(text).toContain('(failed → passed)')
    expect(text).toContain('new: 1')
    const html = htmlOf(report, comparison)
    expect(html).toContain('<h3>newly red: 2</h3><ul><li><code>B</code> a &lt;script&gt;')
    expect(htmlOf(report)).not.toContain('<aside')
  })

  it('says so when nothing has changed', () => {
    const same = compareReports(readBack(report), report, known)
    expect(comparisonOf(same)).toBe('since 2026-03-10T09:00:00.000Z: nothing has changed')
    expect(htmlOf(report, same)).toContain('Nothing has changed.')
  })

  it('wants a report of the same role', () => {
    expect(() => readFormerReport(JSON.stringify(former), 'agent')).toThrow(
      'role server, not agent',
    )
    expect(() => readFormerReport('[]', 'server')).toThrow('no report')
    expect(() => readFormerReport('null', 'server')).toThrow('no report')
  })
})

describe('reports', () => {
  it('in JUnit count failures and errors apart', () => {
    const xml = junitOf(mixed)
    expect(xml).toContain('tests="4" failures="1" errors="1" skipped="1"')
    expect(xml).toContain('message="expected 1 &amp; saw 2"')
  })

  it('in HTML escape what they show and ask nobody for anything', () => {
    const html = htmlOf(mixed)
    expect(html).toContain('a &lt;script&gt; in &quot;a title&quot;')
    expect(html).not.toMatch(/(src|href)="|url\(|@import/)
    expect(html.match(/<details class="case"/g)).toHaveLength(4)
  })

  it('as a badge count what applies', () => {
    expect(badgeOf(mixed)).toContain('Parley 1.0 server: 1/3 · 2026-03-10')
  })
})

describe('a transcript', () => {
  it('masks credentials', () => {
    const transcript = createTranscript()
    transcript.begin('A')
    transcript.record({
      ...{ from: 'suite', to: 'server', method: 'GET', url: 'http://127.0.0.1/', status: 200 },
      ...{ requestBody: '', responseBody: '', responseHeaders: {} },
      requestHeaders: { authorization: 'Bearer very-secret' },
    })
    expect(JSON.stringify(transcript.of('A'))).not.toContain('very-secret')
  })
})
