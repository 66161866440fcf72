import { describe, expect, it } from 'vitest'
import { readInvoices } from '../../main-job/read-invoices.ts'

const HEADER = 'invoiceNumber,customerID,InvoiceDate,DueDate,InvoiceAmount'

const read = (lines: readonly string[], header = HEADER) =>
  readInvoices([header, ...lines].join('\n'))

describe('reading invoices', () => {
  it('knows the usual headers, whatever their case and punctuation', () => {
    const header =
      'Invoice No.;Customer Number;Customer Name;E-Mail;Amount;Currency;Issue date;Due date'
    const line = '7;C-1;Marie;marie@mail.example;12.50;GBP;2026-03-02;2026-03-16'
    expect(read([line], header).invoices).toEqual([
      {
        line: 2,
        invoiceNumber: '7',
        customerId: 'C-1',
        customerName: 'Marie',
        email: 'marie@mail.example',
        language: undefined,
        amount: { value: '12.50', currency: 'GBP' },
        issueDate: '2026-03-02',
        dueDate: '2026-03-16',
      },
    ])
  })

  it('takes columns by --map before known headers', () => {
    const file = 'invoice,customer,total,Betrag,issued,due\n1,C-1,9.99,12.00,2026-03-02,2026-03-16'
    const map = new Map([
      ['Betrag', 'amount'],
      ['issued', 'issueDate'],
    ])
    expect(readInvoices(file, { map }).invoices[0]?.amount.value).toBe('12.00')
  })

  it('fills up the decimals that a spreadsheet drops, exactly', () => {
    const amounts = ['61', '61.7', '61.70', '0.05'].map(
      (amount, index) => `${index},C-1,2026-03-02,2026-03-16,${amount}`,
    )
    const values = read(amounts).invoices.map(({ amount }) => amount.value)
    expect(values).toEqual(['61.00', '61.70', '61.70', '0.05'])
  })

  it('takes the currency that is given for lines without one', () => {
    const { invoices } = readInvoices(`${HEADER}\n1,C-1,2026-03-02,2026-03-16,100`, {
      currency: 'JPY',
    })
    expect(invoices[0]?.amount).toEqual({ value: '100', currency: 'JPY' })
  })

  it.each([
    ['61.705', 'is no amount'],
    ['1,000', 'is no amount'],
    ['-5.00', 'is no amount'],
    ['0.00', 'is nothing to pay'],
    ['', 'is no amount'],
  ])('refuses the amount "%s"', (amount, reason) => {
    const { invoices, refused } = read([`1,C-1,2026-03-02,2026-03-16,"${amount}"`])
    expect(invoices).toEqual([])
    expect(refused).toEqual([{ line: 2, reason: expect.stringContaining(reason) }])
  })

  it('refuses a line with its number and keeps the others', () => {
    const { invoices, refused } = read([
      '1,C-1,2026-03-02,2026-03-16,10.00',
      '2,C-1,02/03/2026,2026-03-16,10.00',
      '3,C-1,2026-03-16,2026-03-02,10.00',
      '1,C-1,2026-03-02,2026-03-16,10.00',
      ',C-1,2026-03-02,2026-03-16,10.00',
    ])
    expect(invoices.map(({ invoiceNumber }) => invoiceNumber)).toEqual(['1'])
    expect(refused.map(({ line }) => line)).toEqual([3, 4, 5, 6])
  })

  it('names every column that is missing', () => {
    expect(() => readInvoices('invoice,amount\n1,2')).toThrow(/customerId, issueDate, dueDate/)
  })
})
