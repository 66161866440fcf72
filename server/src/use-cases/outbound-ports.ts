// What use-cases need from the network: types only, filled by outbound/ and handed in.
import type { Result } from '@parley/sdk/protocol'

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

/** `temporary` may be tried again; `permanent` will fail the same way every time. */
export interface MailFailure {
  readonly code: 'temporary' | 'permanent'
  readonly detail: string
}

export interface Mailer {
  send(mail: Mail): Promise<Result<void, MailFailure>>
  close(): Promise<void>
}
