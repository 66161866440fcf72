// The kinds of messages: their typ, the type of their payload, and the check of a verified payload
// against the schema in spec/schemas. Signatures are verify.ts's matter.
import * as validators from './generated/message-validators.ts'
import type {
  AcceptMessage,
  AccountChangeMessage,
  AckMessage,
  Agreement,
  AssistanceMessage,
  CancelledMessage,
  CancelMessage,
  ChallengeMessage,
  ContestMessage,
  CounterMessage,
  CreditChoiceMessage,
  CreditMessage,
  DeclineMessage,
  DisputeMessage,
  EnrolledMessage,
  EnrolMessage,
  MenuMessage,
  MetaMessage,
  NotedMessage,
  PaymentMessage,
  PreferenceMessage,
  ProfileMessage,
  QueryMessage,
  QuoteMessage,
  ReceiptMessage,
  RekeyMessage,
  ReminderMessage,
  RequestMessage,
  RevokeMessage,
  StatusMessage,
} from './generated/messages.ts'
import { err, ok, type Result } from './result.ts'

/** Payload type of each message kind. */
export interface MessageByKind {
  meta: MetaMessage
  enrol: EnrolMessage
  enrolled: EnrolledMessage
  request: RequestMessage
  menu: MenuMessage
  accept: AcceptMessage
  counter: CounterMessage
  decline: DeclineMessage
  cancel: CancelMessage
  status: StatusMessage
  payment: PaymentMessage
  receipt: ReceiptMessage
  credit: CreditMessage
  'credit-choice': CreditChoiceMessage
  reminder: ReminderMessage
  cancelled: CancelledMessage
  query: QueryMessage
  quote: QuoteMessage
  dispute: DisputeMessage
  assistance: AssistanceMessage
  contest: ContestMessage
  profile: ProfileMessage
  preference: PreferenceMessage
  rekey: RekeyMessage
  'account-change': AccountChangeMessage
  revoke: RevokeMessage
  ack: AckMessage
  challenge: ChallengeMessage
  noted: NotedMessage
}

/** The kinds of message, as in `parley-<kind>+jwt`; an agreement is none of them. */
export type MessageKind = keyof MessageByKind

/** The `typ` header of the agreement, the one message in General JSON serialization. */
export const AGREEMENT_TYP = 'parley-agreement+jwt'

/** Audience of messages that anyone may read, such as metadata and the request behind a link. */
export const ANYONE = 'urn:parley:anyone'

/** Media type of a message with one signature (compact). */
export const JOSE_MEDIA_TYPE = 'application/jose'
/** Media type of a message with several signatures (General JSON). */
export const JOSE_JSON_MEDIA_TYPE = 'application/jose+json'

interface SchemaFault {
  instancePath: string
  message?: string
}

type Validator = ((payload: unknown) => boolean) & { errors?: SchemaFault[] | null }

const validatorByKind: Record<MessageKind, Validator> = {
  meta: validators.isMetaMessage as Validator,
  enrol: validators.isEnrolMessage as Validator,
  enrolled: validators.isEnrolledMessage as Validator,
  request: validators.isRequestMessage as Validator,
  menu: validators.isMenuMessage as Validator,
  accept: validators.isAcceptMessage as Validator,
  counter: validators.isCounterMessage as Validator,
  decline: validators.isDeclineMessage as Validator,
  cancel: validators.isCancelMessage as Validator,
  status: validators.isStatusMessage as Validator,
  payment: validators.isPaymentMessage as Validator,
  receipt: validators.isReceiptMessage as Validator,
  credit: validators.isCreditMessage as Validator,
  'credit-choice': validators.isCreditChoiceMessage as Validator,
  reminder: validators.isReminderMessage as Validator,
  cancelled: validators.isCancelledMessage as Validator,
  query: validators.isQueryMessage as Validator,
  quote: validators.isQuoteMessage as Validator,
  dispute: validators.isDisputeMessage as Validator,
  assistance: validators.isAssistanceMessage as Validator,
  contest: validators.isContestMessage as Validator,
  profile: validators.isProfileMessage as Validator,
  preference: validators.isPreferenceMessage as Validator,
  rekey: validators.isRekeyMessage as Validator,
  'account-change': validators.isAccountChangeMessage as Validator,
  revoke: validators.isRevokeMessage as Validator,
  ack: validators.isAckMessage as Validator,
  challenge: validators.isChallengeMessage as Validator,
  noted: validators.isNotedMessage as Validator,
}

/** A payload that breaks the schema of its kind. */
export interface SchemaRefusal {
  code: 'schema'
  /** JSON Pointer of the first fault. */
  pointer: string
  detail: string
}

/**
 * The `typ` header of a kind, `parley-<kind>+jwt`.
 *
 * @example
 * import { typOf } from '@parley/sdk/protocol'
 * typOf('account-change') // => 'parley-account-change+jwt'
 */
export function typOf(kind: MessageKind): string {
  return `parley-${kind}+jwt`
}

/**
 * The kind named by a `typ` header, or undefined for one that Parley does not know.
 *
 * @example
 * import { kindOf } from '@parley/sdk/protocol'
 * kindOf('parley-accept+jwt') // => 'accept'
 * kindOf('JWT') // => undefined
 */
export function kindOf(typ: string): MessageKind | undefined {
  const kind = /^parley-([a-z-]+)\+jwt$/.exec(typ)?.[1]
  return kind !== undefined && Object.hasOwn(validatorByKind, kind)
    ? (kind as MessageKind)
    : undefined
}

/**
 * Checks a verified payload against the schema of its kind. Refuses with code `schema` and the
 * pointer of the first fault. Source: spec/schemas/messages.schema.json.
 *
 * @example
 * import { parsePayload } from '@parley/sdk/protocol'
 * const parsed = parsePayload('request', {})
 * parsed.ok || parsed.error.code // => 'schema'
 */
export function parsePayload<K extends MessageKind>(
  kind: K,
  payload: unknown,
): Result<MessageByKind[K], SchemaRefusal> {
  return check(validatorByKind[kind], payload) as Result<MessageByKind[K], SchemaRefusal>
}

/**
 * Checks the payload of an agreement against its schema. Refuses with code `schema`.
 *
 * @example
 * import { parseAgreement } from '@parley/sdk/protocol'
 * const parsed = parseAgreement({})
 * parsed.ok || parsed.error.code // => 'schema'
 */
export function parseAgreement(payload: unknown): Result<Agreement, SchemaRefusal> {
  return check(validators.isAgreement as Validator, payload) as Result<Agreement, SchemaRefusal>
}

function check(isValid: Validator, payload: unknown): Result<unknown, SchemaRefusal> {
  if (isValid(payload)) return ok(payload)
  const fault = isValid.errors?.[0]
  return err({ code: 'schema', pointer: fault?.instancePath ?? '', detail: fault?.message ?? '' })
}
