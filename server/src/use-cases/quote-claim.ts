// What the law allows to ask for a claim on a day, from what is stored about it.
import { type Day, dayInZone } from '@parley/sdk/protocol'
import type { CaseFacts, StopFact } from '../domain/compliance/case-facts.ts'
import { type ChargeItem, owedFor } from '../domain/compliance/charge-items.ts'
import type { LawInForce } from '../domain/compliance/law-in-force.ts'
import type { Channel, StopKind } from '../domain/compliance/profile.ts'
import { type Quote, quote } from '../domain/compliance/quote.ts'
import { judgeFragility } from '../domain/learning/fragility.ts'
import type { CaseRecords, HoldRecord } from '../storage/case-records.ts'
import { chargesOf } from '../storage/charges.ts'
import type { Claim } from '../storage/claims.ts'
import type { Database, Tx } from '../storage/database.ts'
import { noticesOf, type SentNotice } from '../storage/notices.ts'
import { type Payment, paymentsOfClaim } from '../storage/payments.ts'

/** A claim with what a quote rests on. */
export interface QuotedClaim {
  claim: Claim
  records: Pick<CaseRecords, 'holds' | 'lifeSigns'>
  /** Its terms, which its debtors accepted, foresee the charges of the law. */
  chargesAgreed: boolean
  /** The zone in which the days are counted. */
  timeZone: string
  law: LawInForce
  now: number
}

export interface ClaimQuote {
  facts: CaseFacts
  quote: Quote
  /** The charges that were added so far. */
  items: ChargeItem[]
}

/** Quotes a claim as of now. */
export async function quoteClaim(db: Database | Tx, quoted: QuotedClaim): Promise<ClaimQuote> {
  const { claim } = quoted
  const items = await chargesOf(db, claim)
  const payments = await paymentsOfClaim(db, claim)
  const notices = await noticesOf(db, claim)
  return quoteOn(quoted, { items, payments, notices })
}

/** What a quote counts with: charges, payments and notices of the claim. */
export interface QuoteBooks {
  items: ChargeItem[]
  payments: readonly Pick<Payment, 'receivedOn' | 'amount' | 'reversedAt'>[]
  notices: readonly SentNotice[]
}

/** The same from what was read before. */
export function quoteOn(quoted: QuotedClaim, books: QuoteBooks): ClaimQuote {
  const { claim, law } = quoted
  const facts = caseFactsOf(quoted, books)
  const result = quote(law, facts)
  if (!result.ok) throw new Error(`claim ${claim.claimId} cannot be quoted: ${result.error.code}`)
  return { facts, quote: result.value, items: books.items }
}

/** What is owed for charges. */
export function owedForCharges(items: readonly ChargeItem[]): bigint {
  return items.reduce((sum, item) => sum + owedFor(item), 0n)
}

function caseFactsOf(
  { claim, records, chargesAgreed, timeZone, now }: QuotedClaim,
  { payments, notices }: Omit<QuoteBooks, 'items'>,
): CaseFacts {
  const asOf = dayInZone(now, timeZone)
  // What was forgiven is not owed, and nothing is charged on it.
  const left = claim.principal - claim.charges - claim.credit
  return {
    claimId: claim.claimId,
    principal: { minor: left > 0n ? left : 0n, currency: claim.currency },
    dueDay: claim.dueDate,
    asOf,
    payments: payments
      .filter(({ reversedAt }) => reversedAt === null)
      // A value day to come counts from today: nobody pays interest for the bank's calendar.
      .map(({ receivedOn, amount }) => ({ day: earlier(receivedOn, asOf), minor: amount })),
    notices: notices.map(({ messageId, terms, isUndelivered }) => ({
      id: messageId,
      day: terms.day,
      channel: terms.channel as Channel,
      kind: terms.kind,
      ...(isUndelivered ? { undelivered: true } : {}),
      ...(terms.announced === null
        ? {}
        : { statedFee: BigInt(terms.announced.fee), statedLastDay: terms.announced.lastDay }),
    })),
    stops: [
      ...records.holds.flatMap((hold) => stopOf(hold, { timeZone, asOf })),
      ...stopOfPerson(records, { timeZone, now }),
    ],
    grounds: chargesAgreed ? ['agreed'] : [],
  }
}

function earlier(day: Day, other: Day): Day {
  return day < other ? day : other
}

const STOPS: Partial<Readonly<Record<HoldRecord['reason'], StopKind>>> = {
  dispute: 'dispute',
  hardship: 'hardship',
  assistance: 'hardship',
  moratorium: 'moratorium',
  deceased: 'deceased',
  insolvency: 'insolvency',
}

function stopOf(
  { reason, createdAt, until, releasedAt }: HoldRecord,
  { timeZone, asOf }: { timeZone: string; asOf: Day },
): StopFact[] {
  const kind = STOPS[reason]
  const from = dayInZone(createdAt, timeZone)
  if (kind === undefined || from > asOf) return []
  const end = releasedAt ?? until
  return [{ kind, from, to: end === null ? null : dayInZone(Math.max(end, createdAt), timeZone) }]
}

/** What was told on one bill of a person stops the charges of all: hardship is no matter of one bill. */
function stopOfPerson(
  { lifeSigns }: Pick<CaseRecords, 'lifeSigns'>,
  { timeZone, now }: Pick<QuotedClaim, 'timeZone' | 'now'>,
): StopFact[] {
  const { since } = judgeFragility(lifeSigns, now).value
  return since === null ? [] : [{ kind: 'hardship', from: dayInZone(since, timeZone), to: null }]
}
