// The public surface of `@parley/sdk/iso20022`: messages of ISO 20022 beside those of Parley.
// Runs in browsers and on servers; needs nothing of its host.

export type {
  CreditTransfer,
  CreditTransferMessage,
  CreditTransferOptions,
  CreditTransferPayment,
} from './credit-transfer.ts'
export { writeCreditTransfer } from './credit-transfer.ts'
export type { CharacterSet } from './field-writer.ts'
export type { IsoRefusal, IsoRefusalCode } from './iso-refusal.ts'
export { ISO_REFUSAL_CODES } from './iso-refusal.ts'
export type { InitiatingParty, IsoAccount, IsoParty, IsoRemittance } from './parties.ts'
export type { SepaCharactersRefusal } from './sepa-characters.ts'
export { isSepaIdentifier, toSepaCharacters } from './sepa-characters.ts'
