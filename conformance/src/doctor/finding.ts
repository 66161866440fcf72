// One thing that was looked at before a run.

/** What was looked at, and what is wrong with it, in one sentence with what to do: undefined where it is well. */
export interface Finding {
  readonly looked: string
  readonly trouble?: string
  /** Nothing else could be looked at. */
  readonly isUnreachable?: boolean
}

/** How far clocks may be apart (SIG-18). */
const CLOCK_SECONDS = 60

/** The finding where `trouble` says what is wrong, and undefined that nothing is. */
export function finding(looked: string, trouble: string | undefined): Finding {
  return trouble === undefined ? { looked } : { looked, trouble }
}

/** The finding that stands in the way of all others. */
export function unreachable(looked: string, trouble: string): Finding {
  return { looked, trouble, isUnreachable: true }
}

/** How a time differs from the right one by more than is allowed, `12 seconds ahead`; undefined where it does not. */
export function apart(seconds: number, right: number): string | undefined {
  const difference = Math.round(seconds - right)
  if (Math.abs(difference) <= CLOCK_SECONDS) return undefined
  return `${Math.abs(difference)} seconds ${difference > 0 ? 'ahead' : 'behind'}`
}
