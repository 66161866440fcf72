// Which of the creditor's own accounts a statement is of. Older formats name accounts by national
// numbers, which are part of the IBAN in some countries.
import type { StatementAccount } from './statement-types.ts'

/**
 * Returns the own IBAN that the account of a statement names, or undefined. A national number counts
 * where the IBAN is made of it by a rule of the country: bank code and number in Germany (with a
 * slash, as in MT940), the number of ten digits in the Netherlands.
 */
export function ownIbanOf(account: StatementAccount, own: ReadonlySet<string>): string | undefined {
  const { iban, other } = account
  if (iban !== undefined) return own.has(iban) ? iban : undefined
  const plain = (other ?? '').replace(/\s/g, '').toUpperCase()
  if (own.has(plain)) return plain
  const [, bankCode, german = ''] = /^([0-9]{8})\/0*([0-9]{1,10})$/.exec(plain) ?? []
  if (bankCode !== undefined) {
    return only(
      own,
      (it) => it.startsWith('DE') && it.slice(4) === bankCode + german.padStart(10, '0'),
    )
  }
  if (!/^[0-9]{9,10}$/.test(plain)) return undefined
  return only(own, (it) => it.startsWith('NL') && it.slice(8) === plain.padStart(10, '0'))
}

function only(own: ReadonlySet<string>, fits: (iban: string) => boolean): string | undefined {
  const found = [...own].filter(fits)
  return found.length === 1 ? found[0] : undefined
}
