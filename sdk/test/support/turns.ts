// Several processes in one, one step at a time: each waits at every call of a port for its turn, and
// whose turn it is decides a seed. A killed process never gets one again, as if its power had failed.

/** One process. */
export interface Stepper {
  /** Waits for the next turn. */
  turn(): Promise<void>
  /** Runs an effect of the outside world between two turns: it may be killed before or after. */
  call<T>(effect: () => Promise<T>): Promise<T>
}

interface Process {
  go: (() => void) | null
  /** Told when the process waits again or has ended. */
  rested: PromiseWithResolvers<void>
  isOver: boolean
}

export interface Turns {
  /** Starts a process; it runs when it gets its turns. */
  start(work: (stepper: Stepper) => Promise<void>): void
  /** Gives turns until nobody waits any more. Asks before each whether its process is killed. */
  run(isKilled: () => boolean, onKilled: () => void): Promise<void>
}

export function createTurns(random: () => number): Turns {
  const processes = new Set<Process>()

  function start(work: (stepper: Stepper) => Promise<void>): void {
    const own: Process = { go: null, rested: Promise.withResolvers(), isOver: false }
    processes.add(own)
    const turn = () =>
      new Promise<void>((resolve) => {
        own.go = resolve
        own.rested.resolve()
      })
    const call = async <T>(effect: () => Promise<T>): Promise<T> => {
      await turn()
      const result = await effect().then(
        (value) => ({ value }),
        (error: unknown) => ({ error }),
      )
      await turn()
      if ('error' in result) throw result.error
      return result.value
    }
    const end = (error?: unknown) => {
      own.isOver = true
      processes.delete(own)
      if (error === undefined) own.rested.resolve()
      else own.rested.reject(error)
    }
    void turn()
      .then(() => work({ turn, call }))
      .then(() => end(), end)
  }

  return {
    start,
    async run(isKilled, onKilled) {
      while (processes.size > 0) {
        const waiting = [...processes]
        const next = waiting[Math.floor(random() * waiting.length)]
        if (next === undefined) return
        if (isKilled()) {
          processes.delete(next)
          onKilled()
          continue
        }
        next.rested = Promise.withResolvers()
        next.go?.()
        await next.rested.promise
      }
    },
  }
}
