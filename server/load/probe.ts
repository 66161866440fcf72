// Preloaded into the servers under load: answers by message what a process knows only of itself. The
// product does not know of it.
import { monitorEventLoopDelay } from 'node:perf_hooks'
import process from 'node:process'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** What the probe answers to the message `look`. */
export interface Inside {
  /** Bytes in use right after a collection. */
  heapUsed: number
  /** Since the message before, in milliseconds. */
  loopDelayP99: number
  /** Handles and requests that keep the process alive, by type. */
  resources: Record<string, number>
}

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void
const delay = monitorEventLoopDelay({ resolution: 10 })
delay.enable()

process.on('message', () => {
  const loopDelayP99 = delay.percentile(99) / 1e6
  collect()
  const { heapUsed } = process.memoryUsage()
  const resources: Record<string, number> = {}
  for (const name of process.getActiveResourcesInfo()) resources[name] = (resources[name] ?? 0) + 1
  process.send?.({ heapUsed, loopDelayP99, resources } satisfies Inside)
  delay.reset()
})
// Whoever started it has ended, however it ended.
process.on('disconnect', () => process.exit(1))
// The server ends when it has nothing left to do, whoever may still ask.
process.channel?.unref()
