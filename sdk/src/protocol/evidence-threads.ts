// Judges the messages of one thread of an evidence bundle: who signed each, whether it says what
// its kind says, and whether it follows the one before. Stops at the first fault of each message.

import type { JsonObject } from './decode.ts'
import { peekClaims } from './decode.ts'
import { amountFault } from './evidence-amounts.ts'
import type {
  EvidenceFault,
  EvidenceFaultCode,
  EvidenceParty,
  EvidenceRole,
  EvidenceThread,
} from './evidence-bundle.ts'
import type { CheckedMessage, CheckedThread, UnplacedFault } from './evidence-checked.ts'
import { verifyFromParty } from './evidence-signers.ts'
import { signingInputHash } from './hash.ts'
import type { MessageKind } from './messages.ts'
import { ANYONE, kindOf, parsePayload } from './messages.ts'
import type { Result } from './result.ts'
import { err, ok } from './result.ts'

/** What a whole bundle knows while its threads are judged one after the other. */
export interface ThreadContext {
  readonly paymentRequestId: string
  readonly exportedAt: number
  readonly partyByIss: ReadonlyMap<string, EvidenceParty>
  /** `iss` and `jti` of every message seen so far, in all threads. */
  readonly identities: Set<string>
  readonly report: (fault: EvidenceFault) => void
  readonly countSignatures: (valid: number) => void
}

interface Pair {
  readonly creditor: EvidenceParty
  readonly peer: EvidenceParty | undefined
}

/** A message as it stands in the file: its text, and what it claims when it can be read. */
interface Entry {
  readonly jws: string
  readonly claims: ReturnType<typeof peekClaims>
}

/** What a message is held against: its neighbours and the two parties of its thread. */
interface Place {
  readonly thr: string
  readonly pair: Pair
  readonly position: number
  readonly expectedSeq: number
  /** The debtor that the believable messages before it name. */
  readonly sub: string | undefined
  readonly previous: Entry | undefined
  /** The thread opens with an acknowledgement. */
  readonly isOfAcks: boolean
}

const SENDER: Readonly<Partial<Record<MessageKind, EvidenceRole>>> = {
  request: 'creditor',
  menu: 'creditor',
  cancel: 'creditor',
  status: 'creditor',
  receipt: 'creditor',
  credit: 'creditor',
  reminder: 'creditor',
  quote: 'creditor',
  noted: 'creditor',
  accept: 'agent',
  counter: 'agent',
  decline: 'agent',
  query: 'agent',
  dispute: 'agent',
  assistance: 'agent',
  contest: 'agent',
  cancelled: 'agent',
  'credit-choice': 'agent',
  ack: 'agent',
  payment: 'bank',
}

/** What stands in a thread of acknowledgements, and nowhere else. */
const OF_ACKS: ReadonlySet<MessageKind> = new Set<MessageKind>(['ack', 'noted'])

/** Judges a thread, reports at most one fault for each message, and returns what is believable. */
export async function checkThread(
  { thr, messages }: EvidenceThread,
  context: ThreadContext,
): Promise<CheckedThread | undefined> {
  const entries = messages.map((jws) => ({ jws, claims: peekClaims(jws) }))
  const pair = partiesOf(entries, context)
  if (!pair.ok) {
    context.report({ ...pair.error, where: { thread: thr, message: 0 } })
    return undefined
  }
  const believable: (CheckedMessage | undefined)[] = []
  const isOfAcks = kindOfEntry(entries[0]) === 'ack'
  let expectedSeq = 0
  let sub: string | undefined
  for (const [position, entry] of entries.entries()) {
    const previous = entries[position - 1]
    const place = { thr, pair: pair.value, position, expectedSeq, sub, previous, isOfAcks }
    const checked = await checkMessage(entry, place, context)
    believable.push(checked.ok ? checked.value : undefined)
    if (checked.ok) sub = checked.value.payload.sub
    else context.report({ ...checked.error, where: { thread: thr, message: position } })
    // Counted from what the message says, so that one gap is one fault and not one for each after.
    expectedSeq = (claimedSeq(entry) ?? expectedSeq) + 1
  }
  return { thr, ...pair.value, messages: believable }
}

/** The two parties that a readable message names; every message must then fit them. */
function partiesOf(
  entries: readonly Entry[],
  { partyByIss }: ThreadContext,
): Result<Pair, UnplacedFault> {
  let first: Result<Pair, UnplacedFault> | undefined
  for (const { claims } of entries) {
    if (!claims.ok) continue
    const pair = pairOf(claims.value.payload, partyByIss)
    if (pair.ok) return pair
    first ??= pair
  }
  return first ?? refuse('serialization', 'no message of this thread can be read')
}

function pairOf(
  { iss, aud }: JsonObject,
  partyByIss: ThreadContext['partyByIss'],
): Result<Pair, UnplacedFault> {
  const sender = partyByIss.get(String(iss))
  if (sender === undefined) return refuse('iss', 'is not a party of this bundle')
  if (sender.role === 'creditor' && aud === ANYONE) return ok({ creditor: sender, peer: undefined })
  const receiver = partyByIss.get(String(aud))
  if (receiver === undefined) return refuse('aud', 'is not a party of this bundle')
  const creditor = [sender, receiver].find(({ role }) => role === 'creditor')
  const peer = [sender, receiver].find(({ role }) => role !== 'creditor')
  return creditor === undefined || peer === undefined
    ? refuse('party', 'a thread is between the creditor and one other party')
    : ok({ creditor, peer })
}

async function checkMessage(
  { jws, claims }: Entry,
  place: Place,
  context: ThreadContext,
): Promise<Result<CheckedMessage, UnplacedFault>> {
  if (!claims.ok) return refuse(claims.error.code, claims.error.detail)
  const kind = kindOf(claims.value.header.typ)
  if (kind === undefined) return refuse('typ', 'is no kind of message')
  const verified = await verifyFromParty({ jws, ...claims.value }, place.pair, context.exportedAt)
  if (!verified.ok) return verified
  context.countSignatures(1)
  const { signer, message: signed } = verified.value
  if (SENDER[kind] !== signer.role) return refuse('sender', `is a ${kind} from the ${signer.role}`)
  const parsed = parsePayload(kind, signed.payload)
  if (!parsed.ok) return refuse('schema', `${parsed.error.pointer} ${parsed.error.detail}`.trim())
  const { hash } = signed
  const message = { kind, payload: parsed.value, hash, position: place.position } as CheckedMessage
  const fault = (await chainFault(message, place)) ?? contentFault(message, place, context)
  return fault === undefined ? ok(message) : err(fault)
}

async function chainFault(
  message: CheckedMessage,
  place: Place,
): Promise<UnplacedFault | undefined> {
  const { thr, seq, prev, sub } = message.payload
  if (thr !== place.thr) return fault('thr', 'names another thread')
  if (seq !== place.expectedSeq) return fault('seq', `is ${seq} where ${place.expectedSeq} belongs`)
  if (!(await isHashOf(prev, place.previous))) return fault('prev', 'follows another message')
  const isSameDebtor = place.sub === undefined || sub === place.sub
  return isSameDebtor ? undefined : fault('sub', 'names another debtor')
}

function kindOfEntry(entry: Entry | undefined): MessageKind | undefined {
  return entry?.claims.ok ? kindOf(entry.claims.value.header.typ) : undefined
}

/** A neighbour that cannot be read has its own fault, and no hash. */
async function isHashOf(prev: string | null, previous: Entry | undefined): Promise<boolean> {
  if (previous === undefined) return prev === null
  return !previous.claims.ok || prev === (await signingInputHash(previous.jws))
}

function contentFault(
  message: CheckedMessage,
  { pair: { peer }, position, isOfAcks }: Place,
  { paymentRequestId, identities }: ThreadContext,
): UnplacedFault | undefined {
  const { payload, kind } = message
  const opening = peer?.role === 'bank' ? 'payment' : isOfAcks ? 'ack' : 'request'
  if (position === 0 && kind !== opening) return fault('opening', `must be a ${opening}`)
  if (OF_ACKS.has(kind) !== isOfAcks) {
    return fault('thread-kind', `a ${kind} belongs into another thread`)
  }
  if (kind === 'noted') {
    // Its message is the one before: nothing else of that thread waits for an answer.
    if (payload.ref !== payload.prev) return fault('noted', 'is about another message')
  } else if (!('requestId' in payload) || payload.requestId !== paymentRequestId) {
    return fault('request-id', 'is about another payment request')
  }
  const identity = `${payload.iss} ${payload.jti}`
  if (identities.has(identity)) return fault('jti', 'was used by another message')
  identities.add(identity)
  return amountFault(message)
}

function claimedSeq({ claims }: Entry): number | undefined {
  const seq = claims.ok ? claims.value.payload.seq : undefined
  return Number.isSafeInteger(seq) ? (seq as number) : undefined
}

function fault(code: EvidenceFaultCode, detail: string): UnplacedFault {
  return { code, detail }
}

function refuse(code: EvidenceFaultCode, detail = ''): Result<never, UnplacedFault> {
  return err(fault(code, detail))
}
