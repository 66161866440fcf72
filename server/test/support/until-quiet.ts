// Waits until a server has nothing left to do at the instant of its clock.
import { setTimeout as pause } from 'node:timers/promises'
import type { ServerProcess } from './server-process.ts'

const DEADLINE_MS = 60_000

/** Reads /health/work until no step is due and no job waits, twice in a row; the token is `operator`. */
export async function untilQuiet(server: ServerProcess): Promise<void> {
  const deadline = Date.now() + DEADLINE_MS
  for (let quiet = 0; quiet < 2; ) {
    const { json, text } = await server.send<{ due: number; queued: number }>({
      path: '/health/work',
      apiKey: 'operator',
    })
    if (Date.now() > deadline) throw new Error(`the server never rests: ${text}`)
    quiet = json.due === 0 && json.queued === 0 ? quiet + 1 : 0
    await pause(100)
  }
}
