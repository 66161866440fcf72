// Models of portal pages about one claim; each test changes the one fact it is about.

import { type PlanInterval, schedule } from '@parley/sdk/protocol'
import type {
  ClaimPageModel,
  ConfirmPageModel,
  PlanChoice,
  PlanOffer,
  PortalActs,
  PortalPage,
  Transfer,
} from '../../src/http/portal/page-model.ts'

const PRINCIPAL = { minor: 12_000n, currency: 'EUR' } as const

export const PAGE: PortalPage = {
  language: 'en',
  nonce: 'bm9uY2Utbm9uY2Utbm9uY2U=',
  creditor: { name: 'Blue Water', email: 'bills@blue-water.example', phone: '+32 2 555 01 23' },
  claim: {
    reference: 'RF18539007547034',
    referenceScheme: 'SCOR',
    invoiceNumber: '2026-004711',
    subject: 'January to March',
    dueDate: '2026-03-27',
    covered: null,
    outstanding: PRINCIPAL,
    items: [{ kind: 'principal', amount: PRINCIPAL }],
  },
  today: '2026-03-10',
  pageUrl: '/p/token',
}

export const TRANSFER: Transfer = {
  accountHolder: 'Blue Water Ltd',
  iban: 'BE71096123456769',
  nextAccount: null,
  amount: PRINCIPAL,
  qr: null,
  payto: 'payto://iban/BE71096123456769?amount=EUR:120.00&instruction=RF18539007547034',
}

interface Row {
  readonly rowId: string
  readonly instalments: number
  readonly interval: PlanInterval | null
  readonly priceBps: number
  readonly firstDueTo: string
}

function choiceOf({ rowId, firstDueTo, ...terms }: Row): PlanChoice {
  const firstDueFrom = '2026-03-27'
  const lines = schedule(PRINCIPAL, { ...terms, firstDueDate: firstDueFrom })
  const startsOn = firstDueFrom
  return { rowId, interval: terms.interval, firstDueFrom, firstDueTo, startsOn, lines }
}

export const CHOICES: readonly PlanChoice[] = [
  { rowId: 'once', instalments: 1, interval: null, priceBps: -100, firstDueTo: '2026-04-20' },
  { rowId: 'three', instalments: 3, interval: 'P1M', priceBps: 0, firstDueTo: '2026-04-27' },
  { rowId: 'seven', instalments: 7, interval: 'P2W', priceBps: 150, firstDueTo: '2026-03-27' },
].map((row) => choiceOf(row as Row))

export const OFFER: PlanOffer = {
  choices: CHOICES,
  chooseUrl: '/p/token/choose',
  hiddenFields: { menu: 'm-1' },
}

/** Nothing was told, and nobody closed a channel. */
export const ACTS: PortalActs = {
  formId: 'Zm9ybS1mb3JtLTE2',
  told: { paid: null, promise: null, dispute: null, help: null },
  reach: { preferences: {}, open: ['email', 'sms', 'letter', 'phone'], closed: [] },
}

export const OPEN: ClaimPageModel = {
  ...PAGE,
  acts: ACTS,
  status: { kind: 'open', transfer: TRANSFER, offer: OFFER },
  credit: { offer: null, refund: null },
  documents: [{ label: 'Invoice (PDF)', url: 'https://blue-water.example/i.pdf' }],
}

const THREE = choiceOf({
  rowId: 'three',
  instalments: 3,
  interval: 'P1M',
  priceBps: 0,
  firstDueTo: '2026-04-27',
})

export const CONFIRM: ConfirmPageModel = {
  ...PAGE,
  choice: { rowId: 'three', firstDueDate: '2026-03-27', interval: 'P1M', lines: THREE.lines },
  confirmUrl: '/p/token/confirm',
  hiddenFields: { planHash: 'h-1' },
}

export const AGREED_PLAN = {
  interval: 'P1M',
  lines: THREE.lines.map((line, index) => ({ ...line, isPaid: index === 0 })),
} as const
