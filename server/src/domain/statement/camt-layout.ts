// Which elements of camt.052, camt.053 and camt.054 matter, and where they may stand. Everything else,
// supplementary data of the bank included, is skipped without being looked at.
import { ok, type Result } from '@parley/sdk/protocol'
import type { StatementRefusal } from './statement-types.ts'
import { refuseAt } from './statement-values.ts'
import type { Treatment, XmlElement } from './xml-records.ts'

export type CamtKind = '052' | '053' | '054'

export interface CamtMessageType {
  readonly kind: CamtKind
  readonly version: string
}

/** The second form is that of the Austrian banks (STUZZA). */
const NAMESPACES = [
  /^urn:iso:std:iso:20022:tech:xsd:camt\.(05[234])\.001\.([0-9]{2})$/,
  /^ISO:camt\.(05[234])\.001\.([0-9]{2}):APC:STUZZA:payments:[0-9]{3}$/,
]
const OLDEST_VERSION = 2
const NEWEST_VERSION = 13

/**
 * Reads the message type from the namespace of the `Document` element. Refuses `statement-version`
 * outside 02 to 13, and `statement-namespace` otherwise.
 */
export function readMessageType(document: XmlElement): Result<CamtMessageType, StatementRefusal> {
  const { uri } = document
  const [, kind, version = ''] = NAMESPACES.map((it) => it.exec(uri)).find((it) => it) ?? []
  if (kind === undefined) {
    const message = `The namespace "${uri.slice(0, 80)}" is not that of a camt.052, 053 or 054.`
    return refuseAt(document, 'statement-namespace', message)
  }
  if (Number(version) < OLDEST_VERSION || Number(version) > NEWEST_VERSION) {
    const message = `Version ${version} of camt.${kind} is not supported: 02 to 13 are.`
    return refuseAt(document, 'statement-version', message)
  }
  return ok({ kind: kind as CamtKind, version })
}

/**
 * Where an element may stand that is handed over as a record when it closes; `keep` for the
 * elements that become part of a record wherever they stand.
 */
const LAYOUT: ReadonlyMap<string, 'keep' | readonly string[]> = new Map<
  string,
  'keep' | readonly string[]
>([
  ...named(`
    MsgId CreDtTm MsgPgntn StmtPgntn NtfctnPgntn RptPgntn PgNb LastPgInd
    Id ElctrncSeqNb LglSeqNb Acct IBAN Othr Ccy
    Bal Tp CdOrPrtry Cd Prtry Amt CdtDbtInd Dt DtTm
    TxsSummry TtlCdtNtries TtlDbtNtries Sum
    NtryRef RvslInd Sts BookgDt ValDt AcctSvcrRef AddtlNtryInf
    Chrgs TtlChrgsAndTaxAmt Rcrd
    Refs InstrId EndToEndId UETR TxId ClrSysRef AcctSvcrTxId MktInfrstrctrTxId
    Btch PmtInfId NbOfTxs MndtId Purp
    AmtDtls TxAmt CntrValAmt InstdAmt CcyXchg SrcCcy TrgtCcy UnitCcy XchgRate
    RltdPties Dbtr DbtrAcct UltmtDbtr Cdtr CdtrAcct UltmtCdtr Pty Nm
    RmtInf Ustrd Strd CdtrRefInf Ref AddtlRmtInf RfrdDocInf Nb
    RtrInf Rsn AddtlInf AddtlTxInf`).map((name) => [name, 'keep'] as const),
  ['BkToCstmrStmt', ['Document']],
  ['BkToCstmrDbtCdtNtfctn', ['Document']],
  ['BkToCstmrAcctRpt', ['Document']],
  ['GrpHdr', ['BkToCstmrStmt', 'BkToCstmrDbtCdtNtfctn', 'BkToCstmrAcctRpt']],
  ['Stmt', ['BkToCstmrStmt']],
  ['Ntfctn', ['BkToCstmrDbtCdtNtfctn']],
  ['Rpt', ['BkToCstmrAcctRpt']],
  ['Ntry', ['Stmt', 'Ntfctn', 'Rpt']],
  ['NtryDtls', ['Ntry']],
  ['TxDtls', ['NtryDtls']],
])

const KEEP = ok<Treatment>('keep')
const RECORD = ok<Treatment>('record')
const SKIP = ok<Treatment>('skip')

/**
 * Decides about an element inside `Document`. Elements of other namespaces are skipped.
 *
 * Refuses `statement-structure` for a record in the wrong place or of another namespace: skipping
 * it could lose money.
 */
export function treatmentOf(
  element: XmlElement,
  parent: XmlElement,
): Result<Treatment, StatementRefusal> {
  const layout = LAYOUT.get(element.name)
  if (layout === undefined) return SKIP
  const isOfDocument = element.uri === parent.uri
  if (layout === 'keep') return isOfDocument ? KEEP : SKIP
  if (isOfDocument && layout.includes(parent.name)) return RECORD
  const message = `${element.name} must not stand in ${parent.name}.`
  return refuseAt(element, 'statement-structure', message)
}

function named(list: string): string[] {
  return list.trim().split(/\s+/)
}
