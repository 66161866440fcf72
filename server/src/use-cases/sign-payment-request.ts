// From a decided invoice to the rows that are stored: ids, the signed request, the reply.
import {
  ANYONE,
  endToEndId,
  formatAmount,
  signingInputHash,
  toBase64Url,
  typOf,
} from '@parley/sdk/protocol'
import { dunningIn } from '../domain/claim/claim.ts'
import { requestBody } from '../domain/claim/issue-claim.ts'
import {
  type Arm,
  assignJourney,
  type JourneyAssignment,
} from '../domain/dunning/assign-journey.ts'
import {
  channelsOf,
  type JourneyDefinition,
  type StepDefinition,
} from '../domain/dunning/journey-definition.ts'
import {
  type NewReference,
  newReference,
  numberingFor,
  REFERENCE_BYTES,
  schemeOf,
} from '../domain/references/numbering.ts'
import type { IssuedRow } from '../storage/issue-claims.ts'
import { dayOf } from './day-of.ts'
import type { Draft, IssueDeps, IssuedClaim } from './issue-payment-requests.ts'
import { DEFAULT_LIFETIME_SECONDS } from './prepare-message.ts'

/** What is chosen when a claim comes into being, before anything is signed. */
interface Identity {
  now: number
  claimId: string
  remittance: NewReference
  thr: string
  jti: string
  /** Until when an agent may answer; now for a debtor without one. */
  respondBy: number
  isAddressed: boolean
  assigned: Assigned
}

/** The journey that the claim gets; null: nobody is written to. */
interface Assigned {
  journey: JourneyDefinition | null
  arm: Arm | null
}

/** Signs the request of a draft and returns everything that is stored about the new claim. */
export async function signPaymentRequest(deps: IssueDeps, draft: Draft): Promise<IssuedRow> {
  const identity = chooseIdentity(deps, draft)
  const jws = await signRequest(deps, draft, identity)
  return {
    ...claimColumns(draft, identity),
    ...messageColumns(deps, draft, identity),
    jws,
    hash: await signingInputHash(jws),
    ...journeyColumns(identity),
    ...replyColumns(deps, draft, identity),
  }
}

function chooseIdentity(deps: IssueDeps, draft: Draft): Identity {
  const { facts } = draft
  const now = deps.clock.now()
  const isAddressed = facts.enrolment_id !== null
  return {
    now,
    claimId: deps.ids.newId('pr'),
    remittance: remittanceOf(deps, draft),
    thr: toBase64Url(deps.ids.randomBytes(16)),
    jti: toBase64Url(deps.ids.randomBytes(16)),
    respondBy: isAddressed ? now + facts.response_time_hours * 3_600 : now,
    isAddressed,
    assigned: assignedTo(deps, draft),
  }
}

/** The reference that the invoice brings, or a new one: of its scheme, or as the creditor numbers. */
function remittanceOf({ ids }: IssueDeps, { facts, invoice }: Draft): NewReference {
  const { reference, referenceScheme: scheme, amount } = invoice
  if (scheme !== undefined && reference !== undefined) return { scheme, reference }
  const isOwn = scheme === undefined || scheme === schemeOf(facts.numbering)
  const target = { iban: facts.iban, currency: amount.currency }
  const numbering = isOwn ? numberingFor(facts.numbering, target) : scheme
  return newReference(numbering, ids.randomBytes(REFERENCE_BYTES))
}

/** Only an agent that acts for the debtor sees the debtor's pay day. */
function payDayOf({ command, facts }: Draft): { payDay?: number } {
  if (facts.enrolment_id === null) return {}
  const payDay = facts.pay_day ?? command.invoice.debtor?.preferences?.payDay
  return payDay === undefined ? {} : { payDay }
}

async function signRequest(deps: IssueDeps, draft: Draft, identity: Identity): Promise<string> {
  const { command, facts, invoice } = draft
  const { now, thr, jti } = identity
  const body = requestBody({
    requestId: identity.claimId,
    invoice,
    remittance: identity.remittance,
    creditor: {
      creditorId: command.creditorId,
      name: facts.name,
      iban: facts.iban,
      bic: facts.bic,
      timeZone: facts.time_zone,
    },
    policy: {
      segment: facts.policy_segment,
      version: facts.policy_version,
      policyHash: facts.policy_hash,
      terms: facts.policy_terms,
    },
    today: dayOf(now, facts.time_zone),
    ...payDayOf(draft),
    respondBy: identity.respondBy,
    outstanding: invoice.amount.minor,
    arm: identity.assigned.arm,
  })
  return await deps.signer.sign(typOf('request'), {
    ver: '1.0',
    iss: deps.publicUrl,
    aud: facts.agent_iss ?? ANYONE,
    sub: facts.sub ?? ANYONE,
    jti,
    iat: now,
    exp: now + DEFAULT_LIFETIME_SECONDS,
    thr,
    seq: 0,
    prev: null,
    ...body,
  })
}

function claimColumns({ command, facts, invoice }: Draft, identity: Identity) {
  const { claimId, remittance, respondBy, now, isAddressed, assigned } = identity
  const amount = formatAmount(invoice.amount)
  return {
    creditorId: command.creditorId,
    claimId,
    debtorId: debtorOf(facts),
    invoiceNumber: invoice.invoiceNumber,
    segment: invoice.segment,
    currency: invoice.amount.currency,
    principal: invoice.amount.minor,
    issueDate: invoice.issueDate,
    dueDate: invoice.dueDate,
    referenceScheme: remittance.scheme,
    reference: remittance.reference,
    documents: JSON.stringify(invoice.documents),
    subject: invoice.subject,
    conversation: isAddressed ? 'sent' : 'none',
    dunning: dunningIn(assigned, isAddressed ? 'idle' : 'active'),
    respondBy,
    createdAt: now,
    endToEndId: endToEndId(claimId, 1),
    event: JSON.stringify({
      amount: amount.value,
      currency: amount.currency,
      addressed: isAddressed,
    }),
    hasWebhooks: facts.has_webhooks,
  }
}

function messageColumns(deps: IssueDeps, { facts }: Draft, { thr, jti, isAddressed }: Identity) {
  return {
    thr,
    jti,
    iss: deps.publicUrl,
    typ: typOf('request'),
    peerRole: isAddressed ? 'agent' : 'anyone',
    peerIss: facts.agent_iss ?? ANYONE,
    sub: facts.sub ?? ANYONE,
    enrolmentId: facts.enrolment_id,
  }
}

function journeyColumns({ assigned: { journey, arm } }: Identity) {
  return {
    journeyId: journey?.id ?? null,
    journeyVersion: journey?.version ?? null,
    firstStep: journey && firstStepOf(journey).id,
    arm,
  }
}

function replyColumns(deps: IssueDeps, draft: Draft, identity: Identity) {
  const { command, facts, invoice } = draft
  return {
    idempotencyKey: command.idempotency?.key ?? null,
    requestHash: command.idempotency?.requestHash ?? null,
    reply: deps.renderReply({
      claimId: identity.claimId,
      debtorId: debtorOf(facts),
      invoice,
      remittance: identity.remittance,
      conversation: identity.isAddressed ? 'sent' : 'none',
      respondBy: identity.respondBy,
      firstStep: identity.assigned.journey && firstActionOf(identity.assigned.journey),
      arm: identity.assigned.arm,
      createdAt: identity.now,
    }),
  }
}

function debtorOf({ debtor_id }: Draft['facts']): string {
  if (debtor_id === null) throw new Error('a draft reached signing without its debtor')
  return debtor_id
}

function assignedTo(deps: IssueDeps, draft: Draft): Assigned {
  const { command, facts } = draft
  const { journeyId, arm } = assignJourney(
    { assignment: assignmentOf(draft), journeys: deps.journeys, fallback: facts.journey },
    {
      creditorId: command.creditorId,
      debtorId: debtorOf(facts),
      party: facts.party ?? 'b2c',
      country: facts.debtor_country ?? facts.creditor_country,
    },
  )
  if (journeyId === null) return { journey: null, arm }
  const journey = deps.journeys.get(journeyId)
  if (journey === undefined) throw new Error(`there is no journey ${journeyId}`)
  return { journey, arm }
}

function assignmentOf({ facts, invoice }: Draft): JourneyAssignment | null {
  const { champion, challenger, challenger_percent, hold_out_percent } = facts
  if (champion === null) return null
  return {
    segment: invoice.segment,
    champion,
    challenger,
    challengerPercent: challenger_percent ?? 0,
    holdOutPercent: hold_out_percent ?? 0,
  }
}

function firstActionOf(journey: JourneyDefinition): IssuedClaim['firstStep'] {
  const first = firstStepOf(journey)
  return { journeyId: journey.id, step: first.id, channel: channelsOf(first)[0] ?? null }
}

function firstStepOf(journey: JourneyDefinition): StepDefinition {
  const [first] = journey.steps
  if (first === undefined) throw new Error(`journey ${journey.id} has no steps`)
  return first
}
