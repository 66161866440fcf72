// Holds the server to the contract of a consumer: every interaction is brought to its state on a real
// database, sent over a real socket, and the reply is compared. A state makes what a contract cannot hold,
// the key, the id, the freshly signed message, and these take the place of the examples.
import { readFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { resolve } from 'node:path'
import { Verifier } from '@pact-foundation/pact'
import type { TestApp } from '../../support/build-test-app.ts'

const CONTRACTS = resolve(import.meta.dirname, '../../../../sdk/pacts')

/** What stands in a real request where the contract has an example. */
export interface Real {
  readonly path?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

/** Brings the server to a state. */
export type StateHandler = () => Promise<Real>

interface FilteredRequest {
  url: string
  headers: Record<string, string | string[] | undefined>
  body: unknown
}

/**
 * Verifies all of a contract.
 *
 * @throws {Error} when a reply differs, and, what the library lets pass, when a handler threw, a state has
 * none, or a handler was never asked for.
 */
export async function verifyContract(
  { app }: TestApp,
  consumer: string,
  states: Readonly<Record<string, StateHandler>>,
  messageProviders: Readonly<Record<string, () => Promise<object>>> = {},
): Promise<void> {
  const { port } = app.server.address() as AddressInfo
  const file = resolve(CONTRACTS, `${consumer}-parley-server.json`)
  const unknown = statesIn(file).filter((name) => states[name] === undefined)
  if (unknown.length > 0) throw new Error(`no handler for: ${unknown.join(', ')}`)
  const failed: unknown[] = []
  const asked = new Set<string>()
  let real: Real = {}
  const stateHandlers = Object.fromEntries(
    Object.entries(states).map(([name, bringAbout]) => {
      const handler = async () => {
        asked.add(name)
        real = {}
        real = await bringAbout().catch((reason: unknown) => {
          failed.push(new Error(`state "${name}"`, { cause: reason }))
          return {}
        })
      }
      return [name, handler]
    }),
  )
  const verifier = new Verifier({
    provider: 'parley-server',
    providerBaseUrl: `http://127.0.0.1:${port}`,
    pactUrls: [file],
    stateHandlers,
    messageProviders,
    logLevel: 'error',
    requestFilter: (request: FilteredRequest, _reply: unknown, next: () => void) => {
      if (!request.url.startsWith('/_pact')) put(real, request)
      next()
    },
  })
  await verifier.verifyProvider().catch((reason: Error) => failed.push(...differencesIn(reason)))
  const idle = Object.keys(states).filter((name) => !asked.has(name))
  if (idle.length > 0) failed.push(new Error(`no interaction asked for: ${idle.join(', ')}`))
  if (failed.length > 0) throw new AggregateError(failed, failed.map(String).join('\n'))
}

function statesIn(file: string): string[] {
  const { interactions } = JSON.parse(readFileSync(file, 'utf8')) as {
    interactions: { providerStates: { name: string }[] }[]
  }
  return interactions.flatMap(({ providerStates }) => providerStates.map(({ name }) => name))
}

/** The library tells all that it printed, as JSON. */
function differencesIn({ message }: Error): string[] {
  const { errors } = JSON.parse(message) as {
    errors: {
      interaction: string
      mismatch: { mismatches?: { path?: string; mismatch: string }[] }
    }[]
  }
  return errors.flatMap(({ interaction, mismatch }) =>
    (mismatch.mismatches ?? [{ mismatch: JSON.stringify(mismatch) }]).map(
      (it) => `${interaction}: ${it.path ?? ''} ${it.mismatch}`,
    ),
  )
}

function put({ path, headers, body }: Real, request: FilteredRequest): void {
  if (path !== undefined) request.url = path
  for (const [name, value] of Object.entries(headers ?? {})) request.headers[name] = value
  if (body === undefined) return
  request.body = Buffer.from(body)
  request.headers['content-length'] = String(Buffer.byteLength(body))
}
