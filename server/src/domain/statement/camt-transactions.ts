// Makes the transactions of one entry: one for each part that the entry splits into, else a single
// one that carries the whole amount and everything that the details say.
import type { Day } from '@parley/sdk/protocol'
import type { CamtDetail, RemittanceDetails } from './camt-detail.ts'
import { presentMembers } from './present-members.ts'
import type { EntryAmount, EntryPart } from './split-entry.ts'
import type { StatementTransaction } from './statement-types.ts'
import type { TransactionFacts, TransactionIdentity } from './transaction-identity.ts'

/** An `Ntry` without its details. */
export interface EntryFacts extends EntryAmount {
  readonly reversal: boolean
  readonly status: string
  readonly bankReference?: string
  readonly entryReference?: string
  readonly bookingDay?: Day
  readonly valueDay?: Day
  /** The bank's text about the entry; some banks put the remittance text here. */
  readonly information?: string
}

type Draft = Omit<StatementTransaction, 'transactionId' | 'identifiedBy'>

/** Builds the transactions of an entry; `parts` is null when the details do not split it. */
export function buildTransactions(
  entry: EntryFacts,
  details: readonly CamtDetail[],
  parts: readonly EntryPart[] | null,
  identify: (facts: TransactionFacts) => TransactionIdentity,
): StatementTransaction[] {
  const drafts =
    parts !== null && parts.length > 1
      ? parts.map((part) => partDraft(entry, part))
      : [wholeDraft(entry, details, parts?.[0])]
  const day = entry.bookingDay ?? entry.valueDay ?? ''
  const uses = countReferences(drafts)
  return drafts.map((draft) => {
    const sharesReference = (uses.get(draft.bankReference) ?? 0) > 1
    const facts = { ...draft, reversal: entry.reversal, day, sharesReference }
    return { ...identify(facts), ...draft }
  })
}

function partDraft(entry: EntryFacts, part: EntryPart): Draft {
  const { detail, amount, direction } = part
  return {
    ...presentMembers({ bankReference: detail.bankReference ?? entry.bankReference }),
    amount,
    direction,
    ...detail.remittance,
    charges: detail.charges,
  }
}

function wholeDraft(
  entry: EntryFacts,
  details: readonly CamtDetail[],
  part: EntryPart | undefined,
): Draft {
  const { amount, direction } = part ?? entry
  const merged = mergeRemittance(details.map((detail) => detail.remittance))
  const bankReference = onlyOne(details.map((detail) => detail.bankReference))
  const information = entry.information === undefined ? [] : [entry.information]
  return {
    ...presentMembers({ bankReference: bankReference ?? entry.bankReference }),
    amount,
    direction,
    ...merged,
    unstructured: unique([...merged.unstructured, ...information]),
    charges: details.flatMap((detail) => detail.charges),
  }
}

/** Keeps all references, and of what can exist once only what all details agree on. */
function mergeRemittance(remittances: readonly RemittanceDetails[]): RemittanceDetails {
  if (remittances.length === 1 && remittances[0] !== undefined) return remittances[0]
  return presentMembers({
    endToEndId: onlyOne(remittances.map((remittance) => remittance.endToEndId)),
    otherIds: unique(remittances.flatMap((remittance) => remittance.otherIds)),
    structuredReferences: unique(
      remittances.flatMap((remittance) => remittance.structuredReferences),
    ),
    unstructured: unique(remittances.flatMap((remittance) => remittance.unstructured)),
    debtorName: onlyOne(remittances.map((remittance) => remittance.debtorName)),
    ultimateDebtorName: onlyOne(remittances.map((remittance) => remittance.ultimateDebtorName)),
    debtorIban: onlyOne(remittances.map((remittance) => remittance.debtorIban)),
    returnReason: onlyOne(remittances.map((remittance) => remittance.returnReason)),
    returnInformation: onlyOne(remittances.map((remittance) => remittance.returnInformation)),
    documentNumbers: merged(remittances.flatMap((remittance) => remittance.documentNumbers ?? [])),
    mandateId: onlyOne(remittances.map((remittance) => remittance.mandateId)),
    purpose: onlyOne(remittances.map((remittance) => remittance.purpose)),
    creditorName: onlyOne(remittances.map((remittance) => remittance.creditorName)),
    creditorIban: onlyOne(remittances.map((remittance) => remittance.creditorIban)),
    ultimateCreditorName: onlyOne(remittances.map((remittance) => remittance.ultimateCreditorName)),
  })
}

function onlyOne(values: readonly (string | undefined)[]): string | undefined {
  const distinct = new Set(values)
  return distinct.size === 1 ? values[0] : undefined
}

function merged(values: readonly string[]): readonly string[] | undefined {
  return values.length === 0 ? undefined : unique(values)
}

function unique(values: readonly string[]): string[] {
  return [...new Set(values)]
}

function countReferences(drafts: readonly Draft[]): Map<string | undefined, number> {
  const uses = new Map<string | undefined, number>()
  for (const { bankReference } of drafts)
    uses.set(bankReference, (uses.get(bankReference) ?? 0) + 1)
  return uses
}
