// The operator's switches: for one creditor, and for the whole bank. They are read from the store at
// every decision, so that they count at once in every process that shares it.

import { type BankContext, changeSwitches } from './context.ts'
import type { CreditorRef } from './customer.ts'

/** Stops automatic payment for a creditor, for every customer, or lets it go on. Spec: PAY-09. */
export function setCreditorStopped(
  context: Pick<BankContext, 'store' | 'clock'>,
  { issuer, creditorId }: CreditorRef,
  stopped: boolean,
): Promise<void> {
  const isMeant = (one: CreditorRef) => one.issuer === issuer && one.creditorId === creditorId
  return changeSwitches(context, (switches) => {
    const others = switches.stoppedCreditors.filter((one) => !isMeant(one))
    const isStopped = others.length < switches.stoppedCreditors.length
    if (isStopped === stopped) return null
    const stoppedCreditors = stopped ? [...others, { issuer, creditorId }] : others
    return { ...switches, stoppedCreditors }
  })
}

/** Stops automatic payment altogether, or lets it go on. */
export function setBankStopped(
  context: Pick<BankContext, 'store' | 'clock'>,
  stopped: boolean,
): Promise<void> {
  return changeSwitches(context, (switches) =>
    switches.stopped === stopped ? null : { ...switches, stopped },
  )
}
