// What a handler of an operation gets and gives. Handlers translate between the wire and a
// use-case; they hold no rule of their own.
import type { Readable } from 'node:stream'
import type { Result } from '@parley/sdk/protocol'
import type { Refusal } from '../domain/refusal.ts'
import type { Tx } from '../use-cases/deps.ts'

export interface Call {
  /** The calling creditor; empty for operations without an API key. */
  creditorId: string
  params: Readonly<Record<string, string>>
  query: Readonly<Record<string, string | number | undefined>>
  /** The validated body: JSON or form members. Undefined for other types. */
  body: unknown
  /** The exact bytes of the body. */
  bytes: Buffer
  /** The body as a stream, for the one operation that reads it line by line. */
  stream: Readable | undefined
  /** The body on disk, for operations that take large files. */
  file?: { open(): AsyncIterable<Uint8Array> }
  method: string
  /** Path and query as they were sent. */
  target: string
  /** Header fields by lower-case name. */
  headers: ReadonlyMap<string, string>
  accepts(...types: string[]): string
  contentType: string
  idempotency: { key: string; requestHash: Buffer }
  requestId: string
  /** Who is at the other end, as far as proxies near us tell. */
  remoteAddress: string
}

export interface Reply {
  status: number
  contentType?: string
  headers?: Record<string, string>
  body?: string | Buffer | Readable | object
}

export type Answer = Result<Reply, Refusal>

export type Handler = (call: Call) => Promise<Answer>

/** Work that runs once per Idempotency-Key, in one transaction with the stored reply. */
export type OnceWork = (tx: Tx) => Promise<Answer>
