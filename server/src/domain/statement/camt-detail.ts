// One `TxDtls` as the bank wrote it. Its amount is only a claim of the bank here: split-entry.ts
// decides whether the details of an entry add up.
import { type Money, ok, type Result } from '@parley/sdk/protocol'
import { presentMembers } from './present-members.ts'
import type {
  CurrencyExchange,
  Direction,
  StatementCharge,
  StatementRefusal,
  StatementTransaction,
} from './statement-types.ts'
import { readAmount, readDirection, readOptionalAmount } from './statement-values.ts'
import { childAt, childrenNamed, firstTextAt, textAt, textsNamed } from './xml-access.ts'
import type { XmlElement } from './xml-records.ts'

/** What a payment says about itself, apart from amount and identity. */
export type RemittanceDetails = Omit<
  StatementTransaction,
  'transactionId' | 'identifiedBy' | 'bankReference' | 'amount' | 'direction' | 'charges'
>

export interface CamtDetail {
  readonly line: number
  /** `Amt`, else `TxAmt`: what the bank says it booked. */
  readonly booked?: Money
  /** Amounts that may be the booked one: counter value, then instructed. */
  readonly alternatives: readonly Money[]
  readonly direction?: Direction
  readonly charges: readonly StatementCharge[]
  readonly bankReference?: string
  readonly remittance: RemittanceDetails
}

const OTHER_IDS = ['TxId', 'InstrId', 'UETR', 'AcctSvcrTxId', 'MktInfrstrctrTxId', 'ClrSysRef']
const RATE = /^[0-9]{1,11}(?:\.[0-9]{1,11})?$/
const NO_REFERENCE = /^(?:NOT ?PROVIDED|NON ?REF|NO ?REF|NONE|N\/?A|UNKNOWN|[0\-.]*)$/i

/**
 * Reads one `TxDtls`. Refuses `statement-amount`, `statement-currency` and `statement-sign` for
 * values that the bank states as booked; amounts that only inform are left out when unreadable.
 */
export function readDetail(element: XmlElement): Result<CamtDetail, StatementRefusal> {
  const amounts = childAt(element, 'AmtDtls')
  const stated = childAt(element, 'Amt') ?? childAt(amounts, 'TxAmt', 'Amt')
  const booked = stated === undefined ? ok(undefined) : readAmount(stated, element)
  if (!booked.ok) return booked
  const direction = readDirection(element)
  if (!direction.ok) return direction
  const alternatives = ['CntrValAmt', 'InstdAmt'].flatMap(
    (name) => readOptionalAmount(childAt(amounts, name, 'Amt'), element) ?? [],
  )
  return ok(
    presentMembers({
      line: element.line,
      booked: booked.value,
      alternatives,
      direction: direction.value,
      charges: readCharges(element),
      bankReference: meaningful(textAt(element, 'Refs', 'AcctSvcrRef')),
      remittance: readRemittance(element),
    }),
  )
}

function readRemittance(element: XmlElement): RemittanceDetails {
  const references = childAt(element, 'Refs')
  const parties = childAt(element, 'RltdPties')
  const information = childAt(element, 'RmtInf')
  const returned = childAt(element, 'RtrInf')
  const structured = childrenNamed(information, 'Strd')
  const otherIds = OTHER_IDS.flatMap((name) => meaningful(textAt(references, name)) ?? [])
  const unstructured = [
    ...textsNamed(information, 'Ustrd'),
    ...structured.flatMap((part) => textsNamed(part, 'AddtlRmtInf')),
    ...textsNamed(element, 'AddtlTxInf'),
  ]
  return presentMembers({
    endToEndId: meaningful(textAt(references, 'EndToEndId')),
    otherIds: [...new Set(otherIds)],
    structuredReferences: structured.flatMap((part) => textAt(part, 'CdtrRefInf', 'Ref') ?? []),
    unstructured,
    debtorName: partyName(childAt(parties, 'Dbtr')),
    ultimateDebtorName: partyName(childAt(parties, 'UltmtDbtr')),
    debtorIban: readIban(childAt(parties, 'DbtrAcct')),
    returnReason: firstTextAt(returned, ['Rsn', 'Cd'], ['Rsn', 'Prtry'], ['AddtlInf']),
    returnInformation: textsNamed(returned, 'AddtlInf').join(' ') || undefined,
    documentNumbers: atLeastOne(documentNumbersOf(structured)),
    mandateId: meaningful(textAt(references, 'MndtId')),
    purpose: firstTextAt(childAt(element, 'Purp'), ['Cd'], ['Prtry']),
    creditorName: partyName(childAt(parties, 'Cdtr')),
    creditorIban: readIban(childAt(parties, 'CdtrAcct')),
    ultimateCreditorName: partyName(childAt(parties, 'UltmtCdtr')),
    instructedAmount: readOptionalAmount(childAt(element, 'AmtDtls', 'InstdAmt', 'Amt'), element),
    exchange: readExchange(childAt(element, 'AmtDtls')),
  })
}

function documentNumbersOf(structured: readonly XmlElement[]): string[] {
  const documents = structured.flatMap((part) => childrenNamed(part, 'RfrdDocInf'))
  return documents.flatMap((document) => meaningful(textAt(document, 'Nb')) ?? [])
}

/** The exchange of the booked amount, else of another one that the bank states. */
function readExchange(amounts: XmlElement | undefined): CurrencyExchange | undefined {
  const stated = ['TxAmt', 'InstdAmt', 'CntrValAmt'].flatMap(
    (name) => childAt(amounts, name, 'CcyXchg') ?? [],
  )
  const exchange = stated.find((candidate) => RATE.test(textAt(candidate, 'XchgRate') ?? ''))
  if (exchange === undefined) return undefined
  return presentMembers({
    sourceCurrency: textAt(exchange, 'SrcCcy'),
    targetCurrency: textAt(exchange, 'TrgtCcy'),
    unitCurrency: textAt(exchange, 'UnitCcy'),
    rate: textAt(exchange, 'XchgRate') ?? '',
  })
}

function atLeastOne<T>(values: readonly T[]): readonly T[] | undefined {
  return values.length === 0 ? undefined : values
}

/** Reads charges in the form of version 02 (`Amt`) or later (`Rcrd`), else their total. */
export function readCharges(element: XmlElement): StatementCharge[] {
  const records = childrenNamed(element, 'Chrgs').flatMap((charges) => {
    const listed = childrenNamed(charges, 'Rcrd')
    return listed.length > 0 ? listed : [charges]
  })
  return records.flatMap((record) => {
    const stated = childAt(record, 'Amt') ?? childAt(record, 'TtlChrgsAndTaxAmt')
    const amount = readOptionalAmount(stated, record)
    const direction = readDirection(record)
    if (amount === undefined || !direction.ok) return []
    return [{ amount, direction: direction.value ?? 'debit' }]
  })
}

/** Returns a reference unless it is one of the words that banks write where there is none. */
export function meaningful(reference: string | undefined): string | undefined {
  return reference === undefined || NO_REFERENCE.test(reference) ? undefined : reference
}

/** Reads the IBAN of an account, in capitals and without spaces. */
export function readIban(account: XmlElement | undefined): string | undefined {
  return textAt(account, 'Id', 'IBAN')?.replace(/\s/g, '').toUpperCase()
}

function partyName(party: XmlElement | undefined): string | undefined {
  return firstTextAt(party, ['Pty', 'Nm'], ['Nm'])
}
