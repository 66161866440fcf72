// Between a line and the rail: what the rail is told, and what becomes of the line by its answer.

import { parseAmount } from '../protocol/money.ts'
import type { BankContext } from './context.ts'
import type { CustomerRecord, LineKey, LineRecord } from './customer.ts'
import type { LineOfAgreement } from './payment-message.ts'
import type { PaymentInstruction, RailOutcome } from './rail.ts'
import { changeLine } from './report-line.ts'

/** The payment of a line, always under the same key, whatever happened before. */
export function instructionFor(
  customer: CustomerRecord,
  { agreement, line }: LineOfAgreement,
): PaymentInstruction {
  const amount = parseAmount(line.amount)
  if (!amount.ok) throw new TypeError('an unchecked amount')
  const { creditor, remittance, agreementId } = agreement
  return {
    endToEndId: line.endToEndId,
    idempotencyKey: `${agreementId}:${line.line}`,
    debtorAccount: customer.debtorAccount,
    creditor: { name: creditor.name, ...creditor.account },
    amount: amount.value,
    remittance,
    executionDay: line.paidOn ?? line.dueDate,
  }
}

/**
 * Keeps the rail's answer and the report that it calls for: ACSC, RJCT or PDNG. A line that is
 * neither `paying` nor `unknown` has been resolved by somebody else and is left alone.
 */
export async function keepOutcome(
  context: BankContext,
  key: LineKey,
  outcome: RailOutcome | { readonly outcome: 'not-found' },
): Promise<void> {
  const kept = await changeLine(context, key, ({ line }) =>
    line.state === 'paying' || line.state === 'unknown' ? withOutcome(line, outcome) : null,
  )
  if (kept === null) return
  if (kept.state === 'settled') context.emit({ type: 'settled', key, railId: kept.railId ?? '' })
  if (kept.state === 'rejected') context.emit({ type: 'rejected', key, code: kept.code ?? '' })
  if (kept.state === 'unknown') context.emit({ type: 'unknown', key })
}

function withOutcome(
  line: LineRecord,
  result: RailOutcome | { readonly outcome: 'not-found' },
): LineRecord | null {
  switch (result.outcome) {
    case 'settled': {
      const owed = { status: 'ACSC', code: null } as const
      return { ...line, state: 'settled', code: null, railId: result.railId, owed }
    }
    case 'rejected': {
      const { code } = result
      return { ...line, state: 'rejected', code, paidOn: null, owed: { status: 'RJCT', code } }
    }
    case 'not-found': {
      const code = 'not-executed'
      return { ...line, state: 'scheduled', code, paidOn: null, owed: { status: 'RJCT', code } }
    }
    case 'unknown':
      if (line.state === 'unknown') return null
      return { ...line, state: 'unknown', owed: { status: 'PDNG', code: null } }
  }
}
