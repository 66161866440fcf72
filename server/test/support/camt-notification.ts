// Writes small camt.054 notifications as a bank sends them: one entry a payment.

export interface NotifiedPayment {
  amount: string
  /** The bank's own reference; without one the booking is known by its content. */
  bankReference?: string
  currency?: string
  /** Structured creditor reference. */
  reference?: string
  text?: string
  endToEndId?: string
  payer?: { name: string; iban: string }
  status?: string
  bookingDay?: string
  valueDay?: string
  /** The entry takes money back: a reversal, or a return with this ISO 20022 reason. */
  takesBack?: 'reversal' | string
  sign?: 'CRDT' | 'DBIT'
}

/** A camt.054.001.08 file with one notification for an account. */
export function camtNotification(iban: string, payments: readonly NotifiedPayment[]): string {
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.054.001.08"><BkToCstmrDbtCdtNtfctn>',
    '<GrpHdr><MsgId>M-1</MsgId><CreDtTm>2026-03-10T06:00:00+01:00</CreDtTm></GrpHdr>',
    '<Ntfctn><Id>N-1</Id><CreDtTm>2026-03-10T06:00:00+01:00</CreDtTm>',
    `<Acct><Id><IBAN>${iban}</IBAN></Id></Acct>`,
    ...payments.map(entry),
    '</Ntfctn></BkToCstmrDbtCdtNtfctn></Document>',
  ].join('\n')
}

function entry(payment: NotifiedPayment): string {
  const { amount, currency = 'EUR', status = 'BOOK', takesBack, bankReference } = payment
  const { bookingDay = '2026-03-10', valueDay = bookingDay } = payment
  const sign = payment.sign ?? (takesBack === undefined ? 'CRDT' : 'DBIT')
  return [
    `<Ntry><Amt Ccy="${currency}">${amount}</Amt><CdtDbtInd>${sign}</CdtDbtInd>`,
    takesBack === 'reversal' ? '<RvslInd>true</RvslInd>' : '',
    `<Sts><Cd>${status}</Cd></Sts>`,
    `<BookgDt><Dt>${bookingDay}</Dt></BookgDt><ValDt><Dt>${valueDay}</Dt></ValDt>`,
    bankReference === undefined ? '' : `<AcctSvcrRef>${bankReference}</AcctSvcrRef>`,
    '<NtryDtls><TxDtls>',
    `<Refs><EndToEndId>${payment.endToEndId ?? 'NOTPROVIDED'}</EndToEndId></Refs>`,
    `<Amt Ccy="${currency}">${amount}</Amt><CdtDbtInd>${sign}</CdtDbtInd>`,
    parties(payment.payer),
    remittance(payment),
    takesBack === undefined || takesBack === 'reversal'
      ? ''
      : `<RtrInf><Rsn><Cd>${takesBack}</Cd></Rsn></RtrInf>`,
    '</TxDtls></NtryDtls></Ntry>',
  ].join('')
}

function parties(payer: NotifiedPayment['payer']): string {
  if (payer === undefined) return ''
  return `<RltdPties><Dbtr><Pty><Nm>${payer.name}</Nm></Pty></Dbtr><DbtrAcct><Id><IBAN>${payer.iban}</IBAN></Id></DbtrAcct></RltdPties>`
}

function remittance({ reference, text }: NotifiedPayment): string {
  if (reference === undefined && text === undefined) return ''
  const free = text === undefined ? '' : `<Ustrd>${text}</Ustrd>`
  const structured =
    reference === undefined
      ? ''
      : `<Strd><CdtrRefInf><Tp><CdOrPrtry><Cd>SCOR</Cd></CdOrPrtry></Tp><Ref>${reference}</Ref></CdtrRefInf></Strd>`
  return `<RmtInf>${free}${structured}</RmtInf>`
}
