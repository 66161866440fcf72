// The customer's page: balance, what the bank may pay, what it asks, what it decided and why, and the
// switch that stops it. Plain HTML with forms; names of strangers are isolated, so that none can turn
// the text around it.
import type { AskCode, Bank, CustomerQuestion, JournalEntry } from '@parley/sdk/bank'
import { formatDecimal } from '@parley/sdk/protocol'
import type { Ledger } from './ledger.ts'

/** What the page shows. */
export interface CustomerView {
  readonly bank: Bank
  readonly ledger: Ledger
  readonly customerId: string
}

const JOURNAL_LINES = 50

const QUESTIONS: Readonly<Record<AskCode, string>> = {
  'duplicate-invoice': 'This bill carries the reference of another one that was or will be paid.',
  'look-alike': 'The name of this creditor looks like that of another one:',
  'payee-close-match': 'The payee’s bank has the account under another, similar name:',
  'payee-no-match': 'The payee’s bank says that the account belongs to somebody else.',
  'payee-unavailable': 'The payee’s bank could not say to whom the account belongs.',
}

/** Renders the page, or null for somebody who is no customer. */
export async function customerPage({ bank, ledger, customerId }: CustomerView) {
  const customer = await bank.customer(customerId)
  if (customer === undefined) return null
  const { iban, name } = customer.debtorAccount
  const currency = ledger.account(iban)?.currency ?? 'EUR'
  const balance = formatDecimal({ minor: ledger.balance(iban, currency), currency })
  const questions = await bank.questions(customerId)
  const journal = await bank.journal(customerId, {
    after: Math.max(0, customer.journalSeq - JOURNAL_LINES),
  })
  return page(`Account of ${name ?? iban}`, [
    `<p>Balance <strong>${balance} ${currency}</strong></p>`,
    switchForm(customer.stopped),
    section('Questions', questions.length === 0 ? ['<p>None.</p>'] : questions.map(question)),
    section('Creditors that the bank may pay', [
      '<ul>',
      ...customer.mandates.map((mandate) => {
        const { issuer, creditorId, revokedAt } = mandate
        const label = isolated(mandate.name ?? creditorId)
        const isRevoked = revokedAt !== undefined
        const button = form('revoke', { issuer, creditorId }, 'Revoke')
        return `<li>${label}, ${text(mandate.iban)} ${isRevoked ? '(revoked)' : button}</li>`
      }),
      '</ul>',
    ]),
    section('What the bank decided', [
      '<table><tr><th>When</th><th>What</th><th>Why</th><th>Facts</th></tr>',
      ...journal.toReversed().map(journalRow),
      '</table>',
    ]),
  ])
}

function switchForm(isStopped: boolean): string {
  const label = isStopped ? 'Let the bank pay again' : 'Stop all automatic payments'
  return form('switch', { stopped: String(!isStopped) }, label)
}

function question({ creditor, code, detail, lines, ...asked }: CustomerQuestion): string {
  const sums = lines.map(
    ({ amount, dueDate }) => `${amount.value} ${amount.currency} on ${dueDate}`,
  )
  const about = detail !== null && code !== 'duplicate-invoice' ? ` ${isolated(detail)}` : ''
  const fields = { agreementId: asked.agreementId, code, detail: detail ?? '' }
  return [
    `<p>${isolated(creditor.name)}, ${text(creditor.account.iban)}: ${text(sums.join(', '))}.`,
    ` ${QUESTIONS[code]}${about}</p>`,
    form('answer', { ...fields, answer: 'yes' }, 'Pay it'),
    form('answer', { ...fields, answer: 'no' }, 'Do not pay it'),
  ].join('')
}

function journalRow({ at, subject, what, code, line, facts }: JournalEntry): string {
  const about = line === null ? subject : `${subject} ${line}`
  const told = Object.entries(facts).filter(([, fact]) => fact !== null)
  const cells = [
    new Date(at * 1000).toISOString().slice(0, 16).replace('T', ' '),
    `${about}: ${what}`,
    code ?? '',
    told.map(([name, fact]) => `${name} ${fact}`).join(', '),
  ]
  return `<tr>${cells.map((cell) => `<td>${isolated(cell)}</td>`).join('')}</tr>`
}

function form(action: string, fields: Readonly<Record<string, string>>, label: string): string {
  const inputs = Object.entries(fields).map(
    ([name, value]) => `<input type="hidden" name="${name}" value="${text(value)}">`,
  )
  // Relative to `/customers/TOKEN/`.
  return `<form method="post" action="${action}">${inputs.join('')}<button>${label}</button></form>`
}

function section(title: string, parts: readonly string[]): string {
  return `<section><h2>${title}</h2>${parts.join('')}</section>`
}

const STYLE =
  'body{font:1rem/1.5 sans-serif;max-width:48rem;margin:auto;padding:1rem}form{display:inline-block;margin:.25rem}' +
  'button{font:inherit;padding:.5rem 1rem}table{display:block;overflow-x:auto}td,th{text-align:start;padding:.25rem .5rem}'

function page(title: string, parts: readonly string[]): string {
  return [
    '<!doctype html><html lang="en"><meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width,initial-scale=1">',
    `<title>${text(title)}</title><style>${STYLE}</style>`,
    `<main><h1>${isolated(title)}</h1>${parts.join('')}</main></html>`,
  ].join('')
}

function isolated(value: string): string {
  return `<bdi>${text(value)}</bdi>`
}

const ENTITIES: Readonly<Record<string, string>> = {
  ...{ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' },
}

function text(value: string): string {
  return value.replace(/[&<>"]/g, (character) => ENTITIES[character] ?? character)
}
