// Asks the payee's bank whether name and account belong together, and keeps the answer for a day.

import { type BankContext, changeCustomer } from './context.ts'
import { findLine, type LineKey, withAgreement } from './customer.ts'
import type { Payee, PayeeVerdict } from './payee-check.ts'
import { todayOf } from './today.ts'

/** Checks the payee of a line's agreement. A check that throws is `unavailable`. */
export async function checkPayee(context: BankContext, key: LineKey): Promise<void> {
  const customer = await context.store.customer(key.customerId)
  const found = customer === undefined ? undefined : findLine(customer, key)
  if (customer === undefined || found === undefined || context.payeeCheck === null) return
  const { creditor } = found.agreement
  const verdict = await orUnavailable(() =>
    ask(context, { name: creditor.name, ...creditor.account }),
  )
  const { result } = verdict
  const name = result === 'close-match' ? verdict.name : null
  await changeCustomer(context, key.customerId, (kept) => {
    const agreement = kept === undefined ? undefined : findLine(kept, key)?.agreement
    if (kept === undefined || agreement === undefined) return { customer: null, outcome: null }
    const payee = { result, name, day: todayOf(context, kept) }
    const before = agreement.payee
    const isSame = before?.result === result && before.name === name && before.day === payee.day
    if (isSame) return { customer: null, outcome: null }
    return { customer: withAgreement(kept, { ...agreement, payee }), outcome: null }
  })
}

async function ask({ payeeCheck }: BankContext, payee: Payee): Promise<PayeeVerdict> {
  return payeeCheck === null ? { result: 'unavailable' } : await payeeCheck(payee)
}

async function orUnavailable(call: () => Promise<PayeeVerdict>): Promise<PayeeVerdict> {
  try {
    return await call()
  } catch {
    return { result: 'unavailable' }
  }
}
