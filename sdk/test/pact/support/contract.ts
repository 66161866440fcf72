// The contract of one consumer with the server. What the SDK sends goes to a mock that knows the contract
// alone, and the SDK goes on with what the mock answers. The file that comes of it is committed: a change of
// it is a change of the contract, and wants `npm run pacts`.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { MatchersV3, PactV4 } from '@pact-foundation/pact'

const COMMITTED = resolve(import.meta.dirname, '../../../pacts')
const PROVIDER = 'parley-server'

/** A value, or a matcher of one: what may differ at the provider. */
export type Agreed = unknown

/** One side of an exchange. */
export interface Side {
  readonly headers: Readonly<Record<string, Agreed>>
  /** JSON with matchers in it, or a text with the expression that all of any such text fits. */
  readonly body?: { readonly json: Agreed } | { readonly text: string; readonly like: string }
}

export interface Interaction {
  /** The state that the provider is brought to. */
  readonly given: string
  readonly what: string
  readonly method: 'GET' | 'POST'
  readonly path: Agreed
  readonly query?: Readonly<Record<string, string>>
  readonly request: Side
  readonly status: number
  readonly reply: Side
}

/** Sends a request to the mock, whatever its origin. */
export type SendToMock = (request: Request) => Promise<Response>

export interface Contract {
  /** Plays one exchange. @throws {Error} when what was sent is not what is agreed, or nothing was sent. */
  exchange(interaction: Interaction, play: (send: SendToMock) => Promise<void>): Promise<void>
  /** Adds what an event looks like at least. */
  message(
    event: { given: string; what: string; content: Agreed },
    read: (content: object) => Promise<void>,
  ): Promise<void>
  /** The contract as it came out, and as it is committed; with PARLEY_PACTS=write it is written first. */
  texts(): { readonly now: string; readonly committed: string }
  close(): void
}

/** Opens the contract of a consumer. */
export function openContract(consumer: string): Contract {
  const dir = mkdtempSync(join(tmpdir(), 'parley-pact-'))
  const name = `${consumer}-${PROVIDER}.json`
  const pact = new PactV4({ consumer, provider: PROVIDER, dir, logLevel: 'error' })
  return {
    async exchange(interaction, play) {
      const { given, what, method, path, query, request, status, reply } = interaction
      await pact
        .addInteraction()
        .given(given)
        .uponReceiving(what)
        .withRequest(method, path as string, (builder) => {
          if (query !== undefined) builder.query(query)
          state(builder, request)
        })
        .willRespondWith(status, (builder) => state(builder, reply))
        .executeTest(async ({ url }) => await play((sent) => forward(sent, url)))
    },
    async message({ given, what, content }, read) {
      await pact
        .addAsynchronousInteraction()
        .given(given)
        .expectsToReceive(what, (builder: { withJSONContent(content: unknown): unknown }) => {
          builder.withJSONContent(content)
        })
        .executeTest(async ({ contents }) => await read(contents.content as object))
    },
    texts() {
      const now = readFileSync(join(dir, name), 'utf8')
      if (process.env['PARLEY_PACTS'] === 'write') writeFileSync(join(COMMITTED, name), now)
      return { now, committed: readFileSync(join(COMMITTED, name), 'utf8') }
    },
    close: () => rmSync(dir, { recursive: true, force: true }),
  }
}

interface Builder {
  headers(headers: never): unknown
  jsonBody(json: never): unknown
  body(contentType: string, body: Buffer): unknown
  matchingRules(rules: never): unknown
}

function state(builder: Builder, { headers, body }: Side): void {
  builder.headers(headers as never)
  if (body === undefined) return
  if ('json' in body) {
    builder.jsonBody(body.json as never)
    return
  }
  // Stated as plain text: of a type that it does not know, the library looks at the bytes alone.
  builder.body('text/plain', Buffer.from(body.text))
  const rules = [MatchersV3.regex(body.like, body.text)]
  builder.matchingRules({ body: [{ path: '$', rules }] } as never)
}

async function forward(request: Request, origin: string): Promise<Response> {
  const { pathname, search } = new URL(request.url)
  const body = request.method === 'GET' ? undefined : Buffer.from(await request.arrayBuffer())
  return await fetch(`${origin}${pathname}${search}`, {
    method: request.method,
    headers: request.headers,
    ...(body === undefined ? {} : { body }),
  })
}
