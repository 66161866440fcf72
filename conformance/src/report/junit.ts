// The run as JUnit XML, for build servers. A warning is no failure there; incomplete is an error.
import { escaped } from './markup.ts'
import type { Report, ReportedCase } from './report.ts'

/** One test suite for the role, one test case for each case. */
export function junitOf({ role, counts, cases, volatile }: Report): string {
  const skipped = counts['not-applicable']
  const known = cases.filter(({ known: why }) => why !== null)
  const failures = cases.filter(({ outcome, known: why }) => outcome === 'failed' && why === null)
  const errors = cases.filter(({ outcome, known: why }) => outcome === 'incomplete' && why === null)
  const totals = [
    `tests="${cases.length}"`,
    `failures="${failures.length}"`,
    `errors="${errors.length}"`,
    `skipped="${skipped + known.length}"`,
    `time="${seconds(volatile.milliseconds)}"`,
  ].join(' ')
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="parley-conformance" ${totals}>`,
    `<testsuite name="${role}" timestamp="${volatile.startedAt}" ${totals}>`,
    ...cases.map((one) => testCase(role, one, volatile.millisecondsByCase[one.id] ?? 0)),
    '</testsuite>',
    '</testsuites>',
    '',
  ].join('\n')
}

function testCase(role: string, one: ReportedCase, milliseconds: number): string {
  const name = escaped(`${one.id} ${one.title}`)
  const head = `<testcase classname="${role}.${one.clause}" name="${name}" time="${seconds(milliseconds)}"`
  const body = bodyOf(one)
  return body === '' ? `${head}/>` : `${head}>${body}</testcase>`
}

function bodyOf({ outcome, reason, known, clause, quote }: ReportedCase): string {
  if (known !== null) return `<skipped message="${escaped(`known: ${known}`)}"/>`
  const message = escaped(reason ?? '')
  const text = escaped(`${clause}: ${quote}`)
  switch (outcome) {
    case 'failed':
      return `<failure message="${message}">${text}</failure>`
    case 'incomplete':
      return `<error message="${message}">${text}</error>`
    case 'not-applicable':
      return `<skipped message="${message}"/>`
    case 'warning':
      return `<system-out>${escaped(`warning: ${reason}`)}</system-out>`
    case 'passed':
      return ''
  }
}

const seconds = (milliseconds: number): string => (milliseconds / 1000).toFixed(3)
