// What the run prints at its end: a table, the evidence, and where to look further. Pure.
import type { ClaimOutcome } from './outcomes.ts'
import type { Totals } from './totals.ts'

/** Above so many claims, the table counts them instead of listing them. */
const MOST_ROWS = 100

type Row = readonly string[]

/** The table of a run: one line a claim, or one line a kind of outcome when there are many. */
export function outcomeTable(
  outcomes: readonly ClaimOutcome[],
  nameOf: (debtorId: string) => string,
): string {
  return outcomes.length <= MOST_ROWS ? claimTable(outcomes, nameOf) : kindTable(outcomes)
}

function claimTable(
  outcomes: readonly ClaimOutcome[],
  nameOf: (debtorId: string) => string,
): string {
  const head = ['claim', 'customer', 'amount', 'answered', 'agreement', 'paid', 'channel', 'signed']
  const rows = outcomes.map((outcome) => {
    const { request, answer, messages } = outcome
    const { value, currency } = request.amount
    return [
      request.invoiceNumber,
      nameOf(request.debtorId),
      `${value.padStart(8)} ${currency}`,
      answer,
      agreementText(outcome),
      paidText(outcome),
      channelText(outcome),
      String(messages),
    ]
  })
  return table([head, ...rows])
}

function kindTable(outcomes: readonly ClaimOutcome[]): string {
  const kinds = Map.groupBy(outcomes, (outcome) => {
    const { answer, request } = outcome
    const { instalments = 0 } = request.agreement ?? {}
    const plan = instalments === 0 ? '' : instalments === 1 ? 'one payment' : 'instalments'
    return [answer, plan, paidText(outcome), channelText(outcome)].join('\t')
  })
  const rows = [...kinds]
    .toSorted(([, left], [, right]) => right.length - left.length)
    .map(([kind, { length }]) => [String(length).padStart(6), ...kind.split('\t')])
  return table([['claims', 'answered', 'agreement', 'paid', 'channel'], ...rows])
}

function agreementText({ request: { agreement } }: ClaimOutcome): string {
  if (agreement === null) return ''
  const { instalments, interval, firstDueDate } = agreement
  return instalments === 1 ? firstDueDate : `${instalments} × ${interval} from ${firstDueDate}`
}

function paidText({ standing, payer }: ClaimOutcome): string {
  if (payer === 'nobody') return standing
  return standing === 'settled' ? `by ${payer}` : `by ${payer}; ${standing}`
}

function channelText({ answer, emails }: ClaimOutcome): string {
  const mails = emails === 0 ? '' : `${emails} e-mail${emails === 1 ? '' : 's'}`
  const isBot = answer === 'bot' || answer === 'bot said no'
  return [isBot ? 'bot' : '', mails].filter((part) => part !== '').join(', ')
}

/** One line about the proof of all claims. */
export function evidenceLine({ evidence }: Totals): string {
  const { verified, failed } = evidence
  const fault = failed === 0 ? 'no fault' : `${failed} WITH FAULTS`
  return `Evidence: ${verified + failed} transcripts checked offline, ${verified} prove themselves, ${fault}.`
}

/** One line about what the server decided by itself. */
export function decisionsLine({ decisions }: Totals): string {
  const { explained, unexplained } = decisions
  const rest = unexplained === 0 ? 'none without' : `${unexplained} WITHOUT`
  return `Decisions: ${explained} of the server alone, told with their reasons, ${rest}.`
}

/** One line about all claims. */
export function totalsLine(totals: Totals): string {
  return [
    `${totals.claims} claims`,
    `${totals.settled} settled`,
    `${totals.open} open`,
    `${totals.agreements} agreements (${totals.instalmentPlans} in instalments)`,
    `${totals.autoPaid} paid by the bank`,
    `${totals.humanMessages.email} e-mails`,
    `${totals.receipts} receipts`,
  ].join(', ')
}

function table(rows: readonly Row[]): string {
  const [head = []] = rows
  const widths = head.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  const line = (row: Row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd()
  const rule = widths.map((width) => '─'.repeat(width)).join('  ')
  const [first = [], ...others] = rows
  return [line(first), rule, ...others.map(line)].join('\n')
}
