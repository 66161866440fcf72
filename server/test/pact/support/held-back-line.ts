// The line of a party of the SDK to the server under test. A request can be held back just before it leaves:
// then it takes the place of the example in a contract.
import type { AddressInfo } from 'node:net'
import type { TestApp } from '../../support/build-test-app.ts'
import type { Real } from './verify-contract.ts'

/** Where the server under test says that it is. */
export const SERVER = 'https://pay.example'

export interface HeldBackLine {
  readonly fetch: typeof globalThis.fetch
  /**
   * Lets somebody act, and takes the next request to such a path of the server, or the one that follows
   * so many; nothing leaves after it.
   */
  heldBack(path: RegExp, act: () => Promise<unknown>, after?: number): Promise<Real>
}

/** Opens a line: to the server over its socket, to others as they are named. */
export function createHeldBackLine({ app }: TestApp): HeldBackLine {
  const { port } = app.server.address() as AddressInfo
  let awaited: { path: RegExp; after: number } | undefined
  let held: Real | undefined
  return {
    async fetch(input, init) {
      const request = new Request(input, init)
      const { origin, pathname, search } = new URL(request.url)
      if (origin !== SERVER) return await fetch(request)
      const body = request.method === 'GET' ? undefined : await request.text()
      if (awaited?.path.test(pathname) && awaited.after-- === 0) {
        awaited = undefined
        held = {
          path: pathname + search,
          headers: Object.fromEntries(request.headers),
          ...(body === undefined ? {} : { body }),
        }
      }
      if (held !== undefined) throw new TypeError('held back')
      return await fetch(`http://127.0.0.1:${port}${pathname}${search}`, {
        method: request.method,
        headers: request.headers,
        ...(body === undefined ? {} : { body }),
      })
    },
    async heldBack(path, act, after = 0) {
      awaited = { path, after }
      held = undefined
      await act()
      const real = held as Real | undefined
      if (real === undefined) throw new Error(`nothing was sent to ${path}`)
      return real
    },
  }
}
