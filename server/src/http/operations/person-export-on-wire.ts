// The copy of everything that is kept about a person, in the wire form of openapi.yaml.
import type { components } from '@parley/sdk/creditor'
import { formatAmount } from '@parley/sdk/protocol'
import type { ExportedClaim, PersonExport } from '../../use-cases/export-person.ts'
import { choiceOnWire } from './next-action.ts'
import { consentOnWire, schedulesOnWire } from './privacy-on-wire.ts'
import { contestOnWire } from './profiles.ts'
import { debtorOnWire, instant } from './wire.ts'

type Schemas = components['schemas']

const instantOrNull = (at: number | null) => (at === null ? null : instant(at))

export function exportOnWire(made: PersonExport): Schemas['PersonExport'] {
  const { creditor, debtor } = made
  return {
    exportedAt: instant(made.exportedAt),
    creditor: { name: creditor.name, contact: creditor.contact },
    person: debtorOnWire(debtor),
    consents: made.consents.map(consentOnWire),
    agents: made.agents.map(({ iss, since, until }) => ({
      iss,
      since: instant(since),
      until: instantOrNull(until),
    })),
    paymentRequests: made.claims.map(claimOnWire),
    learnt: made.learnt.map(({ learnt, learntAt }) => {
      const { kind, about, fact } = learnt
      const { value, confidence, basis } = fact
      return {
        ...{ kind, about, confidence, basis: [...basis], learntAt: instant(learntAt) },
        value: value as unknown as Record<string, unknown>,
      }
    }),
    contests: made.contests.map(contestOnWire),
    choices: made.choices.map(choiceOnWire),
    experiments: made.memberships.map(({ experimentId, arm, stratum }) => {
      return { experimentId, arm, stratum }
    }),
    retention: schedulesOnWire(made.rules),
  }
}

function claimOnWire(exported: ExportedClaim): Schemas['ExportedPaymentRequest'] {
  const { claim } = exported
  const money = (minor: bigint) => formatAmount({ minor, currency: claim.currency })
  return {
    id: claim.claimId,
    invoiceNumber: claim.invoiceNumber,
    subject: claim.subject,
    amount: money(claim.principal),
    paid: money(claim.paid),
    issueDate: claim.issueDate,
    dueDate: claim.dueDate,
    state: claim.state,
    documents: claim.documents,
    payments: exported.payments.map(({ amount, receivedOn, payer, iban, texts }) => ({
      ...{ receivedOn, payer, iban },
      amount: money(amount),
      texts: [...texts],
    })),
    refunds: exported.refunds.map(({ amount, state, account, createdAt }) => ({
      ...{ state, holder: account?.holder ?? null, iban: account?.iban ?? null },
      amount: money(amount),
      createdAt: instant(createdAt),
    })),
    messages: exported.messages.map(({ channel, template, state, sentAt }) => ({
      ...{ channel, template, state },
      sentAt: instantOrNull(sentAt),
    })),
    conversation: exported.conversation as Record<string, unknown>[],
    events: exported.events.map(({ type, at, data }) => ({ type, at: instant(at), data })),
    holds: exported.holds.map(({ reason, createdAt, releasedAt }) => ({
      reason,
      since: instant(createdAt),
      until: instantOrNull(releasedAt),
    })),
    tasks: exported.tasks.map(({ kind, createdAt, details }) => ({
      kind,
      createdAt: instant(createdAt),
      details: details as Record<string, unknown> | null,
    })),
  }
}
