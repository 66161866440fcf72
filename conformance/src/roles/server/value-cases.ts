// Amounts, days and texts, as the creditor hands them in and as the server signs them.
import type { Case } from '../../run/case.ts'
import type { Trial } from '../../run/trial.ts'
import { decodeJws } from '../../wire/jws.ts'
import type { Amount } from '../../wire/money.ts'
import { type ServerWorld, saidBy } from './world.ts'

const CONTROL = 'DOC-101'

/** Issues invoices with one wrong member each, and expects their refusals; the good one is taken. */
async function refusesInvoices(
  world: ServerWorld,
  trial: Trial,
  refused: Readonly<Record<string, [members: object, codes: string]>>,
): Promise<void> {
  const debtorId = await world.newDebtor(trial)
  const before = await invoicesOf(world, trial, debtorId)
  for (const [defect, [members, codes]] of Object.entries(refused)) {
    const said = saidBy(await world.issue(trial, debtorId, { members }))
    trial.holds(defect, codes.split(' or ').includes(said), said)
  }
  trial.same('claims of the debtor', await invoicesOf(world, trial, debtorId), before)
  const good = await world.issue(trial, debtorId)
  trial.same('the control: the invoice without a defect', good.status, 201)
}

async function invoicesOf(world: ServerWorld, trial: Trial, debtorId: string): Promise<number> {
  const path = `/v1/payment-requests?debtorId=${debtorId}`
  const { json } = await world.office(trial).call(path)
  return json?.data?.length ?? -1
}

/** Texts that look like nothing or turn what stands beside them. */
const BAD_TEXTS: Readonly<Record<string, string>> = {
  'a control character': 'Anouk\u0007',
  'a line feed': 'Anouk\nde Vries',
  'a line separator': 'Anouk\u2028de Vries',
  'a right-to-left override': 'Anouk\u202ede Vries',
  'an isolate': 'Anouk\u2066de Vries',
  'a zero-width space': 'An\u200bouk',
  'a soft hyphen': 'An\u00adouk',
  'a byte order mark': 'An\ufeffouk',
}

const MALFORMED = '400 body-invalid or 422 amount-invalid'
const amount = (value: unknown, currency: unknown = 'EUR') => ({ amount: { value, currency } })

export const valueCases: readonly Case<ServerWorld>[] = [
  {
    role: 'server',
    id: 'DOC-101',
    level: 'MUST',
    clause: 'MON-01',
    title: 'amounts are signed as they were handed in',
    sends: 'Invoices over 0.01, 120.50 and 999999.99 euros.',
    expects: 'Each signed request has the very same value.',
    async run(world, trial) {
      for (const value of ['0.01', '120.50', '999999.99']) {
        const { payload } = await world.converse(trial, { value })
        trial.same(value, payload['amount'], { value, currency: 'EUR' })
      }
    },
  },
  {
    role: 'server',
    id: 'DOC-102',
    level: 'MUST',
    clause: 'MON-01',
    title: 'amounts that are none',
    sends:
      'Invoices over negative amounts, nothing, signs, leading zeros, exponents, separators, other digits.',
    expects: '400 body-invalid or 422 amount-invalid; no claim is made.',
    control: CONTROL,
    run: (world, trial) =>
      refusesInvoices(
        world,
        trial,
        Object.fromEntries(
          [
            ...['-1.00', '0.00', '-0.00', '+1.00', '01.00', '1e2', '1,00', '1.000,00', '1 000.00'],
            ...['１２.00', '٣.00', '0x10', 'NaN', '', ' 1.00', '1.00 ', '1.', '.50'],
          ].map((value) => [`"${value}"`, [amount(value), MALFORMED]]),
        ),
      ),
  },
  {
    role: 'server',
    id: 'DOC-103',
    level: 'MUST',
    clause: 'MON-01',
    title: 'an amount that is a number',
    sends: 'Invoices whose value is 120, 120.5, true, null, a list.',
    expects: '400 body-invalid.',
    control: CONTROL,
    run: (world, trial) =>
      refusesInvoices(
        world,
        trial,
        Object.fromEntries(
          [120, 120.5, true, null, ['120.00']].map((value) => [
            JSON.stringify(value),
            [amount(value), '400 body-invalid'],
          ]),
        ),
      ),
  },
  {
    role: 'server',
    id: 'DOC-104',
    level: 'MUST',
    clause: 'MON-03',
    title: 'large amounts are exact, or refused',
    sends: 'An invoice over 90071992547409.93, whose cents no double holds; one of 19 digits.',
    expects: 'The first is signed as it is or refused as amount-invalid; the second is refused.',
    control: CONTROL,
    async run(world, trial) {
      const debtorId = await world.newDebtor(trial)
      const value = '90071992547409.93'
      const large = await world.issue(trial, debtorId, { value })
      if (large.status === 201) {
        const signed = decodeJws(large.json.signedRequest)?.payload['amount'] as Amount | undefined
        trial.same('what is signed', signed?.value ?? large.json.amount.value, value)
      } else {
        trial.same('the refusal', saidBy(large), '422 amount-invalid')
      }
      const huge = saidBy(await world.issue(trial, debtorId, { value: '12345678901234567.00' }))
      trial.holds('19 digits', MALFORMED.split(' or ').includes(huge), huge)
    },
  },
  {
    role: 'server',
    id: 'DOC-105',
    level: 'MUST',
    clause: 'MON-02',
    title: 'currencies that are none',
    sends: 'Invoices in small letters, four letters, unknown, test, metal and withdrawn codes.',
    expects: 'body-invalid, amount-invalid or currency-unsupported.',
    control: CONTROL,
    run: (world, trial) =>
      refusesInvoices(
        world,
        trial,
        Object.fromEntries(
          ['eur', 'EURO', 'ZZZ', 'XXX', 'XTS', 'XAU', 'DEM', 'NLG'].map((currency) => [
            currency,
            [
              amount('120.00', currency),
              `${MALFORMED} or 422 currency-unsupported or 422 currency-unknown`,
            ],
          ]),
        ),
      ),
  },
  {
    role: 'server',
    id: 'DOC-106',
    level: 'MUST',
    clause: 'MON-01',
    title: 'exactly the fraction digits of the currency',
    sends: 'Invoices over 120, 120.5 and 120.000 euros, and over 120.00 yen.',
    expects: '422 amount-invalid.',
    control: CONTROL,
    run: (world, trial) =>
      refusesInvoices(world, trial, {
        'no digits in euros': [amount('120'), MALFORMED],
        'one digit in euros': [amount('120.5'), MALFORMED],
        'three digits in euros': [amount('120.000'), MALFORMED],
        'two digits in yen': [amount('120.00', 'JPY'), MALFORMED],
      }),
  },
  {
    role: 'server',
    id: 'DOC-108',
    level: 'MUST',
    clause: 'DAY-01',
    title: 'days that are none',
    sends:
      'Invoices due on 30 February, 31 April, the thirteenth month, with a time, with a zone, as a week.',
    expects: '400 body-invalid or 422 date-invalid.',
    control: CONTROL,
    run: (world, trial) =>
      refusesInvoices(
        world,
        trial,
        Object.fromEntries(
          [
            ...['2027-02-30', '2027-04-31', '2027-13-01', '2027-02-29', '2027-01-00'],
            ...['2027-01-01T00:00:00Z', '20270101', '2027-W01-1', '01-02-2027', ''],
          ].map((dueDate) => [
            `"${dueDate}"`,
            [{ dueDate }, '400 body-invalid or 422 date-invalid or 422 due-date-range'],
          ]),
        ),
      ),
  },
  {
    role: 'server',
    id: 'DOC-110',
    level: 'MUST',
    clause: 'DAY-01',
    title: 'due before it was issued',
    sends: 'An invoice that is due the day before its issue date.',
    expects: '422 due-date-before-issue-date.',
    control: CONTROL,
    run: (world, trial) =>
      refusesInvoices(world, trial, {
        'the day before': [
          { issueDate: world.day(0), dueDate: world.day(-1) },
          '422 due-date-before-issue-date',
        ],
      }),
  },
  {
    role: 'server',
    id: 'DOC-111',
    level: 'MUST',
    clause: 'TXT-01',
    title: 'texts with characters that hide or turn',
    sends: 'Debtors whose name has control, bidirectional and invisible characters.',
    expects: '422 text-invalid; the plain name is taken.',
    async run(world, trial) {
      const office = world.office(trial)
      const body = (name: string) => ({
        ...{ externalId: `conf-${trial.seeded.id()}`, name, language: 'en' },
        ...{ timeZone: 'Europe/Brussels', contact: {} },
      })
      for (const [defect, name] of Object.entries(BAD_TEXTS)) {
        const reply = await office.call('/v1/debtors', { body: body(name) })
        const said = saidBy(reply)
        trial.holds(defect, ['422 text-invalid', '400 body-invalid'].includes(said), said)
      }
      const plain = await office.call('/v1/debtors', { body: body('Aïcha Øst-de Vries 日本') })
      trial.same('the control: a plain name', plain.status, 201)
    },
  },
  {
    role: 'server',
    id: 'DOC-114',
    level: 'MUST',
    clause: 'TXT-02',
    title: 'signed text is not normalised',
    sends: 'An invoice whose document is named in decomposed letters.',
    expects: 'The signed request has the same code points.',
    async run(world, trial) {
      const id = 'Re\u0301f 1'
      const document = { type: 'invoice', id, sha256: 'A'.repeat(43) }
      const { payload } = await world.converse(trial, { members: { documents: [document] } })
      trial.holds('the same code points', payload['documents']?.[0]?.id === id, 'they were altered')
    },
  },
  {
    role: 'server',
    id: 'DOC-115',
    level: 'MUST',
    clause: 'TXT-01',
    title: 'markup in a text is shown as text',
    sends: 'A claim with HTML in its subject; the page for the person.',
    expects: 'The page has no such element.',
    async run(world, trial) {
      const subject = '<script>alert(1)</script><img src=x onerror=alert(2)>'
      const debtorId = await world.newDebtor(trial, { name: '<b id="injected">Anouk</b>' })
      const issued = await world.issue(trial, debtorId, { members: { subject } })
      trial.same('the claim', issued.status, 201)
      const page = await world.client.send({
        url: issued.json.portalUrl,
        headers: { accept: 'text/html' },
      })
      trial.same('the page', page.status, 200)
      const injected = ['<script>alert(1)', '<img src=x', '<b id="injected"']
      trial.same(
        'markup in it',
        injected.filter((markup) => page.text.includes(markup)),
        [],
      )
    },
  },
  {
    role: 'server',
    id: 'DOC-117',
    level: 'MUST',
    clause: 'TXT-05',
    title: 'accounts and references that are none',
    sends:
      'An account with a wrong checksum, in small letters, with a letter O; a reference with wrong check digits.',
    expects: '400 body-invalid, 422 account-invalid or reference-invalid; nothing changes.',
    control: CONTROL,
    async run(world, trial) {
      const office = world.office(trial)
      const before = (await office.call('/v1/creditor')).json.account.iban
      for (const iban of [
        'BE71096123456768',
        'be71096123456769',
        'BE7109612345676O',
        'BE7109612345676',
      ]) {
        const reply = await office.call('/v1/creditor', {
          method: 'PATCH',
          body: { account: { iban } },
        })
        const said = saidBy(reply)
        trial.holds(iban, ['400 body-invalid', '422 account-invalid'].includes(said), said)
      }
      const after = (await office.call('/v1/creditor')).json.account.iban
      trial.holds('the account is the former', before === after)
      await refusesInvoices(world, trial, {
        'a reference with wrong check digits': [
          { remittance: { scheme: 'SCOR', reference: 'RF19539007547034' } },
          '422 reference-invalid or 400 body-invalid',
        ],
      })
    },
  },
  {
    role: 'server',
    id: 'SRV-267',
    level: 'MUST',
    clause: 'TXT-06',
    title: 'a QR reference goes with a QR-IBAN',
    sends: 'An invoice with a QRR reference for an account that is no QR-IBAN.',
    expects: '422 reference-scheme-unfit.',
    control: CONTROL,
    run: (world, trial) =>
      refusesInvoices(world, trial, {
        'QRR without a QR-IBAN': [{ remittance: { scheme: 'QRR' } }, '422 reference-scheme-unfit'],
      }),
  },
  {
    role: 'server',
    id: 'DOC-118',
    level: 'MUST',
    clause: 'MSG-01',
    title: 'texts over their length',
    sends: 'A dispute whose text has 106 characters.',
    expects: '400 schema; 105 are taken.',
    control: 'SRV-229',
    async run(world, trial) {
      const { agent, place, payload } = await world.converse(trial)
      const dispute = (text: string) =>
        agent.sign('dispute', place, {
          requestId: payload['requestId'],
          disputed: { value: '1.00', currency: 'EUR' },
          reason: { code: 'other', text },
        })
      trial.same('106 characters', saidBy(await agent.post(dispute('x'.repeat(106)))), '400 schema')
      trial.same('105 characters', saidBy(await agent.post(dispute('é'.repeat(105)))), '200 status')
    },
  },
  {
    role: 'server',
    id: 'DOC-119',
    level: 'MUST',
    clause: 'PRB-05',
    title: 'an invoice number is issued once',
    sends: 'Another invoice with the number of the first, under another key.',
    expects: '409 invoice-number-taken.',
    control: CONTROL,
    async run(world, trial) {
      const debtorId = await world.newDebtor(trial)
      const invoiceNumber = `C-${trial.seeded.id()}`
      const first = await world.issue(trial, debtorId, { members: { invoiceNumber } })
      trial.same('the first', first.status, 201)
      const second = await world.issue(trial, debtorId, {
        value: '99.00',
        members: { invoiceNumber },
      })
      trial.same('the second', saidBy(second), '409 invoice-number-taken')
    },
  },
]
