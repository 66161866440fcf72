// Debtors who come with their invoices are made before the invoices are written, in a statement of
// their own: one who exists keeps what is known of them.
import { ensureDebtors } from '../storage/ensure-debtors.ts'
import type { Draft, IssueDeps } from './issue-payment-requests.ts'
import { HELD_BY_CREDITOR } from './manage-consents.ts'

/** Gives each draft the id of its debtor, and what decides on its journey. */
export async function makeMissingDebtors(deps: IssueDeps, drafts: readonly Draft[]): Promise<void> {
  const missing = new Map<string, Parameters<typeof ensureDebtors>[1][number]>()
  for (const { command, facts } of drafts) {
    const { debtor } = command.invoice
    if (facts.debtor_id !== null || debtor === undefined) continue
    const { preferences = {} } = debtor
    missing.set(debtorKey(command.creditorId, debtor.externalId), {
      creditorId: command.creditorId,
      debtorId: deps.ids.newId('db'),
      externalId: debtor.externalId,
      name: debtor.name,
      party: debtor.party ?? 'b2c',
      country: debtor.country ?? null,
      language: debtor.language ?? null,
      timeZone: debtor.timeZone ?? null,
      contact: debtor.contact ?? {},
      preferences,
      payDayConsent:
        preferences.payDay === undefined
          ? null
          : { consentId: deps.ids.newId('cs'), textVersion: HELD_BY_CREDITOR.textVersion },
      createdAt: deps.clock.now(),
    })
  }
  if (missing.size === 0) return
  const debtors = inOneOrder([...missing], ([key]) => key).map(([, debtor]) => debtor)
  const made = await ensureDebtors(deps, debtors)
  const found = new Map(made.map((row) => [debtorKey(row.creditor_id, row.external_id), row]))
  for (const { command, facts } of drafts) {
    const { debtor } = command.invoice
    if (facts.debtor_id !== null || debtor === undefined) continue
    const stored = found.get(debtorKey(command.creditorId, debtor.externalId))
    facts.debtor_id = stored?.debtor_id ?? null
    facts.party = stored?.party ?? null
    facts.debtor_country = stored?.country ?? null
  }
}

const debtorKey = (creditorId: string, externalId: string) => `${creditorId} ${externalId}`

/** Every process writes in one order, so that two of them never wait for each other. */
export function inOneOrder<T>(values: readonly T[], keyOf: (value: T) => string): T[] {
  return values.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
}
