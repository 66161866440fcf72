// How many requests of one creditor are worked on at once: as many as help when it is alone, and few as
// soon as anybody else is being served, so that a flood of one delays the others by little. Whoever is
// slow is there longer, which holds the flood back for longer. Kept in this process.

export interface RequestPlaces {
  /**
   * Waits for a place, behind the creditor's own requests alone; resolves with what gives it back, or
   * with undefined when the creditor has too many requests here. Agents and others without a creditor
   * (`''`) never wait; they count as somebody else.
   */
  enter(creditorId: string): Promise<(() => void) | undefined>
}

export interface PlacesOptions {
  /** Enough for two groups of invoices that are written beside each other. */
  alone?: number
  besideOthers?: number
  /** Running and waiting; each may hold a body of the largest size. */
  inAll?: number
}

interface Line {
  running: number
  waiting: (() => void)[]
}

/** Makes the places. */
export function createRequestPlaces(options: PlacesOptions = {}): RequestPlaces {
  const { alone = 64, besideOthers = 4, inAll = 128 } = options
  const lines = new Map<string, Line>()

  const hasRoom = (creditorId: string, { running }: Line) =>
    creditorId === '' || running < (lines.size > 1 ? besideOthers : alone)

  function admit(): void {
    for (const [creditorId, line] of lines) {
      while (hasRoom(creditorId, line)) {
        const next = line.waiting.shift()
        if (next === undefined) break
        line.running += 1
        next()
      }
    }
  }

  function leave(creditorId: string, line: Line): void {
    line.running -= 1
    if (line.running === 0 && line.waiting.length === 0) lines.delete(creditorId)
    admit()
  }

  return {
    async enter(creditorId) {
      const line = lines.get(creditorId) ?? { running: 0, waiting: [] }
      lines.set(creditorId, line)
      if (hasRoom(creditorId, line)) line.running += 1
      else if (line.running + line.waiting.length >= inAll) return undefined
      else await new Promise<void>((resolve) => line.waiting.push(resolve))
      return () => leave(creditorId, line)
    },
  }
}
