// A network without sockets: requests go straight to the party that serves an origin. Failures of
// the line are made here, so that both ends run unchanged.

import type { Fetch } from '../../src/peer/bounded-fetch.ts'

/** Serves an origin. */
export type Serve = (request: Request) => Promise<Response>

/** One exchange that took place. */
export interface Exchange {
  readonly method: string
  readonly url: string
  readonly body: string
  /** By lower-case name. */
  readonly headers: ReadonlyMap<string, string>
}

/** What a line does to one exchange; `lose-reply` lets the request arrive. */
export type Fault = 'none' | 'unreachable' | 'lose-reply'

/** A network, its log, and a switch for faults. */
export interface Network {
  readonly fetch: Fetch
  readonly log: Exchange[]
  serve(origin: string, serve: Serve): void
  /** Asked before each exchange; `none` unless set. */
  faultOf: (exchange: Exchange) => Fault
  /** Bodies that were posted to a path. */
  posted(path: string): string[]
}

export function createNetwork(): Network {
  const parties = new Map<string, Serve>()
  const log: Exchange[] = []
  const network: Network = {
    log,
    serve: (origin, serve) => void parties.set(origin, serve),
    faultOf: () => 'none',
    posted: (path) =>
      log.filter(({ url }) => new URL(url).pathname === path).map(({ body }) => body),
    fetch: async (input, init) => {
      const request = new Request(input, init)
      const exchange = {
        method: request.method,
        url: request.url,
        body: await request.clone().text(),
        headers: new Map(request.headers),
      }
      const party = parties.get(new URL(request.url).origin)
      const fault = network.faultOf(exchange)
      if (party === undefined || fault === 'unreachable') throw new TypeError('fetch failed')
      log.push(exchange)
      const response = await party(request)
      if (fault === 'lose-reply') throw new TypeError('fetch failed')
      return response
    },
  }
  return network
}
