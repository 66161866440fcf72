// The run as a tree of lines: by page and clause of the specification.
import type { CaseResult, Outcome } from '../run/run-cases.ts'
import { type Change, type Comparison, changesIn } from './comparison.ts'
import type { Report, ReportedCase } from './report.ts'

const MARKS: Readonly<Record<Outcome, string>> = {
  passed: '✓',
  failed: '✗',
  warning: '!',
  incomplete: '?',
  'not-applicable': '–',
}

/** One case as it ends. */
export function resultLine(title: string, { id, outcome, milliseconds }: CaseResult): string {
  return `  ${MARKS[outcome]} ${id} ${title} (${milliseconds} ms)`
}

/** What did not pass, with the clause, and the counts. */
export function summaryOf({ role, seed, counts, cases }: Report): string {
  const told = cases.filter(({ outcome }) => outcome !== 'passed' && outcome !== 'not-applicable')
  const lines = told.flatMap((one) => ['', ...linesOf(one)])
  const left = cases.filter(({ outcome }) => outcome === 'not-applicable')
  const leftOut = left.map(({ id, reason }) => `  – ${id} not applicable: ${reason}`)
  const counted = Object.entries(counts).map(([outcome, count]) => `${count} ${outcome}`)
  return [...lines, ...leftOut, '', `${role}: ${counted.join(', ')}; seed ${seed}`].join('\n')
}

/** What has changed since a former run. */
export function comparisonOf(comparison: Comparison): string {
  const kinds = changesIn(comparison)
  const title = `since ${comparison.since}:`
  if (kinds.length === 0) return `${title} nothing has changed`
  const lines = kinds.flatMap(([word, changes]) => [
    `  ${word}: ${changes.length}`,
    ...changes.map((change) => `    ${changeLine(change)}`),
  ])
  return [title, ...lines].join('\n')
}

/** A case with how it came out then and now. */
function changeLine({ id, title, before, now }: Change): string {
  return `${id} ${title} (${[before, now].filter((outcome) => outcome !== undefined).join(' → ')})`
}

function linesOf({
  id,
  title,
  outcome,
  reason,
  known,
  clause,
  section,
  quote,
  hint,
}: ReportedCase) {
  return [
    `${MARKS[outcome]} ${id} ${title}: ${outcome}${known === null ? '' : `, known: ${known}`}`,
    `    ${reason}`,
    `    ${clause} (${section}): ${quote}`,
    ...(hint === null ? [] : [`    hint: ${hint}`]),
  ]
}
