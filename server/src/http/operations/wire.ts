// From values of the domain to the wire forms of openapi.yaml.

import type { components } from '@parley/sdk/creditor'
import { formatAmount } from '@parley/sdk/protocol'
import { accountOf } from '../../domain/claim/account.ts'
import { disputedOf, dunningIn, outstandingOf } from '../../domain/claim/claim.ts'
import type { ClaimHold } from '../../domain/claim/holds.ts'
import { describeNextStep, type NextStepView } from '../../domain/claim/next-step.ts'
import { creditLeft } from '../../domain/credit/credit-owed.ts'
import type { Policy } from '../../domain/negotiation/policy.ts'
import type { LineProgress } from '../../domain/plan/plan-lines.ts'
import { planStateOf } from '../../domain/plan/plan-moves.ts'
import { divisionOnWire } from '../../use-cases/division-of-claim.ts'
import { type IssuedClaim, REPLY_MARKER } from '../../use-cases/issue-payment-requests.ts'
import type { CreditorRow } from '../../use-cases/manage-creditor.ts'
import type { Debtor } from '../../use-cases/manage-debtors.ts'
import type { SignedPayoff } from '../../use-cases/quote-payoff.ts'
import type { PaymentRequestView } from '../../use-cases/read-payment-requests.ts'

type Schemas = components['schemas']

/** Epoch seconds as RFC 3339 in UTC. */
export function instant(epochSeconds: number): string {
  return `${new Date(epochSeconds * 1000).toISOString().slice(0, 19)}Z`
}

export function creditorOnWire(creditor: CreditorRow): Schemas['Creditor'] {
  const { nextAccount } = creditor
  return {
    id: creditor.creditorId,
    name: creditor.name,
    account: accountOf(creditor),
    nextAccount:
      nextAccount === null
        ? null
        : { account: accountOf(nextAccount), effectiveOn: nextAccount.on },
    referenceScheme: creditor.referenceScheme,
    timeZone: creditor.timeZone,
    language: creditor.language,
    country: creditor.country,
    chargesAgreed: creditor.chargesAgreed,
    enterpriseNumber: creditor.enterpriseNumber,
    contact: creditor.contact,
    journey: creditor.journey,
    responseTimeHours: creditor.responseTimeHours,
    creditRules: creditor.creditRules,
    retention: creditor.retention,
    createdAt: instant(creditor.createdAt),
  }
}

export function policyOnWire(policy: Policy): Schemas['NegotiationPolicy'] {
  const { segment, version, policyHash, terms } = policy
  return { segment, version, policyHash, terms }
}

export function debtorOnWire(debtor: Debtor): Schemas['Debtor'] {
  return {
    id: debtor.debtorId,
    externalId: debtor.externalId,
    name: debtor.name,
    party: debtor.party,
    country: debtor.country,
    language: debtor.language,
    timeZone: debtor.timeZone,
    contact: debtor.contact,
    closedChannels: debtor.closedChannels,
    preferences: debtor.preferences,
    enrolled: debtor.enrolled,
    erasedAt: debtor.erasedAt === null ? null : instant(debtor.erasedAt),
    createdAt: instant(debtor.createdAt),
  }
}

export function paymentRequestOnWire(view: PaymentRequestView): Schemas['PaymentRequest'] {
  const { claim, nextStep } = view
  const money = (minor: bigint) => formatAmount({ minor, currency: claim.currency })
  return {
    id: claim.claimId,
    invoiceNumber: claim.invoiceNumber,
    debtorId: claim.debtorId,
    amount: money(claim.principal - claim.charges),
    charges: view.charges.map((item) => ({
      rule: item.rule,
      period: item.period,
      amount: money(item.minor),
      formula: item.formula,
      state: item.state,
      reason: item.reason,
      changedOn: item.changedOn,
    })),
    outstanding: money(outstandingOf(claim)),
    owed: view.owed === null ? null : divisionOnWire(view.owed, claim.currency),
    overpaid: money(claim.overpaid),
    creditOwed: money(creditLeft(claim)),
    credit: money(claim.credit),
    disputed: money(disputedOf(claim)),
    issueDate: claim.issueDate,
    dueDate: claim.dueDate,
    segment: claim.segment,
    remittance: { scheme: claim.referenceScheme, reference: claim.reference },
    documents: claim.documents,
    subject: claim.subject,
    claim: claim.state,
    conversation: claim.conversation,
    dunning: claim.dunning,
    arm: claim.arm,
    holds: view.holds.map(holdOnWire),
    revision: claim.revision,
    respondBy: instant(claim.respondBy),
    agreement: agreementOnWire(view),
    nextStep: nextStepOnWire(nextStep),
    portalUrl: view.portalUrl,
    signedRequest: view.signedRequest ?? '',
    createdAt: instant(claim.createdAt),
  }
}

function holdOnWire({ reason, until, createdAt }: ClaimHold): Schemas['Hold'] {
  const end = until === null ? null : instant(until)
  return { reason, until: end, since: instant(createdAt) }
}

function nextStepOnWire({ action, at, reason }: NextStepView): Schemas['NextStep'] {
  return { action, at: at === null ? null : instant(at), reason }
}

function agreementOnWire({
  claim,
  agreement,
  lines,
  progress,
}: PaymentRequestView): Schemas['Agreement'] | null {
  if (agreement === undefined) return null
  const money = (minor: bigint) => formatAmount({ minor, currency: claim.currency })
  const { plan } = agreement
  return {
    agreementId: agreement.agreementId,
    acceptedBy: agreement.acceptedBy,
    agreedAt: instant(agreement.agreedAt),
    instalments: plan.instalments,
    interval: plan.interval,
    priceBps: plan.priceBps,
    ...(plan.downPaymentBps === undefined ? {} : { downPaymentBps: plan.downPaymentBps }),
    ...(plan.payDay === undefined ? {} : { payDay: plan.payDay }),
    firstDueDate: plan.firstDueDate,
    total: money(agreement.total),
    progress: {
      state: planStateOf({ ...agreement, lines: progress }),
      late: agreement.lateTerms,
      replan: agreement.replan && {
        state: agreement.replan.state,
        until: agreement.replan.until,
      },
    },
    lines: lines.map((line) => ({
      ...progressOnWire(progress.find((it) => it.line === line.line)),
      line: line.line,
      dueDate: line.dueDate,
      amount: money(line.amount),
      paid: money(line.paid),
      credited: money(line.credited),
      endToEndId: line.endToEndId,
    })),
  }
}

function progressOnWire(line: LineProgress | undefined) {
  if (line === undefined) throw new Error('a line of the plan has no progress')
  const { state, inTimeUntil, graceUntil, paidOn } = line
  return { state, inTimeUntil, graceUntil, paidOn }
}

export function payoffOnWire({ quote, jws }: SignedPayoff): Schemas['Payoff'] {
  const { asOf: on, total, payoff } = quote
  if (payoff === undefined) throw new Error('the quote ends no plan')
  return { on, total, ...payoff, signedQuote: jws }
}

/** The reply to an issued invoice, with the marker where its secrets go. */
export function renderIssued(issued: IssuedClaim): string {
  const { invoice, conversation, respondBy } = issued
  const amount = formatAmount(invoice.amount)
  const nothing = formatAmount({ minor: 0n, currency: amount.currency })
  const reply: Schemas['PaymentRequest'] = {
    id: issued.claimId,
    invoiceNumber: invoice.invoiceNumber,
    debtorId: issued.debtorId,
    amount,
    charges: [],
    outstanding: amount,
    owed: null,
    overpaid: nothing,
    creditOwed: nothing,
    credit: nothing,
    disputed: nothing,
    issueDate: invoice.issueDate,
    dueDate: invoice.dueDate,
    segment: invoice.segment,
    remittance: issued.remittance,
    documents: invoice.documents,
    subject: invoice.subject,
    claim: 'open',
    conversation,
    dunning: dunningIn(issued, conversation === 'none' ? 'active' : 'idle'),
    arm: issued.arm,
    holds: [],
    revision: 1,
    respondBy: instant(respondBy),
    agreement: null,
    nextStep: nextStepOnWire(
      describeNextStep({
        state: 'open',
        conversation,
        respondBy,
        now: issued.createdAt,
        arm: issued.arm,
        planned:
          issued.firstStep === null
            ? undefined
            : { ...issued.firstStep, at: respondBy, deferredFor: null },
        openLine: undefined,
      }),
    ),
    createdAt: instant(issued.createdAt),
    portalUrl: '',
    signedRequest: '',
  }
  const text = JSON.stringify(reply)
  if (!text.includes(REPLY_MARKER)) throw new Error('the reply has no marker')
  return text
}
