// A choice as it was logged with what came of it: all that judging another policy needs. No name, no
// amount: the customer is an id that groups choices of one person.

/** An action that could have been chosen, the journey's own first. */
export interface LoggedAction {
  readonly arm: string
  /** With which it would have been chosen. */
  readonly probability: number
}

export interface LoggedChoice {
  readonly customer: string
  readonly segment: string
  readonly actions: readonly LoggedAction[]
  /** The index of the action that was chosen. */
  readonly chosen: number
  /** What came within the horizon, less all costs of messages and annoyance in it; in units of the currency. */
  readonly reward: number
}

const SUM_TOLERANCE = 1e-6

/** Says what is wrong with something that should be a logged choice, or returns null. */
export function faultOfChoice(value: unknown): string | null {
  if (typeof value !== 'object' || value === null) return 'not an object'
  const { customer, segment, actions, chosen, reward } = value as Record<string, unknown>
  if (typeof customer !== 'string' || customer === '') return 'customer is missing'
  if (typeof segment !== 'string') return 'segment is missing'
  if (typeof reward !== 'number' || !Number.isFinite(reward)) return 'reward is no number'
  if (!Array.isArray(actions) || actions.length === 0 || !actions.every(isAction)) {
    return 'actions are no list of arm and probability'
  }
  const sum = actions.reduce((total, { probability }) => total + probability, 0)
  if (Math.abs(sum - 1) > SUM_TOLERANCE) return `the probabilities sum to ${sum}, not to 1`
  const taken = typeof chosen === 'number' ? actions[chosen] : undefined
  if (taken === undefined) return 'chosen names none of the actions'
  return taken.probability > 0 ? null : 'what was chosen had no probability'
}

function isAction(value: unknown): value is LoggedAction {
  if (typeof value !== 'object' || value === null) return false
  const { arm, probability } = value as Record<string, unknown>
  return typeof arm === 'string' && typeof probability === 'number' && probability >= 0
}
