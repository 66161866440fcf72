// The independent judge: it knows the invariants and the evidence, and nothing of how the product works or
// which fault there was. Every fault of a run is one line that begins with the invariant.
import { createHash } from 'node:crypto'
import type { EventRow, Evidence } from './evidence.ts'
import type { HistoryLine } from './history.ts'

export interface Violation {
  readonly invariant: string
  readonly what: string
}

/** What an invariant looked at: one that saw nothing has proved nothing. */
export interface Verdict {
  readonly violations: readonly Violation[]
  readonly looked: Readonly<Record<string, number>>
}

const MAX_RSS_MB = 400
/** A mail that was being handed over while the claim was closed may still arrive. */
const MAIL_UNDER_WAY_MS = 3_000

type Say = (what: string) => void

/** Returns how many things it looked at. */
type Check = (evidence: Evidence, say: Say) => number

const CHECKS: Readonly<Record<string, Check>> = {
  I1: whatWasAnsweredIsKept,
  I2: oneAgreement,
  I3: partsSumToTotal,
  I4: paidOnce,
  I5: oneMailAStep,
  I6: historyIsAPath,
  I7: sameKeySameAnswer,
  I8: eachMessageOnce,
  I9: everyEventIsTold,
  I10: chainHolds,
  I11: nothingIsStuck,
  I12: nothingLeaks,
  I13: processesAreWell,
}

/** Judges what a run left behind. */
export function check(evidence: Evidence): Verdict {
  const violations: Violation[] = []
  const looked: Record<string, number> = {}
  for (const [invariant, judge] of Object.entries(CHECKS)) {
    looked[invariant] = judge(evidence, (what) => violations.push({ invariant, what }))
  }
  return { violations, looked }
}

const ISSUE = '/v1/payment-requests'
const ACCEPT = 'parley-accept+jwt'

const answered = ({ history }: Evidence, op: string) =>
  history.filter((line) => line.kind === 'ok' && line.op === op)

const invokeOf = ({ history }: Evidence, { act }: HistoryLine) =>
  history.find((line) => line.act === act && line.kind === 'invoke')

function whatWasAnsweredIsKept(evidence: Evidence, say: Say): number {
  const claims = new Map(evidence.claims.map((claim) => [claim.claim_id, claim]))
  const agreements = new Set(evidence.agreements.map(({ agreement_id: id }) => id))
  const messages = new Set(evidence.messages.map(({ iss, jti }) => `${iss} ${jti}`))
  const issued = answered(evidence, ISSUE)
  for (const { key, facts } of issued) {
    if (!claims.has(String(facts['id']))) say(`${key} was answered 201 and is not there`)
  }
  const accepted = answered(evidence, ACCEPT)
  for (const { key, facts } of accepted) {
    const id = String(facts['agreementId'])
    if (!agreements.has(id)) say(`agreement ${id} was answered to ${key} and is not there`)
  }
  const cancelled = answered(evidence, `${ISSUE}/{id}/cancel`)
  for (const line of cancelled) {
    const id = String(invokeOf(evidence, line)?.facts['path']).split('/')[3] ?? ''
    const state = claims.get(id)?.claim_state
    if (state !== 'cancelled') say(`the withdrawal of ${id} was answered, and it is ${state}`)
  }
  const spoken = evidence.history.filter(
    ({ kind, op, who }) => kind === 'ok' && op.startsWith('parley-') && who !== 'creditor',
  )
  for (const { op, key } of spoken) {
    if (!messages.has(key)) say(`${op} ${key} was answered and is not kept`)
  }
  return issued.length + accepted.length + cancelled.length + spoken.length
}

function oneAgreement(evidence: Evidence, say: Say): number {
  const kept = Map.groupBy(evidence.agreements, (one) => one.claim_id)
  for (const [claim, all] of kept) {
    const inForce = all.filter((one) => one.in_force).length
    if (inForce !== 1) say(`${claim} has ${inForce} agreements in force`)
    const isAllowed = all.every((one) => one.in_force || one.offered_another)
    if (!isAllowed) say(`an agreement of ${claim} was replaced, and no other plan had been offered`)
  }
  const told = Map.groupBy(answered(evidence, ACCEPT), ({ facts }) => String(facts['requestId']))
  for (const [claim, replies] of told) {
    const own = new Set(kept.get(claim)?.map((one) => one.agreement_id))
    const ids = new Set(replies.map(({ facts }) => String(facts['agreementId'])))
    if (![...ids].every((it) => own.has(it)))
      say(`${claim}: its agent holds ${[...ids]}, the database ${[...own]}`)
  }
  return evidence.agreements.length
}

const inForce = ({ agreements }: Evidence) => agreements.filter((one) => one.in_force)

function partsSumToTotal(evidence: Evidence, say: Say): number {
  const lines = Map.groupBy(evidence.lines, ({ claim_id: id }) => id)
  const totals = new Map(inForce(evidence).map((one) => [one.claim_id, one.total]))
  for (const { claim_id: id, owed } of evidence.claims) {
    const sum = (lines.get(id) ?? []).reduce((all, { amount }) => all + BigInt(amount), 0n)
    const total = totals.get(id) ?? owed
    if (sum !== BigInt(total)) say(`${id}: its parts are ${sum}, the total is ${total}`)
  }
  return evidence.claims.length
}

const isAllowed = ({ type, granted, status }: EventRow) =>
  type === 'payment.announced' && granted === true && status === 'ACCP'

function paidOnce(evidence: Evidence, say: Say): number {
  const parts = Map.groupBy(evidence.bookings, ({ agreementId, line }) => `${agreementId} ${line}`)
  const kept = new Map(evidence.agreements.map((one) => [one.agreement_id, one]))
  const amounts = new Map(evidence.lines.map((one) => [`${one.claim_id} ${one.line}`, one.amount]))
  for (const [part, [first, ...more]] of parts) {
    if (more.length > 0) say(`${part} was paid ${more.length + 1} times`)
    const agreement = kept.get(first?.agreementId ?? '')
    if (agreement === undefined) say(`${part} was paid, and there is no such agreement`)
    // The lines of an agreement that was replaced are kept in its own text alone.
    if (agreement?.in_force !== true) continue
    const amount = amounts.get(`${agreement.claim_id} ${first?.line}`)
    if (amount !== first?.minor) say(`${part} was paid with ${first?.minor}, not ${amount}`)
  }
  for (const [claim, events] of Map.groupBy(evidence.events, ({ claim_id: id }) => id)) {
    const closed = events.findIndex(({ type }) => type === 'payment-request.cancelled')
    if (closed >= 0 && events.slice(closed).some(isAllowed)) {
      say(`a payment of ${claim} was allowed after its withdrawal`)
    }
  }
  return evidence.bookings.length
}

function oneMailAStep(evidence: Evidence, say: Say): number {
  const mailing = new Map(evidence.mailings.map((one) => [one.message_id, one]))
  const closedAt = new Map<string, number>()
  for (const line of answered(evidence, `${ISSUE}/{id}/cancel`)) {
    const id = String(invokeOf(evidence, line)?.facts['path']).split('/')[3] ?? ''
    closedAt.set(id, Math.min(line.at, closedAt.get(id) ?? Number.POSITIVE_INFINITY))
  }
  const steps = Map.groupBy(evidence.mails, ({ id }) => {
    const { claim_id: claim, step } = mailing.get(id) ?? { claim_id: 'nobody', step: id }
    return `${claim} ${step}`
  })
  for (const [step, [, ...more]] of steps) {
    if (more.length > 0) say(`${step} has ${more.length + 1} mails`)
  }
  for (const { id, at } of evidence.mails) {
    const claim = mailing.get(id)?.claim_id
    if (claim === undefined) say(`mail ${id} is nobody's`)
    const closed = closedAt.get(claim ?? '')
    if (closed !== undefined && at > closed + MAIL_UNDER_WAY_MS) {
      say(`${claim} had a mail ${at - closed} ms after it was withdrawn`)
    }
  }
  const arrived = new Set(evidence.mails.map(({ id }) => id))
  for (const { message_id: id, state, delivery } of evidence.mailings) {
    if (state === 'sent' && delivery === 'accepted' && !arrived.has(id)) {
      say(`${id} counts as accepted and never arrived`)
    }
  }
  return evidence.mails.length
}

const AFTER_THE_END = [
  'negotiation.agreed',
  'negotiation.countered',
  'negotiation.declined',
  'payment-request.cancelled',
  'payment-request.settled',
]

function historyIsAPath(evidence: Evidence, say: Say): number {
  const claims = new Map(evidence.claims.map((claim) => [claim.claim_id, claim]))
  const agreements = Map.groupBy(evidence.agreements, (one) => one.claim_id)
  for (const [id, events] of Map.groupBy(evidence.events, ({ claim_id: claim }) => claim)) {
    const types = events.map(({ type }) => type)
    const claim = claims.get(id)
    if (types[0] !== 'payment-request.issued') say(`${id} begins with ${types[0]}`)
    const end = types.indexOf('payment-request.cancelled')
    const late = end < 0 ? [] : types.slice(end + 1).filter((it) => AFTER_THE_END.includes(it))
    if (late.length > 0) say(`${id} is withdrawn, and then ${late}`)
    if (end >= 0 !== (claim?.claim_state === 'cancelled')) {
      say(`${id} is ${claim?.claim_state}, and its timeline says otherwise`)
    }
    const agreed = types.filter((type) => type === 'negotiation.agreed').length
    const replanned = types.filter((type) => type === 'plan.replanned').length
    const kept = agreements.get(id)?.length ?? 0
    if (agreed !== Math.min(kept, 1) || agreed + replanned !== kept) {
      say(
        `${id} was agreed ${agreed} times and anew ${replanned} times, and has ${kept} agreements`,
      )
    }
  }
  return evidence.events.length
}

function sameKeySameAnswer(evidence: Evidence, say: Say): number {
  const ofCreditor = evidence.history.filter(
    ({ kind, who }) => kind !== 'invoke' && who === 'creditor',
  )
  const acts = Map.groupBy(ofCreditor, ({ op, key }) => `${op} ${key}`)
  for (const [act, lines] of acts) {
    const taken = lines.filter(({ kind }) => kind === 'ok')
    const replies = new Set(taken.map(({ facts }) => facts['reply']))
    if (replies.size > 1) say(`${act} has ${replies.size} different answers`)
    const last = lines.at(-1)
    if (taken.length > 0 && last?.kind === 'fail' && last.facts['code'] !== IN_FLIGHT) {
      say(`${act} was taken and is refused now: ${last.facts['code']}`)
    }
  }
  const invoices = Map.groupBy(evidence.claims, ({ invoice_number: number }) => number)
  for (const line of ofCreditor.filter(({ op }) => op === ISSUE)) {
    const number = String(invokeOf(evidence, line)?.facts['invoiceNumber'])
    const isKnown = acts.get(`${line.op} ${line.key}`)?.some(({ kind }) => kind === 'ok')
    if (invoices.has(number) && isKnown !== true) {
      say(`${line.key} has its effect and was never answered: ${line.facts['code']}`)
    }
  }
  for (const [number, claims] of invoices) {
    if (claims.length > 1) say(`invoice ${number} was issued ${claims.length} times`)
  }
  const made = answered(evidence, '/v1/debtors').map(({ key }) => key)
  const withBill = ofCreditor.filter(({ op, kind }) => op === ISSUE && kind === 'ok')
  const people =
    new Set(made).size + new Set(withBill.filter(hasOwnDebtor).map((it) => it.key)).size
  if (evidence.debtors !== people) say(`${people} debtors were made, ${evidence.debtors} are there`)
  return acts.size

  function hasOwnDebtor(line: HistoryLine): boolean {
    return invokeOf(evidence, line)?.facts['newDebtor'] === 1
  }
}

const IN_FLIGHT = 'idempotency-key-in-flight'

function eachMessageOnce(evidence: Evidence, say: Say): number {
  const theirs = evidence.messages.filter(({ is_theirs: isTheirs }) => isTheirs)
  for (const [key, rows] of Map.groupBy(theirs, ({ iss, jti }) => `${iss} ${jti}`)) {
    if (rows.length > 1) say(`${key} has ${rows.length} effects`)
  }
  const spoken = evidence.history.filter(({ op }) => op.startsWith('parley-'))
  for (const [message, lines] of Map.groupBy(spoken, ({ op, key }) => `${op} ${key}`)) {
    const taken = lines.filter(({ kind }) => kind === 'ok')
    const bodies = Map.groupBy(taken, (line) => String(invokeOf(evidence, line)?.facts['body']))
    if (bodies.size > 1) say(`${message} was taken with ${bodies.size} different contents`)
    for (const replies of bodies.values()) {
      const different = new Set(replies.map(({ facts }) => facts['reply'])).size
      if (different > 1) say(`${message} has ${different} different answers`)
    }
    const sent = lines.filter(({ kind }) => kind === 'invoke')
    const expires = Number(sent[0]?.facts['exp'] ?? Number.POSITIVE_INFINITY)
    const isLate = sent.every(({ facts }) => Number(facts['sent']) > expires)
    if (isLate && taken.length > 0) say(`${message} was taken after its term`)
  }
  return spoken.length
}

function everyEventIsTold(evidence: Evidence, say: Say): number {
  const told = new Map(evidence.told.map((one) => [one.id, one]))
  for (const { event_id: id, type } of evidence.events) {
    if (!told.has(`evt_${id}`)) say(`event ${id} (${type}) was never told`)
  }
  const events = new Map(evidence.events.map((event) => [`evt_${event.event_id}`, event]))
  const claims = new Set(evidence.claims.map(({ claim_id: id }) => id))
  const agreed = new Set(evidence.agreements.map(({ claim_id: id }) => id))
  for (const { id, type, claimId } of told.values()) {
    if (events.get(id)?.type !== type) say(`${id} (${type}) was told and is not there`)
    if (!claims.has(claimId)) say(`${id} tells of ${claimId}, which is not there`)
    if (type === 'negotiation.agreed' && !agreed.has(claimId)) {
      say(`${id} tells that ${claimId} is agreed, and there is no agreement`)
    }
  }
  return evidence.events.length
}

function chainHolds(evidence: Evidence, say: Say): number {
  const messages = Map.groupBy(evidence.messages, ({ thr }) => thr)
  for (const { thr, last_seq: lastSeq, last_hash: lastHash } of evidence.threads) {
    const own = messages.get(thr) ?? []
    const isUnbroken = own.every(({ seq }, index) => seq === index)
    if (!isUnbroken || own.length !== lastSeq + 1 || own.at(-1)?.hash !== lastHash) {
      say(`thread ${thr} has a gap`)
    }
  }
  for (const bundle of evidence.bundles) {
    for (const [index, jws] of bundle.entries()) {
      const before = bundle[index - 1]
      const { prev } = JSON.parse(Buffer.from(jws.split('.')[1] ?? '', 'base64url').toString())
      const expected = before === undefined ? null : signingInputHash(before)
      if (prev !== expected) say(`message ${index} of a bundle does not follow the one before`)
    }
  }
  return evidence.threads.length + evidence.bundles.length
}

function signingInputHash(jws: string): string {
  const input = jws.slice(0, jws.lastIndexOf('.'))
  return createHash('sha256').update(input).digest('base64url')
}

function nothingIsStuck({ left, claims }: Evidence, say: Say): number {
  for (const what of left) say(what)
  return claims.length
}

function nothingLeaks({ logs, secrets, foreignSockets }: Evidence, say: Say): number {
  const text = logs.join('')
  secrets.forEach((secret, index) => {
    if (text.includes(secret)) say(`secret ${index} stands in the logs`)
  })
  for (const address of foreignSockets) say(`a server holds a connection to ${address}`)
  return secrets.length
}

function processesAreWell({ oddEnds, logs, mostRssMb }: Evidence, say: Say): number {
  for (const end of oddEnds) say(`a process ended by itself: ${end}`)
  if (mostRssMb > MAX_RSS_MB) say(`a process took ${Math.round(mostRssMb)} MB`)
  if (/unhandled|uncaught/i.test(logs.join(''))) say('a rejection or an exception was not handled')
  return 1
}
