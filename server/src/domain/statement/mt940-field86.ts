// Field 86 of MT940: what a payment says about itself, in the forms that banks agreed on in their
// countries. German: `166?00…?20SVWZ+…?32NAME`; Dutch: `/EREF/…//REMI/USTD//…`; else plain lines.
// Sources: DFÜ-Abkommen annex 3 §8.2 (German banks); format descriptions of Dutch banks.
import { meaningful } from './camt-detail.ts'
import { presentMembers } from './present-members.ts'

/** What the text says; the other party is debtor or creditor, as the booking decides. */
export interface Mt940Text {
  readonly unstructured: readonly string[]
  readonly structuredReferences: readonly string[]
  readonly endToEndId?: string
  readonly otherIds: readonly string[]
  readonly partyName?: string
  readonly partyIban?: string
  readonly ultimateDebtorName?: string
  readonly ultimateCreditorName?: string
  readonly mandateId?: string
  readonly purpose?: string
  readonly returnReason?: string
}

const GERMAN = /^([0-9]{3})([?~^<>@+|])(?=[0-9]{2})/
const DUTCH =
  /^\/(?:EREF|TRTP|REMI|CNTP|IBAN|BIC|NAME|MARF|PREF|RTRN|RTYP|ORDP|BENM|ULTB|ULTD|CSID|SVCL|ISDT|PURP|TRCD|ID|ADDR|CREF|INST)\//

/** Reads the lines of field 86, whichever form they have. */
export function readField86(content: string): Mt940Text {
  const lines = content.split('\n')
  const joined = lines.join('')
  const [, code = '', separator] = GERMAN.exec(joined) ?? []
  if (separator !== undefined) return readGerman(code, separator, joined)
  if (DUTCH.test(joined)) return readDutch(joined)
  const unstructured = lines.map((line) => line.trim()).filter((line) => line !== '')
  return { unstructured, structuredReferences: [], otherIds: [] }
}

/** A subfield of the purpose is 27 characters wide; a shorter one has lost the blank at its end. */
const SUBFIELD_WIDTH = 27
const SEPA_TAG =
  /(EREF|KREF|MREF|CRED|DEBT|COAM|OAMT|SVWZ|ABWA|ABWE|PURP|RREF|(?<![A-Z0-9])IBAN|(?<![A-Z0-9])BIC)\+/g
/** Bookings that return a direct debit or a transfer. */
const GERMAN_RETURNS = new Set(['108', '109', '159'])
const ISO_REASON =
  /\b(A[CGM][0-9]{2}|BE0[0-9]|CNOR|DNOR|FF0[0-9]|M[DS][0-9]{2}|RC0[0-9]|RR0[0-9]|SL01|FOCR)\b/

function readGerman(code: string, separator: string, text: string): Mt940Text {
  const named = subfieldsOf(text.slice(4), separator)
  const purpose = [...named].filter(([name]) => /^(?:2[0-9]|6[0-3])$/.test(name))
  const whole = joinSubfields(purpose.flatMap(([, values]) => values))
  const tags = sepaTags(whole)
  const name = joinSubfields([...(named.get('32') ?? []), ...(named.get('33') ?? [])])
  const isReturn = GERMAN_RETURNS.has(code)
  const reason = named.get('34')?.[0]?.trim()
  const free = tags.get('SVWZ') ?? tags.get('') ?? ''
  const otherIds = ['KREF', 'RREF'].flatMap((tag) => meaningful(tags.get(tag)) ?? [])
  return {
    unstructured: free === '' ? [] : [free],
    structuredReferences: [],
    otherIds,
    ...presentMembers({
      endToEndId: meaningful(tags.get('EREF')),
      partyName: name === '' ? undefined : name,
      partyIban: ibanIn(named.get('31')?.[0] ?? tags.get('IBAN')),
      ultimateDebtorName: tags.get('ABWA'),
      ultimateCreditorName: tags.get('ABWE'),
      mandateId: meaningful(tags.get('MREF')),
      purpose: tags.get('PURP'),
      returnReason: isReturn ? (ISO_REASON.exec(whole)?.[1] ?? reason ?? code) : undefined,
    }),
  }
}

function subfieldsOf(text: string, separator: string): Map<string, string[]> {
  const named = new Map<string, string[]>()
  let values: string[] = []
  for (const field of text.split(separator)) {
    const name = /^[0-9]{2}/.exec(field)?.[0]
    if (name === undefined) {
      // The separator itself, inside of a text.
      values.push(`${values.pop() ?? ''}${separator}${field}`)
      continue
    }
    values = named.get(name) ?? []
    values.push(field.slice(2))
    named.set(name, values)
  }
  return named
}

function joinSubfields(parts: readonly string[]): string {
  return parts
    .map((part) => (part.length < SUBFIELD_WIDTH ? `${part} ` : part))
    .join('')
    .replace(/\s+/g, ' ')
    .trim()
}

/** The text by tag; what stands before the first tag has the empty name. */
function sepaTags(text: string): Map<string, string> {
  const marks = [...text.matchAll(SEPA_TAG)]
  const tags = new Map<string, string>()
  const lead = text.slice(0, marks[0]?.index ?? text.length).trim()
  if (lead !== '') tags.set('', lead)
  for (const [i, mark] of marks.entries()) {
    const value = text.slice(mark.index + mark[0].length, marks[i + 1]?.index).trim()
    const name = mark[1] ?? ''
    if (value !== '' && !tags.has(name)) tags.set(name, value)
  }
  return tags
}

const DUTCH_TAG =
  /\/(EREF|TRTP|REMI|CNTP|IBAN|BIC|NAME|MARF|PREF|RTRN|RTYP|ORDP|BENM|ULTB|ULTD|CSID|SVCL|ISDT|PURP|TRCD|ID|ADDR|CREF|INST)\//g

function readDutch(text: string): Mt940Text {
  const tags = dutchTags(text)
  const [iban, , counterName] = (tags.get('CNTP') ?? '').split('/')
  const { references, free } = readRemittance(tags.get('REMI') ?? '')
  const otherIds = ['PREF', 'ID'].flatMap((tag) => meaningful(tags.get(tag)) ?? [])
  return {
    unstructured: free === '' ? [] : [free],
    structuredReferences: references,
    otherIds,
    ...presentMembers({
      endToEndId: meaningful(tags.get('EREF')),
      partyName: tags.get('NAME') ?? (counterName?.trim() || undefined),
      partyIban: ibanIn(tags.get('IBAN') ?? iban),
      ultimateDebtorName: tags.get('ULTD'),
      ultimateCreditorName: tags.get('ULTB'),
      mandateId: meaningful(tags.get('MARF')),
      purpose: tags.get('PURP'),
      returnReason: tags.get('RTRN'),
    }),
  }
}

function dutchTags(text: string): Map<string, string> {
  const marks = [...text.matchAll(DUTCH_TAG)]
  const tags = new Map<string, string>()
  for (const [i, mark] of marks.entries()) {
    const next = marks[i + 1]
    const value = text
      .slice(mark.index + mark[0].length, next?.index)
      .replace(/\/+$/, '')
      .trim()
    const name = mark[1] ?? ''
    if (value !== '' && !tags.has(name)) tags.set(name, value)
  }
  return tags
}

/** `USTD//text`, `STRD/CUR/reference`, or text alone. */
function readRemittance(text: string): { references: string[]; free: string } {
  const structured = /^STRD\/(?:[A-Z]{3}\/)?(.+)$/.exec(text)?.[1]
  if (structured !== undefined) return { references: [structured.replace(/\/+$/, '')], free: '' }
  return { references: [], free: text.replace(/^USTD\/\/?/, '').trim() }
}

function ibanIn(text: string | undefined): string | undefined {
  const plain = (text ?? '').replace(/\s/g, '').toUpperCase()
  return /^[A-Z]{2}[0-9]{2}[A-Z0-9]{10,30}$/.test(plain) ? plain : undefined
}
