// How many requests of one creditor, or one conversation, are worked on at once: as many as help when it is
// alone, and few as soon as anybody else is being served, so that a flood of one delays the others by little.
// On a busy machine its line also rests between requests, for a multiple of what the last one took: others
// come first, and the slower it gets the longer. Kept in this process.
import type { LoopLoad } from './loop-load.ts'

export interface RequestPlaces {
  /**
   * Waits for a place, behind the requests of the same creditor or conversation alone; resolves with what
   * gives it back, or with undefined when too many of its requests are here. Those of nobody (`''`) never
   * wait; they count as somebody else's.
   */
  enter(whose: string): Promise<(() => void) | undefined>
}

export interface PlacesOptions {
  /** Enough for two groups of invoices that are written beside each other. */
  alone?: number
  besideOthers?: number
  /** Running and waiting; each may hold a body of the largest size. */
  inAll?: number
  load: LoopLoad
}

interface Line {
  running: number
  waiting: (() => void)[]
  isResting: boolean
}

/** For how many times as long as its last request took. */
const RESTS_TO_WORK = 3
const LONGEST_REST_MS = 1_000

/** Makes the places. */
export function createRequestPlaces(options: PlacesOptions): RequestPlaces {
  const { alone = 64, besideOthers = 4, inAll = 128, load } = options
  const lines = new Map<string, Line>()

  const isBesideOthers = () => lines.size > 1
  const hasRoom = (whose: string, { running, isResting }: Line) =>
    whose === '' || (!isResting && running < (isBesideOthers() ? besideOthers : alone))

  function admit(): void {
    for (const [whose, line] of lines) {
      while (hasRoom(whose, line)) {
        const next = line.waiting.shift()
        if (next === undefined) break
        line.running += 1
        next()
      }
    }
  }

  function rest(line: Line, tookMs: number): void {
    line.isResting = true
    const wake = () => {
      line.isResting = false
      admit()
    }
    setTimeout(wake, Math.min(RESTS_TO_WORK * tookMs, LONGEST_REST_MS))
  }

  function leave(whose: string, line: Line, tookMs: number): void {
    line.running -= 1
    const isFlood = line.waiting.length > 0 && isBesideOthers()
    if (isFlood && !line.isResting && load.isBusy()) rest(line, tookMs)
    if (line.running === 0 && line.waiting.length === 0) lines.delete(whose)
    admit()
  }

  return {
    async enter(whose) {
      const line = lines.get(whose) ?? { running: 0, waiting: [], isResting: false }
      lines.set(whose, line)
      if (hasRoom(whose, line)) line.running += 1
      else if (line.running + line.waiting.length >= inAll) return undefined
      else await new Promise<void>((resolve) => line.waiting.push(resolve))
      const since = performance.now()
      return () => leave(whose, line, performance.now() - since)
    },
  }
}
