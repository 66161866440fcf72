// A quote as an operator reads it: charged lines first, then what is not charged and why.
import { formatDecimal } from '@parley/sdk/protocol'
import type { CaseFacts } from '../../domain/compliance/case-facts.ts'
import type { Source } from '../../domain/compliance/evidence.ts'
import type { NextNotice } from '../../domain/compliance/next-notice.ts'
import type { Quote } from '../../domain/compliance/quote.ts'

/** Returns the text, with a newline at its end. */
export function printQuote(quote: Quote, { principal, dueDay, grounds }: CaseFacts): string {
  const { currency } = principal
  const money = (minor: bigint) => `${formatDecimal({ minor, currency })} ${currency}`
  const charged = quote.lines.filter(({ notCharged }) => notCharged === null)
  const others = quote.lines.filter(({ notCharged }) => notCharged !== null)
  return [
    `${quote.profile} version ${quote.version}: ${money(principal.minor)} due ${dueDay}, as of ${quote.asOf}`,
    ...(grounds.includes('agreed')
      ? ['Assumed: the contract provides for interest and costs (otherwise --not-agreed).']
      : []),
    ...section('Charged', [
      ...charged.map(({ sentence }) => sentence),
      `Principal ${money(quote.outstanding)}, charges ${money(quote.charged)}, total ${money(quote.total)}.`,
    ]),
    ...section(
      'Not charged',
      others.map(({ sentence }) => sentence),
    ),
    ...section('Notices', [...quote.remarks, ...nextLines(quote.next)]),
    ...section('Sources', quote.sources.map(sourceLine)),
    '',
  ].join('\n')
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', title, ...lines.map((line) => `  ${line}`)]
}

function nextLines({ from, isFree, lastDays, mentions, why }: NextNotice): string[] {
  const kind = isFree ? 'The notice without charge' : 'The next notice'
  const lines = [from === null ? 'No notice may be sent.' : `${kind} may be sent from ${from} on.`]
  lines.push(...why)
  if (isFree && from !== null) {
    const days = [...lastDays].map(([channel, day]) => `${channel} ${day}`)
    lines.push(`Sent that day, the last day to pay is: ${days.join(', ')}.`)
  }
  if (mentions.length > 0) lines.push(`It must mention: ${mentions.join(', ')}.`)
  return lines
}

function sourceLine({ level, title, url, citation, readOn }: Source): string {
  return `[${level}] ${title} (${url ?? citation}, read on ${readOn})`
}
