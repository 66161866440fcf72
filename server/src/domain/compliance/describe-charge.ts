// One English sentence for each line of a quote, for staff and for the log. What debtors read comes
// from the texts of the catalog.

import { type Currency, formatDecimal } from '@parley/sdk/protocol'
import type { NoticeFact } from './case-facts.ts'
import type { Charge, NotCharged } from './charge.ts'
import type { NoticeFault } from './free-notice.ts'

const REASONS: Readonly<Record<NotCharged, string>> = {
  unverified: 'no text that was read proves it',
  'needs-ground': 'the creditor does not show what it needs, such as a clause in the contract',
  'no-rate': 'no rate is published here for this half-year, and the one before is not carried on',
  'no-notice': 'the notice that has to come first was not sent, or did not count',
  'not-yet': 'it begins later',
  'nothing-owed': 'nothing was owed any more when it would have begun',
  'crossed-payment': 'the notice crossed the payment',
  'too-soon': 'the notice came too soon',
  'too-many': 'as many notices as the law allows are charged',
  undelivered: 'the notice did not arrive',
  stopped: 'charges rest',
}

const FAULTS: Readonly<Record<NoticeFault, string>> = {
  'not-late-yet': 'it was sent before the claim was late',
  undelivered: 'it did not arrive',
  channel: 'the law does not say when a notice by this channel arrives',
  'lacks-mentions': 'it lacks what the law wants mentioned',
  'wrong-fee': 'it announces no cost, or a wrong one',
  'term-too-short': 'it gives less time than the law does',
}

/** Says in a sentence what a charge comes to, how, and since when; or why it is not charged. */
export function describeCharge(charge: Charge, currency: Currency): string {
  const { title, period, minor, formula, from, notCharged } = charge
  const name = period === 'once' || period === 'open' ? title : `${title}, ${period}`
  const amount = `${formatDecimal({ minor, currency })} ${currency}`
  const sum =
    formula === '' || formula === formatDecimal({ minor, currency }) ? '' : `${formula} = `
  if (notCharged === null) return `${name}: ${sum}${amount}, since ${from}.`
  const reason = REASONS[notCharged]
  const when = from !== null && notCharged === 'not-yet' ? `, on ${from}` : ''
  const would = minor > 0n ? `${sum}${amount} is` : 'Nothing is'
  return `${name}: ${would} not charged: ${reason}${when}.`
}

/** Says why a notice opened no term. */
export function describeNoticeFault({ channel, day }: NoticeFact, fault: NoticeFault): string {
  return `The ${channel} of ${day} opens no term: ${FAULTS[fault]}.`
}
