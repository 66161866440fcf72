// The people, accounts and references of payments, as every message of ISO 20022 names them.
import type { FieldWriter } from './field-writer.ts'
import { element, type XmlElement } from './xml-element.ts'

/** An account and the bank that keeps it; without `bic` the bank follows from the IBAN. */
export interface IsoAccount {
  /** Electronic form: capitals, no blanks. */
  readonly iban: string
  readonly bic?: string
}

/** A name of at most 70 characters, and the account. */
export interface IsoParty {
  readonly name: string
  readonly account: IsoAccount
}

/** What the receiver of the money is told: an ISO 11649 reference, or at most 140 characters. */
export type IsoRemittance = { readonly reference: string } | { readonly text: string }

/** Who sends a message. */
export interface InitiatingParty {
  /** At most 70 characters. */
  readonly name: string
  /** What the bank knows the sender by, such as an enterprise number and its issuer `KBO-BCE`. */
  readonly organisation?: { readonly id: string; readonly issuer?: string }
}

/** The longest name that SEPA takes; ISO 20022 would take 140 characters. */
export const MAX_NAME = 70
const MAX_TEXT = 140

/** Writes a party by its name. */
export function party(
  write: FieldWriter,
  tag: string,
  at: string,
  { name }: Pick<IsoParty, 'name'>,
): XmlElement {
  return element(tag, [write.text('Nm', `${at}/name`, name, MAX_NAME)])
}

/** Writes who sends the message. */
export function initiatingParty(
  write: FieldWriter,
  at: string,
  { name, organisation }: InitiatingParty,
): XmlElement {
  const { id, issuer } = organisation ?? {}
  const other =
    id === undefined
      ? undefined
      : element('Othr', [
          write.id('Id', `${at}/organisation/id`, id),
          issuer === undefined ? undefined : write.id('Issr', `${at}/organisation/issuer`, issuer),
        ])
  return element('InitgPty', [
    write.text('Nm', `${at}/name`, name, MAX_NAME),
    other === undefined ? undefined : element('Id', [element('OrgId', [other])]),
  ])
}

/** Writes the bank of an account, `NOTPROVIDED` where it follows from the IBAN. */
export function agent(
  write: FieldWriter,
  tag: string,
  at: string,
  { bic, version }: { readonly bic?: string | undefined; readonly version: string },
): XmlElement {
  const isFormer = version === '001.001.03'
  const institution =
    bic === undefined
      ? element('Othr', [element('Id', 'NOTPROVIDED')])
      : write.bic(isFormer ? 'BIC' : 'BICFI', `${at}/account/bic`, bic)
  return element(tag, [element('FinInstnId', [institution])])
}

/** Writes what the receiver of the money is told. */
export function remittance(write: FieldWriter, at: string, told: IsoRemittance): XmlElement {
  const content =
    'reference' in told
      ? write.creditorReference(`${at}/reference`, told.reference)
      : write.text('Ustrd', `${at}/text`, told.text, MAX_TEXT)
  return element('RmtInf', [content])
}
