// The Belgian structured communication (OGM/VCS): ten digits and two check digits, the rest of the ten
// modulo 97, with 97 for a rest of 0. In ISO 20022 it is a `SCOR` reference of the issuer `BBA`.
// Source: Febelfin, "Standard for structured communication", and the XML guidelines of its members
// (ABBL: +++ and twelve digits).
import { err, type Result } from '@parley/sdk/protocol'
import { generateDigits, parseDigits } from './digit-reference.ts'
import type { ReferenceRefusal, SchemeRules } from './scheme-rules.ts'

const FRAMED = /^(?:\+\+\+(.{12,20})\+\+\+|\*\*\*(.{12,20})\*\*\*)$/

export const BELGIAN_OGM: SchemeRules = {
  generate: (base) =>
    generateDigits(base, { min: 1, max: 10 }, (digits) => {
      const ten = digits.padStart(10, '0')
      return ten + checkDigits(ten)
    }),
  parse,
  print: (reference) =>
    `+++${reference.slice(0, 3)}/${reference.slice(3, 7)}/${reference.slice(7)}+++`,
}

function parse(text: string): Result<string, ReferenceRefusal> {
  if (text.length > 40) return err({ code: 'reference-invalid' })
  const trimmed = text.trim()
  const framed = FRAMED.exec(trimmed)
  const inner = framed?.[1] ?? framed?.[2] ?? trimmed
  const compact = inner.replace(/\s/g, '')
  const grouped = /^([0-9]{3})\/([0-9]{4})\/([0-9]{5})$/.exec(compact)
  return parseDigits(grouped?.slice(1).join('') ?? compact, isValid)
}

function isValid(digits: string): boolean {
  return digits.length === 12 && checkDigits(digits.slice(0, 10)) === digits.slice(10)
}

function checkDigits(ten: string): string {
  const rest = Number(ten) % 97
  return String(rest === 0 ? 97 : rest).padStart(2, '0')
}
