// Reads what a text-message provider posts to us into typed events. Whether it really came from the
// provider is checked before (use-cases/verify-sms-callback.ts); here every value is untrusted still.

import { err, ok, type Result } from '@parley/sdk/protocol'
import type { ProviderRefusal } from '../delivery/provider-outcome.ts'
import { E164, MAX_REPLY_LENGTH, type SmsEvent, type SmsReport } from './sms-event.ts'
import { TWILIO_CODES } from './twilio-codes.ts'

export interface CallbackRefusal {
  readonly code: 'callback-invalid'
  /** The member that is missing or wrong. */
  readonly member: string
}

const ID = /^[A-Za-z0-9_.:-]{1,100}$/

/** The states of a Twilio-shaped provider. */
const TWILIO_STATES: Readonly<Record<string, SmsReport['state']>> = {
  accepted: 'under-way',
  scheduled: 'under-way',
  queued: 'under-way',
  sending: 'under-way',
  sent: 'sent',
  delivered: 'delivered',
  read: 'delivered',
  undelivered: 'failed',
  failed: 'failed',
  canceled: 'failed',
}

/**
 * Reads the form parameters of a Twilio-shaped callback; `reference` is the one that our
 * StatusCallback address carries. Refuses `callback-invalid` with the member.
 */
export function readTwilioCallback(
  parameters: ReadonlyMap<string, string>,
  reference?: string,
): Result<SmsEvent, CallbackRefusal> {
  const providerId = parameters.get('MessageSid') ?? parameters.get('SmsSid') ?? ''
  if (!ID.test(providerId)) return invalid('MessageSid')
  const status = parameters.get('MessageStatus') ?? parameters.get('SmsStatus')
  // An incoming message carries SmsStatus "received" and a body.
  if (status === undefined || status === 'received') {
    return readReply(
      {
        providerId,
        from: parameters.get('From'),
        to: parameters.get('To'),
        text: parameters.get('Body'),
      },
      { from: 'From', to: 'To', text: 'Body' },
    )
  }
  const state = TWILIO_STATES[status]
  if (state === undefined) return invalid('MessageStatus')
  const known = reference !== undefined && ID.test(reference) ? { reference } : {}
  if (state !== 'failed') return ok({ kind: 'report', providerId, state, ...known })
  const failure = failureOfCode(parameters.get('ErrorCode'))
  return ok({ kind: 'report', providerId, state, failure, ...known })
}

/**
 * Reads the JSON of the generic webhook provider: `{ type: 'sms.report', id, reference?, state,
 * failure?: { kind, blames, code } }` or `{ type: 'sms.reply', id, from, to, text }`.
 */
export function readGenericCallback(content: unknown): Result<SmsEvent, CallbackRefusal> {
  if (!isTable(content)) return invalid('body')
  const { type, id, reference, state, failure, from, to, text } = content
  if (typeof id !== 'string' || !ID.test(id)) return invalid('id')
  if (type === 'sms.reply') {
    return readReply({ providerId: id, from, to, text }, { from: 'from', to: 'to', text: 'text' })
  }
  if (type !== 'sms.report') return invalid('type')
  if (!isState(state)) return invalid('state')
  if (reference !== undefined && (typeof reference !== 'string' || !ID.test(reference))) {
    return invalid('reference')
  }
  const known = reference === undefined ? {} : { reference }
  const report = { kind: 'report', providerId: id, state, ...known } as const
  if (state !== 'failed') return ok(report)
  const read = readFailure(failure)
  return read === undefined ? invalid('failure') : ok({ ...report, failure: read })
}

function readReply(
  { providerId, from, to, text }: { providerId: string; from: unknown; to: unknown; text: unknown },
  names: { from: string; to: string; text: string },
): Result<SmsEvent, CallbackRefusal> {
  if (typeof from !== 'string' || !E164.test(from)) return invalid(names.from)
  if (typeof to !== 'string' || !/^\+?[A-Za-z0-9 ]{1,20}$/.test(to)) return invalid(names.to)
  if (typeof text !== 'string') return invalid(names.text)
  return ok({ kind: 'reply', providerId, from, to, text: text.slice(0, MAX_REPLY_LENGTH) })
}

function failureOfCode(text: string | undefined): ProviderRefusal {
  const listed = TWILIO_CODES[Number(text)]
  const code = /^\d{5}$/.test(text ?? '') ? `provider-${text}` : 'provider-unexplained'
  return listed ?? { kind: 'permanent', blames: 'network', code }
}

function readFailure(failure: unknown): ProviderRefusal | undefined {
  if (!isTable(failure)) return undefined
  const { kind, blames, code } = failure
  const isKind = kind === 'temporary' || kind === 'permanent' || kind === 'unknown'
  const isBlame =
    blames === 'recipient' || blames === 'message' || blames === 'provider' || blames === 'network'
  if (!isKind || !isBlame || typeof code !== 'string' || !ID.test(code)) return undefined
  return { kind, blames, code }
}

function isState(state: unknown): state is SmsReport['state'] {
  return state === 'under-way' || state === 'sent' || state === 'delivered' || state === 'failed'
}

function isTable(content: unknown): content is Record<string, unknown> {
  return typeof content === 'object' && content !== null && !Array.isArray(content)
}

function invalid(member: string): Result<never, CallbackRefusal> {
  return err({ code: 'callback-invalid', member })
}
