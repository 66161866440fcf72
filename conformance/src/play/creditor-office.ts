// The creditor's own software, played towards its server: the operations of openapi.yaml that make the
// claims which the cases are about.
import type { Reply, Send } from '../wire/client.ts'
import type { Seeded } from '../wire/seeded.ts'

export interface CallOptions {
  readonly method?: string
  readonly body?: unknown
  /** A new one for every POST by default, none for null. */
  readonly idempotencyKey?: string | null
  readonly headers?: Readonly<Record<string, string>>
}

export interface CreditorOffice {
  readonly apiKey: string
  /** Calls an operation by its path. */
  call(path: string, options?: CallOptions): Promise<Reply>
}

/** Opens the office of the creditor that has this API key. */
export function openOffice(
  { send, seeded, url }: { send: Send; seeded: Seeded; url: string },
  apiKey: string,
): CreditorOffice {
  return {
    apiKey,
    call(path, options = {}) {
      const { body, headers = {} } = options
      const method = options.method ?? (body === undefined ? 'GET' : 'POST')
      const key = options.idempotencyKey === undefined ? seeded.id() : options.idempotencyKey
      return send({
        method,
        url: `${url}${path}`,
        as: 'creditor',
        headers: {
          authorization: `Bearer ${apiKey}`,
          ...(method === 'POST' && key !== null ? { 'idempotency-key': key } : {}),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined
          ? {}
          : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      })
    },
  }
}
