import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { openLedger, type TransferOrder } from '../../bank/ledger.ts'

const CREDITOR = { name: 'Stadsenergie', iban: 'BE68539007547034' }
const DAY = '2026-03-02'
const folder = mkdtempSync(join(tmpdir(), 'parley-ledger-'))
afterAll(() => rmSync(folder, { recursive: true }))

const eur = (minor: bigint) => ({ minor, currency: 'EUR' })

function openBank(file = ':memory:') {
  const ledger = openLedger(file)
  ledger.open({ iban: 'BE1', name: 'Anouk', currency: 'EUR' })
  ledger.bookLife('BE1', eur(10_000n), '2026-03-01')
  return ledger
}

function order(changes: Partial<TransferOrder> = {}): TransferOrder {
  return {
    key: 'key-1',
    debtorIban: 'BE1',
    creditor: CREDITOR,
    amount: eur(6000n),
    reference: 'RF18539007547034',
    endToEndId: null,
    day: DAY,
    ...changes,
  }
}

describe('the ledger', () => {
  it('books a transfer once for each key', () => {
    const ledger = openBank()
    const first = ledger.transfer(order())
    expect(first).toMatchObject({ outcome: 'booked' })
    expect(ledger.transfer(order())).toEqual(first)
    expect(ledger.takeNews(CREDITOR.iban)).toHaveLength(1)
    expect(ledger.balance('BE1', 'EUR')).toBe(4000n)
    expect(ledger.balance(CREDITOR.iban, 'EUR')).toBe(6000n)
  })

  it('refuses AM04 what the account does not hold, and keeps to that', () => {
    const ledger = openBank()
    const tooMuch = order({ amount: eur(10_001n) })
    expect(ledger.transfer(tooMuch)).toEqual({ outcome: 'refused', code: 'AM04' })
    ledger.bookLife('BE1', eur(500n), DAY)
    expect(ledger.transfer(tooMuch)).toEqual({ outcome: 'refused', code: 'AM04' })
    expect(ledger.transfer({ ...tooMuch, key: 'key-2' })).toMatchObject({ outcome: 'booked' })
  })

  it('refuses AC01 an unknown account and AM03 another currency', () => {
    const ledger = openBank()
    const unknown = ledger.transfer(order({ debtorIban: 'BE2' }))
    expect(unknown).toEqual({ outcome: 'refused', code: 'AC01' })
    const foreign = order({ key: 'key-2', amount: { minor: 1n, currency: 'GBP' } })
    expect(ledger.transfer(foreign)).toEqual({ outcome: 'refused', code: 'AM03' })
  })

  it('gives a transfer back once, and tells of both', () => {
    const ledger = openBank()
    ledger.transfer(order())
    expect(ledger.giveBack('key-1', 'AC04', '2026-03-04')).toBe(true)
    expect(ledger.giveBack('key-1', 'AC04', '2026-03-04')).toBe(false)
    expect(ledger.giveBack('key-2', 'AC04', '2026-03-04')).toBe(false)
    expect(ledger.balance('BE1', 'EUR')).toBe(10_000n)
    const news = ledger.takeNews(CREDITOR.iban)
    expect(news.map(({ amount, returnCode }) => [amount.minor, returnCode])).toEqual([
      [6000n, null],
      [-6000n, 'AC04'],
    ])
    expect(ledger.takeNews(CREDITOR.iban)).toEqual([])
  })

  it('is there again after the process has ended, for two processes at once', () => {
    const file = join(folder, 'ledger.sqlite')
    const [one, other] = [openBank(file), openLedger(file)]
    const first = one.transfer(order())
    expect(other.transfer(order())).toEqual(first)
    one.close()
    expect(openLedger(file).outcomeOf('key-1')).toEqual(first)
    other.close()
  })

  it('never makes or loses a cent, whatever is booked', () => {
    const movement = fc.record({
      key: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
      minor: fc.bigInt(1n, 12_000n),
      isBack: fc.boolean(),
    })
    fc.assert(
      fc.property(fc.array(movement, { maxLength: 30 }), (movements) => {
        const ledger = openBank()
        for (const { key, minor, isBack } of movements) {
          if (isBack) ledger.giveBack(key, 'AC04', DAY)
          else ledger.transfer(order({ key, amount: eur(minor) }))
          const [debtor, creditor] = ['BE1', CREDITOR.iban].map((iban) =>
            ledger.balance(iban, 'EUR'),
          )
          expect(Number(debtor)).toBeGreaterThanOrEqual(0)
          expect((debtor ?? 0n) + (creditor ?? 0n)).toBe(10_000n)
        }
        expect(ledger.sumOfAll()).toBe(0n)
      }),
      { numRuns: 30 },
    )
  })
})
