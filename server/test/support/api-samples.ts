// One complete, valid body for each operation with a JSON body: every member that the document
// knows is there, so that each can be broken in turn.

const CONTACT = {
  email: 'anouk@example.org',
  phone: '+31201234567',
  postalAddress: { lines: ['Kade 1', '1011 AB Amsterdam'], country: 'NL' },
}

const PERSON = {
  name: 'Anouk de Vries',
  language: 'nl',
  timeZone: 'Europe/Amsterdam',
  contact: CONTACT,
  preferences: { channel: 'email', payDay: 25 },
}

export const POLICY_TERMS = {
  maxDeferralDays: 30,
  maxInstalments: 6,
  maxDurationDays: 180,
  minInstalment: '10.00',
  intervals: ['P1M', 'P2W'],
  minNoticeDays: 1,
  prices: [
    { priceBps: 0 },
    { priceBps: -200, lastDueWithinDays: 14 },
    { priceBps: 100, lastDueWithinDays: 180, lastDueAfterDays: 60 },
  ],
  downPaymentsBps: [2000],
  payDayPlans: true,
  law: { freeOfChargeOnly: false, maxAprBps: 1200, maxFee: '25.00' },
  value: {
    annualDiscountBps: 800,
    annualHazardBps: 600,
    recoveryBps: 6000,
    costPerInstalment: '1.00',
  },
  tiers: [8000, 4000, 0],
  publishEnvelope: true,
}

export const POLICY_PREVIEW = {
  terms: POLICY_TERMS,
  amount: { value: '120.50', currency: 'EUR' },
  dueDate: '2026-03-27',
  payDay: 25,
}

export const JOURNEY_ASSIGNMENT = {
  champion: 'friendly-default',
  challenger: 'bot-first',
  challengerPercent: 20,
  holdOutPercent: 10,
}

export const EXPERIMENT = {
  name: 'Spring',
  challengerPercent: 45,
  holdOutPercent: 10,
  followDays: 30,
}

export const CREDITOR_PATCH = {
  name: 'Blue Water',
  account: { iban: 'NL91ABNA0417164300', bic: 'ABNANL2A' },
  timeZone: 'Europe/Amsterdam',
  language: 'nl',
  contact: CONTACT,
  journey: 'friendly-default',
  responseTimeHours: 24,
  accountEffectiveOn: '2026-04-01',
}

let numbers = 0

/** A number that no body had before. */
export function newNumber(): string {
  numbers += 1
  return `N-${numbers}`
}

export const debtorInput = () => ({ externalId: newNumber(), ...PERSON })

export const DEBTOR_PATCH = PERSON

export const CONSENT = {
  purpose: 'pay-day',
  textVersion: 'terms-2026-03',
  channel: 'phone',
  expiresAt: '2027-03-10T09:00:00Z',
}

const INVOICE = {
  amount: { value: '120.50', currency: 'EUR' },
  issueDate: '2026-03-01',
  dueDate: '2026-03-27',
  segment: 'default',
  remittance: { scheme: 'SCOR' },
  documents: [
    {
      type: 'invoice',
      id: '2026-0001',
      issueDate: '2026-03-01',
      format: 'application/pdf',
      uri: 'https://blue-water.example/2026-0001.pdf',
      sha256: 'n4bQgYhMfWWaL-qgxVrQFaO_TxsrC4Is0V1sFbDwCgg',
    },
  ],
}

/** An invoice for a debtor who comes with it. */
export const invoiceWithDebtor = () => ({
  invoiceNumber: newNumber(),
  debtor: { externalId: newNumber(), ...PERSON },
  ...INVOICE,
})

/** An invoice for a debtor whom the creditor has. */
export const invoiceOf = (debtorId: string) => ({
  invoiceNumber: newNumber(),
  debtorId,
  ...INVOICE,
})

export const CANCELLATION = { reason: 'DT01', text: 'sent twice', agreementId: 'A'.repeat(43) }

export const REVISION = {
  amount: { value: '99.50', currency: 'EUR' },
  dueDate: '2026-04-10',
  documents: INVOICE.documents,
  reason: 'price-corrected',
}

export const DISPUTE_RESOLUTION = {
  outcome: 'upheld',
  credit: { value: '20.50', currency: 'EUR' },
  text: 'one box was missing',
}

export const COLLECTION_FAILURE = { reason: 'insufficient-funds', on: '2026-03-09' }

export const HOLD = { reason: 'assistance', until: '2026-05-01T09:00:00Z' }

export const CHARGE_WAIVER = { reason: 'ill for weeks', by: 'Kim' }

export const CREDIT_NOTE = {
  number: 'C-2026-1',
  amount: { value: '1.00', currency: 'EUR' },
  reason: 'Returned goods',
}

export const CREDIT_CHOICE = {
  choice: 'refund-to-account',
  by: 'Jan',
  account: { iban: 'BE68539007547034' },
  holder: 'Ann Peeters',
}

export const REFUND_REFUSAL = { by: 'Eva', reason: 'Not the customer’s account' }

export const PERSON_REPLY = {
  channel: 'phone',
  kind: 'dispute',
  day: '2026-03-20',
  amount: { value: '20.50', currency: 'EUR' },
  reason: 'amount-wrong',
  text: 'Only nine bottles came',
  messageId: 'call-17',
}

export const WEBHOOK_ENDPOINT = {
  url: 'https://93.184.215.14/hooks',
  events: ['payment-request.issued', 'payment.received'],
}

/** Ends a task with nothing but a word; the members that other acts need are there to be broken. */
export const TASK_COMPLETION = {
  outcome: 'done',
  by: 'Kim',
  action: {
    kind: 'none',
    resolution: DISPUTE_RESOLUTION,
    hold: HOLD,
    release: 'other',
    writeOff: 'uneconomic',
    allocations: [{ paymentRequestId: 'pr_none', amount: { value: '3.00', currency: 'EUR' } }],
    setAside: 'other',
  },
  note: 'called, pays on Friday',
}

export const AGENCY_REPORT = {
  kind: 'paid',
  amount: { value: '20.00', currency: 'EUR' },
  day: '2026-03-09',
  text: 'paid to us in cash',
}

export const RECALL = { reason: 'agency-returned', by: 'Kim' }

/** Of a request that a test has issued: the money that it imports. */
export const matchOf = (paymentRequestId: string) => ({
  by: 'Kim',
  allocations: [{ paymentRequestId, amount: { value: '3.00', currency: 'EUR' } }],
  note: 'the customer called',
})

export const UNMATCH = { by: 'Kim', reason: 'wrong-claim', note: 'it was the neighbour' }

export const SET_ASIDE = { by: 'Kim', reason: 'not-ours', note: 'for another company' }
