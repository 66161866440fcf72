// Sends as fast as it is answered, on as many connections to each server as one sender may have.
import { type Dispatcher, Pool } from 'undici'
import { createCounter, type Neighbour } from './neighbour.ts'

const CONNECTIONS = 128

/** Sends what `next` gives until it is stopped, and counts the answers by status. */
export function startClosedLoop(
  name: string,
  origins: readonly string[],
  next: () => Dispatcher.RequestOptions,
): Neighbour {
  const { add, counts } = createCounter()
  const pools = origins.map((origin) => new Pool(origin, { connections: CONNECTIONS }))
  let isStopped = false

  async function loop(pool: Pool): Promise<void> {
    while (!isStopped) {
      try {
        const reply = await pool.request(next())
        await reply.body.dump()
        add(String(reply.statusCode))
      } catch (error) {
        add((error as { code?: string }).code ?? 'error')
      }
    }
  }

  const loops = pools.flatMap((pool) => Array.from({ length: CONNECTIONS }, () => loop(pool)))
  return {
    async stop() {
      isStopped = true
      await Promise.all(loops)
      await Promise.all(pools.map((pool) => pool.close()))
      return { name, counts }
    },
  }
}
