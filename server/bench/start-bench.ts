// How long the server takes to its first ready answer, and what it holds in memory then.
import { median } from './load.ts'
import { startParley } from './processes.ts'

const ROUNDS = 3

/** The first start migrates and is left out. */
export async function benchStart(databaseUrl: string): Promise<{ ms: number; rssMb: number }> {
  const times: number[] = []
  const sizes: number[] = []
  for (let round = 0; round <= ROUNDS; round++) {
    const server = await startParley(databaseUrl)
    if (round > 0) {
      times.push(server.startMs)
      sizes.push(await server.rssMb())
    }
    await server.stop()
  }
  return { ms: median(times), rssMb: median(sizes) }
}
