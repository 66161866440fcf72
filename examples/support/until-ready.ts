// Waits for a server that was just started.
import { setTimeout as sleep } from 'node:timers/promises'
import type { ChildProcesses } from './child-processes.ts'

const START_SECONDS = 60

/** Returns when the server says that it is ready. @throws when a process ended, or it took too long. */
export async function untilReady(server: string, children: ChildProcesses): Promise<void> {
  for (let waited = 0; waited < START_SECONDS * 20; waited++) {
    children.check()
    const response = await fetch(`${server}/health/ready`).catch(() => undefined)
    await response?.body?.cancel()
    if (response?.ok === true) return
    await sleep(50)
  }
  throw new Error('the server was not ready in time')
}
