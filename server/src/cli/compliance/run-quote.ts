// `parley compliance quote`: from the options to the facts, and from the quote to text or JSON.
import { type Day, formatAmount, type Money, parseAmount, parseDay } from '@parley/sdk/protocol'
import type {
  CaseFacts,
  NoticeFact,
  PaymentFact,
  StopFact,
} from '../../domain/compliance/case-facts.ts'
import type { Channel, Ground, NoticeKind, StopKind } from '../../domain/compliance/profile.ts'
import { type Quote, type QuoteRefusal, quote } from '../../domain/compliance/quote.ts'
import { lawOf } from '../../law-files.ts'
import { CliError, EXIT } from '../cli-error.ts'
import { openLaw } from './open-law.ts'
import { printQuote } from './print-quote.ts'

export interface QuoteOptions {
  readonly profile: string
  readonly principal: string
  readonly currency: string
  readonly due: string
  readonly asOf: string
  readonly notice?: readonly string[]
  readonly demand?: readonly string[]
  readonly paid?: readonly string[]
  readonly stop?: readonly string[]
  readonly notAgreed?: true
  readonly fourthMissedDate?: true
  readonly region?: string
  readonly catalog?: string
  readonly json?: true
}

const REASONS: Readonly<Record<QuoteRefusal['code'], string>> = {
  principal: 'the principal must be more than nothing',
  'payment-amount': 'a payment must be more than nothing',
  'payment-after-as-of': 'a payment lies after the day of the quote',
  'notice-after-as-of': 'a notice lies after the day of the quote',
  'notice-twice': 'a notice is named twice',
  'stop-ends-before': 'a stop ends before it begins',
  'no-version': 'the profile states no law for a claim that was due on that day',
  'currency-other': 'the sums of the profile are in another currency',
}

const CHANNELS: readonly Channel[] = [
  'email',
  'letter',
  'registered-letter',
  'sms',
  'phone',
  'whatsapp',
  'app',
]
const STOPS: readonly StopKind[] = [
  'dispute',
  'plan',
  'mediation',
  'moratorium',
  'hardship',
  'deceased',
  'insolvency',
]

/** Returns what is to be printed. @throws {CliError} for what cannot be read or quoted. */
export function runQuote(options: QuoteOptions): string {
  const catalog = openLaw(options.catalog)
  const law = lawOf(catalog, options.profile, options.region ?? null)
  if (law === undefined) throw failed(`there is no profile "${options.profile}"; see list`)
  const regions = catalog.calendars.get(law.profile.calendar)?.regions ?? []
  if (options.region !== undefined && !regions.includes(options.region)) {
    const known = regions.length === 0 ? 'it has none' : `one of ${regions.join(', ')}`
    throw failed(`--region "${options.region}" is no region of the profile's country: ${known}`)
  }
  const facts = readFacts(options)
  const quoted = quote(law, facts)
  if (!quoted.ok) {
    const { code } = quoted.error
    throw new CliError(`There is no quote: ${REASONS[code]} (${code}).`, { exitCode: EXIT.refused })
  }
  if (options.json === true) return `${JSON.stringify(asJson(quoted.value, facts))}\n`
  return printQuote(quoted.value, facts)
}

function readFacts(options: QuoteOptions): CaseFacts {
  const grounds: Ground[] = [
    ...(options.notAgreed === true ? [] : (['agreed'] as const)),
    ...(options.fourthMissedDate === true ? (['fourth-missed-date'] as const) : []),
  ]
  const notices = [
    ...(options.notice ?? []).map((text) => readNotice(text, 'reminder')),
    ...(options.demand ?? []).map((text) => readNotice(text, 'demand')),
  ]
  return {
    claimId: 'quote',
    principal: readMoney(options.principal, options.currency, '--principal'),
    dueDay: readDay(options.due, '--due'),
    asOf: readDay(options.asOf, '--as-of'),
    payments: (options.paid ?? []).map((text) => readPayment(text, options.currency)),
    notices: notices.map((notice, index) => ({ ...notice, id: String(index + 1) })),
    stops: (options.stop ?? []).map(readStop),
    grounds,
  }
}

function readNotice(text: string, kind: NoticeKind): NoticeFact {
  const option = kind === 'demand' ? '--demand' : '--notice'
  const [day = '', name = '', ...more] = text.split(':')
  const channel = CHANNELS.find((it) => it === name)
  if (channel === undefined || more.length > 0) {
    throw failed(`${option} "${text}" must be a day and one of ${CHANNELS.join(', ')}`)
  }
  return { id: '', day: readDay(day, option), channel, kind }
}

function readPayment(text: string, currency: string): PaymentFact {
  const [day = '', value = '', ...more] = text.split(':')
  if (more.length > 0) throw failed(`--paid "${text}" must be a day and an amount`)
  const { minor } = readMoney(value, currency, '--paid')
  return { day: readDay(day, '--paid'), minor }
}

function readStop(text: string): StopFact {
  const [name = '', from = '', to, ...more] = text.split(':')
  const kind = STOPS.find((it) => it === name)
  if (kind === undefined || more.length > 0) {
    throw failed(`--stop "${text}" must be one of ${STOPS.join(', ')}, with a day or two`)
  }
  return {
    kind,
    from: readDay(from, '--stop'),
    to: to === undefined ? null : readDay(to, '--stop'),
  }
}

function readDay(text: string, option: string): Day {
  const day = parseDay(text)
  if (day.ok) return day.value
  throw failed(`${option}: "${text}" is no day that exists, as YYYY-MM-DD`)
}

function readMoney(value: string, currency: string, option: string): Money {
  const amount = parseAmount({ value, currency })
  if (amount.ok) return amount.value
  throw failed(`${option}: "${value}" is no amount of ${currency} (${amount.error.code})`)
}

/** The quote with amounts as texts. */
function asJson({ judgement, ...quoted }: Quote, { principal, grounds, dueDay }: CaseFacts) {
  const amount = (minor: bigint) => formatAmount({ minor, currency: principal.currency })
  return {
    ...quoted,
    dueDay,
    assumedGrounds: grounds,
    outstanding: amount(quoted.outstanding),
    charged: amount(quoted.charged),
    total: amount(quoted.total),
    lines: quoted.lines.map(({ minor, ...line }) => ({ ...line, amount: amount(minor) })),
    term: judgement.opened?.term ?? null,
    next: { ...quoted.next, lastDays: Object.fromEntries(quoted.next.lastDays) },
  }
}

function failed(reason: string): CliError {
  return new CliError(`There is no quote: ${reason}.`)
}
