// The hostile neighbours, seen from the process that measures.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import type { Order, Told } from './neighbours/main.ts'
import type { Outcome, Victims } from './neighbours/neighbour.ts'

export interface Neighbourhood {
  /** Where bad receivers listen. */
  receiverUrls: readonly string[]
  start(victims: Victims): void
  /** What they got since they were started. */
  stop(): Promise<Outcome[]>
  leave(): Promise<void>
}

/** Starts their process; they rest until told. */
export async function openNeighbourhood(): Promise<Neighbourhood> {
  const child = fork(new URL('./neighbours/main.ts', import.meta.url).pathname)
  const told = async () => ((await once(child, 'message')) as [Told])[0]
  const order = (what: Order) => child.send(what)
  const first = await told()
  if (!('urls' in first)) throw new Error('the neighbours did not start')
  return {
    receiverUrls: first.urls,
    start: (victims) => void order({ do: 'start', victims }),
    async stop() {
      const answer = told()
      order({ do: 'stop' })
      const last = await answer
      return 'outcomes' in last ? last.outcomes : []
    },
    async leave() {
      const exited = once(child, 'exit')
      child.disconnect()
      await exited
    },
  }
}
