// Messages about one claim, complete and valid; each test changes the one fact it is about.

import type {
  CallInput,
  ClaimMessageInput,
  DunningFacts,
  MessageClaim,
} from '../../src/domain/content/claim-message-input.ts'
import {
  type CallTemplate,
  DUNNING_TEMPLATES,
  type DunningTemplate,
  isDunningTemplate,
  type MessageTemplate,
  templateRow,
} from '../../src/domain/content/message-templates.ts'
import type { Language } from '../../src/domain/wording/language.ts'

/** Every message that is sent. */
export const TEMPLATES: readonly MessageTemplate[] = [
  ...Object.keys(DUNNING_TEMPLATES).filter(isDunningTemplate),
  'thank-you',
  'plan-confirmed',
]

const FACTS = {
  creditor: {
    name: 'Wasserwerk Süd',
    accountHolder: 'Wasserwerk Süd AG',
    iban: 'BE71096123456769',
    phone: '+32 2 555 01 23',
    address: ['Quellweg 4', '1000 Brüssel'],
  },
  debtorName: 'Anna Peeters',
  claim: {
    reference: 'RF18539007547034',
    referenceScheme: 'SCOR',
    invoiceNumber: '2026-004711',
    subject: 'January to March',
    dueDate: '2026-03-27',
    outstanding: { minor: 14_742n, currency: 'EUR' },
    items: [
      { kind: 'principal', amount: { minor: 18_742n, currency: 'EUR' } },
      { kind: 'payment', amount: { minor: -4_000n, currency: 'EUR' } },
    ],
  },
  portalUrl: 'https://pay.example/p/7hG3kQ?a=1&b=2',
  today: '2026-03-10',
} as const

const euro = (minor: bigint) => ({ minor, currency: 'EUR' })

/** A claim with charges, each with its rule and its computation. */
const CHARGED: MessageClaim = {
  ...FACTS.claim,
  outstanding: euro(17_815n),
  items: [
    ...FACTS.claim.items,
    { kind: 'fee', amount: euro(3_000n), rule: 'damages', detail: '20.00 + 10% × 100.00' },
    { kind: 'interest', amount: euro(73n), rule: 'interest', detail: '8.15% × 147.42 × 22 / 365' },
  ],
}

const OPTIONS: DunningFacts = { canChoose: true, payBy: '2026-04-10' }

/** What a template needs, or says when it is known. */
const FACTS_OF: Readonly<Partial<Record<DunningTemplate, Partial<DunningFacts>>>> = {
  'payment-request-t1': { afterAgent: 'silent' },
  'instalment-soon-t1': instalment(),
  'instalment-reminder-t2': instalment(),
  'instalment-shift-t1': instalment(),
  'promise-note-t1': { promisedDay: '2026-04-02' },
  'promise-new-date-t1': { promisedDay: '2026-04-02' },
  'apology-and-thanks-t1': received(),
  'thanks-t1': received(),
  'dispute-received-t1': { disputed: euro(2_000n) },
  'dispute-result-t1': { decision: { outcome: 'rejected', reason: 'The meter was read twice.' } },
  'date-wish-t1': { wish: { day: '2026-04-02', state: 'offered' } },
  'money-back-t1': { refund: euro(2_550n) },
  'collection-failed-t1': { collectAgainOn: '2026-04-02' },
  'direct-debit-offer-t3': { discount: euro(500n) },
  'mediation-offer-t1': { contacts: ['Ombudsman Water, 1 Dock Road, +32 2 555 09 99'] },
  'help-and-advice-t1': { contacts: ['Advice House, +32 800 55 555'] },
  'director-letter-t3': { signedBy: 'Marie Lemaire, director' },
  'shared-statement-t1': {
    otherClaims: [
      {
        reference: 'RF18539007547034',
        referenceScheme: 'SCOR',
        invoiceNumber: '2026-004800',
        outstanding: euro(1_000n),
      },
      { reference: '090933755493', referenceScheme: 'OGM', outstanding: euro(250n) },
    ],
  },
}

function instalment(): Partial<DunningFacts> {
  return { planLine: { dueDate: '2026-04-02', amount: { value: '49.14', currency: 'EUR' } } }
}

function received(): Partial<DunningFacts> {
  return { received: euro(4_000n), receivedOn: '2026-03-09' }
}

/** Returns a complete input for a template in a language. */
export function messageInput(template: MessageTemplate, language: Language): ClaimMessageInput {
  const facts = { ...FACTS, language }
  switch (template) {
    case 'thank-you':
      return {
        ...facts,
        template,
        received: { minor: 4_000n, currency: 'EUR' },
        receivedOn: '2026-03-09',
      }
    case 'plan-confirmed':
      return {
        ...facts,
        template,
        plan: {
          interval: 'P1M',
          lines: [
            { dueDate: '2026-03-27', amount: { value: '49.14', currency: 'EUR' } },
            { dueDate: '2026-04-27', amount: { value: '49.14', currency: 'EUR' } },
            { dueDate: '2026-05-27', amount: { value: '49.14', currency: 'EUR' } },
          ],
        },
      }
    default:
      return templateRow(template).shape === 'notice'
        ? { ...facts, ...noticeFacts(), ...OPTIONS, ...FACTS_OF[template], template }
        : { ...facts, ...OPTIONS, ...FACTS_OF[template], template }
  }
}

/** Returns a complete input for the script of a call. */
export function callInput(template: CallTemplate, language: Language): CallInput {
  return { ...FACTS, ...OPTIONS, language, template, today: '2026-04-01' }
}

function noticeFacts() {
  return {
    claim: CHARGED,
    today: '2026-04-12' as const,
    notice: {
      termLastDay: '2026-04-30' as const,
      announcedCharges: euro(4_000n),
      announcedRule: 'collection-costs',
      mentions: ['balance', 'due-date', 'term', 'fee-to-come', 'no-recovery-cost', 'opt-out'],
    },
  }
}
