// Makes the summary of a `Stmt`, `Ntfctn` or `Rpt` whose entries have passed.
import { ok, type Result } from '@parley/sdk/protocol'
import { meaningful, readIban } from './camt-detail.ts'
import type { CamtMessageType } from './camt-layout.ts'
import { presentMembers } from './present-members.ts'
import { checkControlTotals, isBalanced, readBalances } from './statement-balance.ts'
import type { TotalsBuilder } from './statement-totals.ts'
import type {
  StatementAccount,
  StatementPage,
  StatementRefusal,
  StatementSummary,
} from './statement-types.ts'
import { isTrueOrMissing, refuseAt } from './statement-values.ts'
import { childAt, textAt } from './xml-access.ts'
import type { XmlElement } from './xml-records.ts'

/** What `GrpHdr` says about all statements of the message. */
export interface MessageHeader {
  readonly messageId?: string
  readonly createdAt?: string
  readonly page?: StatementPage
}

export interface StatementContext {
  readonly type: CamtMessageType
  readonly header: MessageHeader
  readonly entries: TotalsBuilder
}

export function readHeader(element: XmlElement): MessageHeader {
  return presentMembers({
    messageId: textAt(element, 'MsgId'),
    createdAt: textAt(element, 'CreDtTm'),
    page: readPage(childAt(element, 'MsgPgntn')),
  })
}

/**
 * Builds the statement. Refuses `statement-structure` without an id (it could be imported twice),
 * `statement-account` without an account, and `statement-totals` when control sums differ.
 */
export function buildStatement(
  element: XmlElement,
  context: StatementContext,
): Result<StatementSummary, StatementRefusal> {
  const { type, header, entries } = context
  const statementId = textAt(element, 'Id')
  if (statementId === undefined) {
    return refuseAt(element, 'statement-structure', 'A statement has no id.')
  }
  const account = readAccount(childAt(element, 'Acct'))
  if (account.iban === undefined && account.other === undefined) {
    return refuseAt(element, 'statement-account', 'A statement names no account.')
  }
  const balances = readBalances(element)
  if (!balances.ok) return balances
  const page = pageOf(element, header)
  const isWhole = page === undefined || (page.isLast && Number(page.number) === 1)
  const totals = isWhole ? checkControlTotals(element, entries.stated()) : ok(undefined)
  if (!totals.ok) return totals
  const electronicSequence = textAt(element, 'ElctrncSeqNb')
  const legalSequence = textAt(element, 'LglSeqNb')
  const statement = { ...balances.value, totals: entries.totals() }
  return ok({
    statementId,
    messageId: header.messageId ?? '',
    kind: type.kind,
    version: type.version,
    account,
    ...presentMembers({
      createdAt: textAt(element, 'CreDtTm') ?? header.createdAt,
      sequence: electronicSequence ?? legalSequence,
      electronicSequence,
      legalSequence,
      page,
    }),
    ...statement,
    line: element.line,
    balanced: isBalanced(statement, statement.totals.booked, isWhole),
  })
}

/** The position of a statement in its pages, by itself or by its message. */
export function pageOf(element: XmlElement, header: MessageHeader): StatementPage | undefined {
  const names = ['StmtPgntn', 'NtfctnPgntn', 'RptPgntn']
  const pagination = names.map((name) => childAt(element, name)).find((found) => found)
  return readPage(pagination) ?? header.page
}

function readAccount(account: XmlElement | undefined): StatementAccount {
  return presentMembers({
    iban: readIban(account),
    other: meaningful(textAt(account, 'Id', 'Othr', 'Id')),
    currency: textAt(account, 'Ccy'),
  })
}

function readPage(pagination: XmlElement | undefined): StatementPage | undefined {
  const number = textAt(pagination, 'PgNb')
  if (number === undefined) return undefined
  return { number, isLast: isTrueOrMissing(textAt(pagination, 'LastPgInd')) }
}
