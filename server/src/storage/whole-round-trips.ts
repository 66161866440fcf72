// Hands the embedded engine whole round trips. The adapter for pg passes every message of the
// protocol on by itself, and each call into the engine has its price: a statement is four of them.
import type { PGlite } from '@electric-sql/pglite'

/** First bytes of messages after which the engine has to answer: Query, Sync, Flush, Terminate. */
const ENDS_OF_ROUND_TRIPS: ReadonlySet<number> = new Set([0x51, 0x53, 0x48, 0x58])

/** An engine that keeps messages back until the one that ends their round trip. */
export function inWholeRoundTrips(engine: PGlite): PGlite {
  let kept: Uint8Array[] = []
  return new Proxy(engine, {
    get(target, name) {
      if (name === 'execProtocolStream') return send
      const member: unknown = Reflect.get(target, name, target)
      return typeof member === 'function' ? member.bind(target) : member
    },
  })

  async function send(
    message: Uint8Array,
    options: Parameters<PGlite['execProtocolStream']>[1],
  ): ReturnType<PGlite['execProtocolStream']> {
    kept.push(message)
    if (!ENDS_OF_ROUND_TRIPS.has(message[0] ?? 0)) return []
    const whole = kept.length === 1 ? message : Buffer.concat(kept)
    kept = []
    return await engine.execProtocolStream(whole, options)
  }
}
