// Plays one fault in a world of its own and has what it left behind judged.
import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { check, type Violation } from './checker.ts'
import { readEvidence } from './evidence.ts'
import { watchProcesses } from './process-watch.ts'
import type { SmallDisk } from './small-disk.ts'
import type { Fault } from './stage.ts'
import { createWorkload, type Load } from './workload.ts'
import { makeWorld, type Template, type World } from './world.ts'

export interface Played {
  readonly fault: string
  readonly seconds: number
  /** Acts of all clients, by how they ended. */
  readonly acts: Readonly<Record<'ok' | 'fail' | 'info', number>>
  readonly did: string
  readonly looked: Readonly<Record<string, number>>
  readonly violations: readonly Violation[]
}

export interface PlayOptions {
  readonly template: Template
  readonly seed: number
  readonly load: Load
  readonly isShort: boolean
  readonly disk?: SmallDisk
  readonly points?: readonly string[]
  /** The product is changed by these in every process. */
  readonly mutation?: { readonly patches: readonly string[]; readonly schema: readonly string[] }
  /** Where the history of a run with violations is kept. */
  readonly keepIn: string
}

/** Plays it to the end; what goes wrong on the way is a violation of the harness, `I0`. */
export async function playFault(fault: Fault, options: PlayOptions): Promise<Played> {
  const start = performance.now()
  const { mutation = { patches: [], schema: [] }, template, seed } = options
  const world = await makeWorld({
    ...{ name: fault.id, seed, template, schema: mutation.schema },
    patches: [...(fault.patches ?? []), ...mutation.patches],
  })
  const watch = watchProcesses(world.slots)
  const harness: Violation[] = []
  let did = ''
  try {
    const work = createWorkload(world)
    try {
      did = await fault.play({ ...options, world, work })
    } catch (error) {
      harness.push({
        invariant: 'I0',
        what: error instanceof Error ? error.message : String(error),
      })
    }
    const left = await work.drain()
    // A request whose client gave up may still run. An orderly end waits for it, and then it is drained as well.
    await Promise.all(
      world.slots.map(async (slot) => {
        await slot.stop('SIGTERM')
        await slot.start()
      }),
    )
    left.push(...(await work.drain()))
    const { violations, looked } = check(await readEvidence(world, { left, ...watch.seen() }))
    for (const [invariant, things] of Object.entries(looked)) {
      if (things === 0) harness.push({ invariant: 'I0', what: `${invariant} looked at nothing` })
    }
    const found = [...harness, ...violations]
    if (found.length > 0) {
      copyFileSync(
        join(world.folder, 'history.jsonl'),
        join(options.keepIn, `parley-${fault.id}-seed-${seed}.jsonl`),
      )
    }
    return {
      ...{ fault: fault.id, did, looked, violations: found },
      seconds: (performance.now() - start) / 1000,
      acts: countActs(world),
    }
  } finally {
    watch.stop()
    await world.close()
  }
}

function countActs({ history }: World): Played['acts'] {
  const count = (kind: string) => history.lines.filter((line) => line.kind === kind).length
  return { ok: count('ok'), fail: count('fail'), info: count('info') }
}
