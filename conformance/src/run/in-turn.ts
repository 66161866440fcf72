// Several at a time, told in order: what a later one says waits until those before it have ended.

export type Print = (text: string) => void

export interface InTurn<Item, Value> {
  readonly print: Print
  /** How many work at a time; all of them when left out. */
  readonly atOnce?: number
  readonly work: (item: Item, print: Print) => Promise<Value>
}

/**
 * Starts them in the order of the list, each with a printer of its own. Their words come in that order; those of
 * the first that is still at work come at once. Waits for all, then throws what the first of them threw.
 */
export async function inTurn<Item, Value>(
  items: readonly Item[],
  { print, atOnce = items.length, work }: InTurn<Item, Value>,
): Promise<Value[]> {
  const waiting = items.map((): string[] => [])
  const ended = new Set<number>()
  let speaker = 0
  const passOn = () => {
    for (;;) {
      for (const text of waiting[speaker]?.splice(0) ?? []) print(text)
      if (!ended.delete(speaker)) return
      speaker += 1
    }
  }
  const outcomes: (() => Value)[] = []
  const queue = items.entries()
  async function takeFromQueue(): Promise<void> {
    for (const [at, item] of queue) {
      const say = (text: string) => {
        waiting[at]?.push(text)
        passOn()
      }
      try {
        const value = await work(item, say)
        outcomes[at] = () => value
      } catch (error) {
        outcomes[at] = () => {
          throw error
        }
      }
      ended.add(at)
      passOn()
    }
  }
  await Promise.all(Array.from({ length: atOnce }, takeFromQueue))
  return outcomes.map((outcome) => outcome())
}
