// The headings of a payment part and a receipt: prescribed words, which are not ours to choose.
// Source: SIX, Swiss Implementation Guidelines QR-bill 2.3, annex D "Multilingual headings".
import type { Language } from '../wording/language.ts'

export interface SlipHeadings {
  readonly paymentPart: string
  readonly receipt: string
  readonly account: string
  readonly reference: string
  readonly additionalInformation: string
  readonly payableBy: string
  readonly payableByBlank: string
  readonly currency: string
  readonly amount: string
  readonly acceptancePoint: string
  /** Stands above the line at which an unperforated sheet is cut. */
  readonly separate: string
}

const ENGLISH: SlipHeadings = {
  paymentPart: 'Payment part',
  receipt: 'Receipt',
  account: 'Account / Payable to',
  reference: 'Reference',
  additionalInformation: 'Additional information',
  payableBy: 'Payable by',
  payableByBlank: 'Payable by (name/address)',
  currency: 'Currency',
  amount: 'Amount',
  acceptancePoint: 'Acceptance point',
  separate: 'Separate before paying in',
}

/** The standard has them in German, French, Italian and English; a Dutch letter bears the English ones. */
export const SLIP_HEADINGS: Readonly<Record<Language, SlipHeadings>> = {
  en: ENGLISH,
  nl: ENGLISH,
  de: {
    paymentPart: 'Zahlteil',
    receipt: 'Empfangsschein',
    account: 'Konto / Zahlbar an',
    reference: 'Referenz',
    additionalInformation: 'Zusätzliche Informationen',
    payableBy: 'Zahlbar durch',
    payableByBlank: 'Zahlbar durch (Name/Adresse)',
    currency: 'Währung',
    amount: 'Betrag',
    acceptancePoint: 'Annahmestelle',
    separate: 'Vor der Einzahlung abzutrennen',
  },
  fr: {
    paymentPart: 'Section paiement',
    receipt: 'Récépissé',
    account: 'Compte / Payable à',
    reference: 'Référence',
    additionalInformation: 'Informations supplémentaires',
    payableBy: 'Payable par',
    payableByBlank: 'Payable par (nom/adresse)',
    currency: 'Monnaie',
    amount: 'Montant',
    acceptancePoint: 'Point de dépôt',
    separate: 'À détacher avant le versement',
  },
}
