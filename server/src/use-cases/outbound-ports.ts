// What use-cases need from the network: types only, filled by outbound/ and handed in.
import type { Result } from '@parley/sdk/protocol'
import type {
  LetterContent,
  LetterRefusal,
  PrintedLetter,
} from '../domain/content/letter-content.ts'
import type { MessageCost, ProviderRefusal } from '../domain/delivery/provider-outcome.ts'

export interface OutboundCall {
  readonly method: 'GET' | 'POST'
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Buffer
  /** Largest reply that is read, in bytes. */
  readonly maxBytes?: number
  /** Ends the call after so many milliseconds, where that is sooner than for every call. */
  readonly deadlineMs?: number
}

export interface OutboundReply {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: Buffer
}

/** Why a call brought no reply; `detail` is for logs and names no address. */
export interface OutboundFailure {
  readonly code: 'address-blocked' | 'timeout' | 'unreachable' | 'response-too-large' | 'redirect'
  readonly detail: string
  /** The status, when the head of a reply arrived. */
  readonly status?: number
}

/** Calls addresses that others gave us: guarded, without redirects, with deadlines and caps. */
export interface HttpCaller {
  request(call: OutboundCall): Promise<Result<OutboundReply, OutboundFailure>>
}

export interface Mail {
  /** One bare address, `name@domain`. */
  readonly to: string
  readonly subject: string
  readonly text: string
  readonly html: string
  /** Our id of the message: the same id gives the same Message-ID. */
  readonly messageId: string
  /** Further headers of lists and automatic mail, such as List-Unsubscribe. */
  readonly listHeaders?: Readonly<Record<string, string>>
}

/** Who is about to carry a message. */
export interface Carrier {
  readonly provider: string
  /** It keeps keys: however often it is asked, it sends one message for a key. */
  readonly mayRepeat: boolean
}

/**
 * Awaited right before a carrier could first have taken the message: the moment to write down that it
 * may have left. A rejection keeps it from leaving.
 */
export type BeforeLeaving = (carrier: Carrier) => Promise<void>

/**
 * `temporary` surely did not leave and may be tried again; `permanent` will fail the same way every
 * time; `unknown` may have left and must not be sent again.
 */
export interface MailFailure {
  readonly code: 'temporary' | 'permanent' | 'unknown'
  readonly detail: string
}

export interface Mailer {
  send(mail: Mail, beforeLeaving?: BeforeLeaving): Promise<Result<void, MailFailure>>
  close(): Promise<void>
}

/** One text message to a mobile phone. */
export interface TextMessage {
  /** E.164. */
  readonly to: string
  readonly text: string
  /** Our id of the message; status reports tell it back. */
  readonly reference: string
  /** The id of the step: a provider that keeps keys sends one message for it, however often asked. */
  readonly idempotencyKey: string
  /** Asks this provider alone: where a message that may have left is repeated. */
  readonly onlyAt?: string
}

/** `provider` is the one whose answer this is. */
export type TextOutcome = (TextAccepted | ProviderRefusal) & { readonly provider: string }

export interface TextAccepted {
  readonly kind: 'accepted'
  /** The provider's id, by which its reports name the message. */
  readonly providerId: string
  readonly segments: number
  readonly cost?: MessageCost
}

export interface TextMessenger {
  /** Never throws because of a provider; of `beforeLeaving` it does. */
  send(message: TextMessage, beforeLeaving?: BeforeLeaving): Promise<TextOutcome>
}

/** One letter, printed already. */
export interface Letter {
  /** Our id, which is also the idempotency key: one letter for it, however often asked. */
  readonly letterId: string
  readonly pdf: Uint8Array
  readonly pages: number
  /** As it stands in the window; the last line is the place. */
  readonly recipient: readonly string[]
  /** ISO 3166-1 alpha-2. */
  readonly country: string
  readonly delivery: 'standard' | 'registered'
  /** Asks this provider alone: where a letter that may have left is repeated. */
  readonly onlyAt?: string
}

export type LetterOutcome = (LetterAccepted | ProviderRefusal) & { readonly provider: string }

export interface LetterAccepted {
  readonly kind: 'accepted'
  readonly providerId: string
  readonly pages: number
  readonly cost?: MessageCost
}

export interface LetterService {
  /** Never throws because of a provider or a full disk; of `beforeLeaving` it does. */
  send(letter: Letter, beforeLeaving?: BeforeLeaving): Promise<LetterOutcome>
}

/** Sets a letter in type. */
export interface LetterPrinter {
  print(letter: LetterContent): Promise<Result<PrintedLetter, LetterRefusal>>
}
