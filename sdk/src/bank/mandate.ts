// Gives, changes and revokes a customer's mandate for one creditor. The host has authenticated the
// customer. A change counts from the next decision on, in every process that shares the store.

import { compareDays, parseDay } from '../protocol/days.ts'
import { minorUnits } from '../protocol/money.ts'
import { err, ok, type Result } from '../protocol/result.ts'
import { type BankContext, changeCustomer } from './context.ts'
import type { CreditorRef, CustomerRecord, Mandate } from './customer.ts'

/** Why a mandate was not taken. */
export interface MandateRefusal {
  readonly code: 'customer-unknown' | 'limits' | 'validity'
}

/** Gives a mandate in the place of an earlier one for the same creditor, also of a revoked one. */
export async function setMandate(
  context: BankContext,
  customerId: string,
  mandate: Mandate,
): Promise<Result<Mandate, MandateRefusal>> {
  if (!areMandateLimits(mandate)) return err({ code: 'limits' })
  const { validFrom, validUntil } = mandate
  const days = [validFrom, validUntil].filter((day) => day !== undefined)
  const isOrdered =
    validFrom === undefined || validUntil === undefined || compareDays(validFrom, validUntil) <= 0
  if (!isOrdered || !days.every((day) => parseDay(day).ok)) return err({ code: 'validity' })
  const given = asGiven(mandate)
  const isKept = await changeMandates(context, customerId, (mandates) => {
    const isKnown = mandates.some(isSameCreditor(given))
    const replaced = mandates.map((one) => (isSameCreditor(given)(one) ? given : one))
    return isKnown ? replaced : [...mandates, given]
  })
  return isKept ? ok(given) : err({ code: 'customer-unknown' })
}

/** Revokes a mandate; what is with the rail already goes on. Returns false where there is none. */
export function revokeMandate(
  context: BankContext,
  customerId: string,
  creditor: CreditorRef,
): Promise<boolean> {
  const revokedAt = context.clock()
  const isRevoked = isSameCreditor(creditor)
  return changeMandates(context, customerId, (mandates) =>
    mandates.some(isRevoked)
      ? mandates.map((one) =>
          isRevoked(one) && one.revokedAt === undefined ? { ...one, revokedAt } : one,
        )
      : null,
  )
}

/** Whether a mandate's limits are amounts of known currencies, none below zero. */
export function areMandateLimits({ limits = {} }: Pick<Mandate, 'limits'>): boolean {
  return Object.entries(limits).every(
    ([currency, amounts]) =>
      minorUnits(currency) !== undefined &&
      Object.values(amounts).every((amount) => amount === undefined || amount >= 0n),
  )
}

/** The mandate as one that the customer gave. */
export function asGiven(mandate: Mandate): Mandate {
  return { ...mandate, isGiven: true }
}

/** Tells whether a mandate is about a creditor. */
export function isSameCreditor(creditor: CreditorRef): (mandate: Mandate) => boolean {
  return ({ issuer, creditorId }) =>
    issuer === creditor.issuer && creditorId === creditor.creditorId
}

function changeMandates(
  context: BankContext,
  customerId: string,
  change: (mandates: CustomerRecord['mandates']) => CustomerRecord['mandates'] | null,
): Promise<boolean> {
  return changeCustomer(context, customerId, (kept) => {
    const mandates = kept === undefined ? null : change(kept.mandates)
    if (kept === undefined || mandates === null) return { customer: null, outcome: false }
    return { customer: { ...kept, mandates }, outcome: true }
  })
}
