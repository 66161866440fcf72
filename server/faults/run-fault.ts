// Plays one fault in a world of its own and has what it left behind judged.
import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { check, type Violation } from './checker.ts'
import { readEvidence } from './evidence.ts'
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
  const rss = watchRss(world)
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
    const judge = async () => {
      const left = await work.drain()
      const oddEnds = world.slots
        .flatMap(({ ends }) => ends)
        .filter((end) => end !== 'SIGKILL' && end !== 0)
      const rest = { left, oddEnds: oddEnds.map(String), mostRssMb: rss.most() }
      return check(await readEvidence(world, rest))
    }
    const first = await judge()
    // A request whose client gave up may have ended while the rows were read. What is broken stays so.
    const { violations, looked } = first.violations.length === 0 ? first : await judge()
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
    rss.stop()
    await world.close()
  }
}

function countActs({ history }: World): Played['acts'] {
  const count = (kind: string) => history.lines.filter((line) => line.kind === kind).length
  return { ok: count('ok'), fail: count('fail'), info: count('info') }
}

function watchRss({ slots }: World) {
  let most = 0
  const timer = setInterval(() => {
    most = Math.max(most, ...slots.map((slot) => slot.rssMb()))
  }, 500)
  return { most: () => most, stop: () => clearInterval(timer) }
}
