// The name of a step in the records of a claim. A journey that goes on after a rest may take a step
// once more; each time has a name of its own, so that "once a step" still holds.

/** Returns the name of a step in a round of its journey; the first round has the id alone. */
export function stepKey(stepId: string, round: number): string {
  return round === 1 ? stepId : `${stepId}~${round}`
}

/** Returns the id of the step that a name stands for. */
export function stepIdOf(key: string): string {
  return key.replace(/~\d+(?=$|\/)/, '')
}

/** Under which the agent was asked before the person is written to. */
export function askedAgent(stepId: string): string {
  return `${stepId}${AGENT}`
}

/** Tells whether a record says that the agent was asked, and not that a step was taken. */
export function isAskedAgent(key: string): boolean {
  return key.endsWith(AGENT)
}

const AGENT = '/agent'
