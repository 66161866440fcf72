// What a test file about use-cases stands on, in one line: a world that is as new before each test,
// and an inbox that the server can push to.
import { afterAll, beforeEach, onTestFinished } from 'vitest'
import { createGuardedClient } from '../../src/outbound/guarded-client.ts'
import type { PushDeps } from '../../src/use-cases/push-to-agent.ts'
import { createSharedRuns } from '../../src/use-cases/shared-runs.ts'
import { type Receiver, startReceiver } from './http-receiver.ts'
import { openTestWorld, type TestWorld, type WorldOptions } from './test-world.ts'

/** Opens the one world of a test file, resets it before each test and closes it at the end. */
export async function openFileWorld(options: WorldOptions = {}): Promise<TestWorld> {
  const world = await openTestWorld(options)
  beforeEach(() => world.reset())
  afterAll(() => world.close())
  return world
}

/** An inbox for one test, and what the server pushes to it with: its deadlines are short. */
export async function startInbox({
  deps,
}: TestWorld): Promise<{ inbox: Receiver; deps: PushDeps & TestWorld['deps'] }> {
  const deadlines = { headersMs: 300, totalMs: 500 }
  const http = createGuardedClient({ allowLoopback: true, deadlines })
  const inbox = await startReceiver()
  onTestFinished(async () => {
    await inbox.close()
    await http.close()
  })
  return { inbox, deps: { ...deps, http, pushes: createSharedRuns() } }
}
