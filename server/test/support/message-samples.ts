// Messages about one claim, complete and valid; each test changes the one fact it is about.

import type { ClaimMessageInput } from '../../src/domain/content/claim-message-input.ts'
import type { MessageTemplate } from '../../src/domain/content/message-templates.ts'
import type { Language } from '../../src/domain/wording/language.ts'

export const TEMPLATES: readonly MessageTemplate[] = [
  'payment-request-t1',
  'payment-reminder-t2',
  'payment-reminder-t3',
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

/** Returns a complete input for a template in a language. */
export function messageInput(template: MessageTemplate, language: Language): ClaimMessageInput {
  const facts = { ...FACTS, language }
  switch (template) {
    case 'payment-request-t1':
      return { ...facts, template, canChoose: true, afterAgent: 'silent' }
    case 'payment-reminder-t2':
    case 'payment-reminder-t3':
      return { ...facts, template, canChoose: true, payBy: '2026-04-10' }
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
  }
}
