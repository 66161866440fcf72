// The inspection as a person reads it.
import type { StatementProblem } from '../../domain/statement/statement-types.ts'
import type { InspectedStatement } from './inspected-statement.ts'
import type { Inspection } from './run-inspect.ts'

export function printInspection({ statements, kinds, problems }: Inspection): string {
  const parts = statements.flatMap((statement, i) => [statementText(statement, kinds[i] ?? ''), ''])
  const count = `${statements.length} ${statements.length === 1 ? 'statement' : 'statements'}`
  const verdict = problems.length === 0 ? 'no problems' : `${problems.length} to look at`
  return [...parts, `${count}, ${verdict}`, ...problems.map(problemText), ''].join('\n')
}

function statementText(statement: InspectedStatement, kind: string): string {
  const { id, account, currency, opening, closing, entries, transactions } = statement
  const { credits, debits, reversals, references, balanced } = statement
  const rows: [string, string][] = [
    ['account', [account ?? 'not stated', currency ?? ''].join(' ').trim()],
    ['opening', opening ?? '-'],
    ['credits', credits ?? '-'],
    ['debits', debits ?? '-'],
    ['closing', `${closing ?? '-'}${balanceWords(balanced)}`],
    ['entries', `${entries}, with ${transactions} transactions, ${reversals} taken back`],
    ['references', `${references.length}`],
  ]
  return [`${id}  (${kind})`, ...rows.map(([name, text]) => `  ${name.padEnd(11)} ${text}`)].join(
    '\n',
  )
}

function balanceWords(balanced: boolean | null): string {
  if (balanced === null) return ''
  return balanced ? '  (adds up)' : '  (does NOT add up)'
}

function problemText({ code, severity, line, statementId, message }: StatementProblem): string {
  const where = [
    ...(line === null ? [] : [`line ${line}`]),
    ...(statementId === null ? [] : [`statement ${statementId}`]),
  ].join(', ')
  return `  ${severity}: ${where === '' ? '' : `${where}: `}${message} (${code})`
}
