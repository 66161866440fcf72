// Customers and their bills: subscriptions at a few prices, single bills at any, namesakes who owe the same,
// and families with one account.
import { addDays } from '@parley/sdk/protocol'
import { newCreditorReference } from '../../src/domain/references/creditor-reference.ts'
import { generateReference } from '../../src/domain/references/reference-schemes.ts'
import type { Random } from './random.ts'
import type { YearClaim, YearDebtor } from './year-types.ts'

const FIRST = (
  'Jan Piet Anna Sofie Lucas Emma Noah Mia Louis Julia Zoë Bram Eva Milan Lotte Hugo Nina Omar Lina Tess ' +
  'Jürgen Uwe Björn Søren Chloé André José Inès Jean-Luc Marie Mehmet Fatima Yusuf Aïcha Greta Lars'
).split(' ')
const ENDS =
  's en sen man mans mann hof huis berg beek veld dijk straat er ers inck aert x e'.split(' ')
const STEMS = (
  'Jan Peeter Maes Wout Dev Muller Müll Schmidt Lind Berg Jacob Clae Goos Willem Verm Van-der-Ho Lamb ' +
  'Deck Smed Coop Fisch Baker Lecl Dup Mor Groß Weiß Klein Vries Bos Vos Meij Hend Kuip Brouw Dijk'
).split(' ')
/** What a month costs: thousands of claims are equal. */
const PRICES = [995n, 1995n, 2995n, 4995n, 6000n, 12_000n]

export interface ClaimOptions {
  claims: number
  /** RF alone, which every server takes. */
  onlyRf: boolean
}

export function generateClaims(
  random: Random,
  { claims: count, onlyRf }: ClaimOptions,
): YearClaim[] {
  const claims: YearClaim[] = []
  let debtors = 0
  const newDebtor = (like?: YearDebtor): YearDebtor => {
    debtors++
    const name = like?.name ?? nameOf(random)
    const isFamily = like !== undefined && random.chance(0.3)
    return {
      debtorId: `db_${String(debtors).padStart(8, '0')}`,
      name,
      iban: isFamily ? like.iban : ibanOf(random),
      externalId: random.chance(0.8) ? `C-${100_000 + debtors}` : null,
    }
  }
  const bill = (debtor: YearDebtor, minor: bigint, issueDate: string) => {
    const number = claims.length + 1
    claims.push({
      claimId: `pr_${String(number).padStart(8, '0')}`,
      debtor,
      invoiceNumber: `INV-2027-${String(number).padStart(6, '0')}`,
      reference: referenceOf(random, number, onlyRf),
      minor,
      issueDate,
      dueDate: addDays(issueDate, random.pick([14, 21, 30])),
    })
  }
  while (claims.length < count) {
    const debtor = newDebtor()
    if (random.chance(0.25)) {
      const price = random.pick(PRICES)
      const first = random.below(8)
      for (let month = first; month < first + 4 + random.below(5) && month < 12; month++) {
        bill(debtor, price, `2027-${String(month + 1).padStart(2, '0')}-01`)
      }
      continue
    }
    const bills = 1 + random.below(3)
    for (let one = 0; one < bills; one++) {
      const minor = BigInt(1_000 + random.below(90_000))
      const day = addDays('2027-01-02', random.below(330))
      bill(debtor, minor, day)
      // A namesake who owes the same at the same time.
      if (random.chance(0.02)) bill(newDebtor(debtor), minor, day)
    }
  }
  return claims.slice(0, count)
}

function referenceOf(random: Random, number: number, onlyRf: boolean): string {
  const rf = () => newCreditorReference(Uint8Array.from({ length: 8 }, () => random.below(256)))
  if (onlyRf || random.chance(0.6)) return rf()
  const scheme = random.pick(['OGM', 'QRR', 'KID', 'FI', 'OCR'] as const)
  // One row of numbers, as creditors count: neighbours differ by one.
  const made = generateReference(scheme, String(1_000_000_00 + number))
  return made.ok ? made.value : rf()
}

function nameOf(random: Random): string {
  const stem = random.pick(STEMS).replaceAll('-', ' ')
  return `${random.pick(FIRST)} ${stem}${random.pick(ENDS)}`
}

/** A Belgian account with right check digits. */
export function ibanOf(random: Random): string {
  const base = Array.from({ length: 10 }, () => random.below(10)).join('')
  const rest = BigInt(base) % 97n
  const own = (rest === 0n ? 97n : rest).toString().padStart(2, '0')
  const digits = BigInt(`${base}${own}111400`) % 97n
  return `BE${(98n - digits).toString().padStart(2, '0')}${base}${own}`
}
