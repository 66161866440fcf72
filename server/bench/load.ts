// A closed loop of requests: so many at a time, for so many seconds. Runs in the process of the
// bench, so server and load share the machine as they would in every table of this file.
import { Pool } from 'undici'

export interface LoadOptions {
  origin: string
  path: string
  headers: Record<string, string>
  /** The body and further headers of the n-th request. */
  request(n: number): { body: string; headers?: Record<string, string> }
  concurrency: number
  seconds: number
}

export interface LoadResult {
  perSecond: number
  failed: number
}

let counter = 0

/** Sends until the time is over and returns successful replies a second. */
export async function load(options: LoadOptions): Promise<LoadResult> {
  const pool = new Pool(options.origin, { connections: options.concurrency })
  const start = performance.now()
  const until = start + options.seconds * 1000
  let done = 0
  let failed = 0
  const loop = async () => {
    while (performance.now() < until) {
      const { body, headers } = options.request(counter++)
      const reply = await pool.request({
        method: 'POST',
        path: options.path,
        headers: { ...options.headers, ...headers },
        body,
      })
      await reply.body.dump()
      if (reply.statusCode === 201) done++
      else failed++
    }
  }
  await Promise.all(Array.from({ length: options.concurrency }, loop))
  const seconds = (performance.now() - start) / 1000
  await pool.close()
  return { perSecond: done / seconds, failed }
}

/** The middle value. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}
