// How people and banks write references, numbers and names.
import type { Random } from './random.ts'

export const SMALL_TALK = [
  'factuur',
  'betaling van',
  'invoice',
  'Rechnung Nr.',
  'facture',
  'ref:',
  'for',
  'bedankt!',
  'zoals besproken',
  '2e herinnering',
  'payment 15/03',
  'tel 0470 12 34 56',
  'Klantnr 99',
]

/** A reference as it is printed, or not quite. Digits in groups between dots read like an amount. */
export function referenceText(random: Random, reference: string): string {
  const separator = random.pick(
    reference.startsWith('RF') ? ['', ' ', ' ', '-', '.'] : ['', ' ', ' ', '-'],
  )
  return reference.replace(/(.{4})(?!$)/g, `$1${separator}`)
}

/** The reference with words around it, cut over two lines by the bank. */
export function garbled(random: Random, reference: string, talk: string): string[] {
  const text = `${talk} ${referenceText(random, reference)} ${random.pick(['', 'mvg', 'thanks', '/'])}`
  if (random.chance(0.5)) return [text]
  const cut = text.indexOf(' ', Math.floor(text.length / 2))
  return cut < 0 ? [text] : [text.slice(0, cut), text.slice(cut + 1)]
}

/** What is left of a reference when a bank drops the end. */
export function cutText(random: Random, reference: string): string {
  return reference.slice(0, 6 + random.below(reference.length - 8))
}

/** One digit is another: the number of a neighbour, as often as not. */
export function withTypo(random: Random, text: string): string {
  const digits = [...text].flatMap((letter, index) => (/[0-9]/.test(letter) ? [index] : []))
  const at = random.pick(digits.slice(-3))
  const digit = (Number(text[at]) + 1 + random.below(9)) % 10
  return `${text.slice(0, at)}${digit}${text.slice(at + 1)}`
}

/** An invoice number as people copy it. */
export function typedNumber(random: Random, number: string): string {
  return random.pick([
    number,
    number.toLowerCase(),
    number.replaceAll('-', ' '),
    number.replaceAll('-', '/'),
    number.replaceAll('-', ''),
  ])
}

/** A name as a bank gives it. */
export function noisyName(random: Random, name: string): string {
  const [first = '', ...rest] = name.split(' ')
  const last = rest.join(' ')
  return random.pick([
    name,
    name.toUpperCase(),
    `${last}, ${first}`,
    `${first.slice(0, 1)}. ${last}`,
    `Dhr. ${name}`,
    name.normalize('NFKD').replace(/\p{M}/gu, ''),
  ])
}
