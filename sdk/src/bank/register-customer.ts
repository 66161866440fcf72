// A customer's consent to automatic payment: account, limits, the agent's key, mandates. The host has
// authenticated the customer; nothing here comes from a creditor.

import { isTimeZone } from '../protocol/days.ts'
import { isIssuer } from '../protocol/identifiers.ts'
import { checkPublicJwk, type PublicJwk, thumbprint } from '../protocol/keys.ts'
import { minorUnits } from '../protocol/money.ts'
import { err, ok, type Result } from '../protocol/result.ts'
import { type BankContext, changeCustomer } from './context.ts'
import type { CustomerLimits, CustomerRecord, Mandate } from './customer.ts'
import { areMandateLimits, asGiven, isSameCreditor } from './mandate.ts'
import type { DebtorAccount } from './rail.ts'

/** What a customer registers. Registering again replaces account, zone and limits. */
export interface CustomerRegistration {
  readonly customerId: string
  /** Public key of the agent that may hand in agreements; added to earlier ones. */
  readonly agentJwk: PublicJwk
  /** The agent's name (`iss`) when `agentJwk` is not the key that it enrolled with (PTY-02). */
  readonly agent?: string
  readonly debtorAccount: DebtorAccount
  /** IANA zone in which the customer's days begin. */
  readonly timeZone: string
  readonly limits: CustomerLimits
  /** Creditors that the customer knows; each replaces an earlier mandate for the same creditor. */
  readonly mandates?: readonly Mandate[]
}

/** Why a registration was refused. */
export interface RegistrationRefusal {
  readonly code: 'key-invalid' | 'key-taken' | 'time-zone' | 'limits'
}

const NEW_CUSTOMER = {
  ...{ version: 0, journalSeq: 0, stopped: false },
  ...{ agentKeys: [], mandates: [], agreements: [], refused: [] },
}

/**
 * Registers a customer or changes a registration.
 *
 * Refuses `key-invalid`, `key-taken` (another customer's agent), `time-zone` and `limits`
 * (a negative limit or an unknown currency).
 */
export async function registerCustomer(
  context: BankContext,
  registration: CustomerRegistration,
): Promise<Result<CustomerRecord, RegistrationRefusal>> {
  const { customerId, timeZone, limits } = registration
  const checked = checkPublicJwk(registration.agentJwk)
  if (!checked.ok) return err({ code: 'key-invalid' })
  if (!isTimeZone(timeZone)) return err({ code: 'time-zone' })
  if (!areLimits(limits)) return err({ code: 'limits' })
  const mandates = (registration.mandates ?? []).map(asGiven)
  if (!mandates.every(areMandateLimits)) return err({ code: 'limits' })
  const { agent } = registration
  if (agent !== undefined && !isIssuer(agent)) return err({ code: 'key-invalid' })
  const kid = await thumbprint(checked.value)
  const agentKey = { ...checked.value, kid, ...(agent === undefined ? {} : { agent }) }
  const owner = await context.store.customerOfKey(agentKey.kid)
  if (owner !== undefined && owner.customerId !== customerId) return err({ code: 'key-taken' })

  const { debtorAccount } = registration
  const record = await changeCustomer(context, customerId, (kept) => {
    const base = kept ?? NEW_CUSTOMER
    const otherKeys = base.agentKeys.filter(({ kid }) => kid !== agentKey.kid)
    const others = base.mandates.filter((one) => !mandates.some(isSameCreditor(one)))
    const customer: CustomerRecord = {
      ...base,
      customerId,
      debtorAccount,
      timeZone,
      limits,
      agentKeys: [...otherKeys, agentKey],
      mandates: [...others, ...mandates],
    }
    return { customer, outcome: customer }
  })
  return ok(record)
}

/**
 * Turns the kill switch: a stopped customer's lines wait and nothing is lost. Returns false for an
 * unknown customer.
 */
export function setStopped(
  context: BankContext,
  customerId: string,
  stopped: boolean,
): Promise<boolean> {
  return changeCustomer(context, customerId, (kept) => ({
    customer: kept === undefined ? null : { ...kept, stopped },
    outcome: kept !== undefined,
  }))
}

/** Takes an agent's key away: it can hand in no more agreements. Accepted ones stay. */
export function removeAgentKey(
  context: BankContext,
  customerId: string,
  kid: string,
): Promise<boolean> {
  return changeCustomer(context, customerId, (kept) => {
    const agentKeys = kept?.agentKeys.filter((key) => key.kid !== kid) ?? []
    const isKnown = kept !== undefined && agentKeys.length < kept.agentKeys.length
    return { customer: isKnown ? { ...kept, agentKeys } : null, outcome: isKnown }
  })
}

function areLimits({ byCurrency }: CustomerLimits): boolean {
  return Object.entries(byCurrency).every(
    ([currency, limits]) =>
      minorUnits(currency) !== undefined && Object.values(limits).every((limit) => limit >= 0n),
  )
}
