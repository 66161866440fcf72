/** One kind of hostile neighbour while it is at work. */
export interface Neighbour {
  /** Ends it; what it got until then, by status or kind of end. */
  stop(): Promise<Outcome>
}

export interface Outcome {
  name: string
  counts: Record<string, number>
}

/** Whom the neighbours bother, and as whom they come. */
export interface Victims {
  origins: readonly string[]
  /** The creditor that sends too much. */
  flooding: Account
  /** The agent that does. */
  agent: AgentPlace
  /** The creditor whose webhooks lead to bad receivers. */
  unreachable: Account
}

export interface Account {
  apiKey: string
  debtorId: string
}

/** What an enrolled agent needs to be heard again and again. */
export interface AgentPlace {
  /** Path of its pull inbox. */
  inbox: string
  /** Its enrolment, signed. */
  enrolment: string
}

/** Counts by name. */
export function createCounter(): { add(name: string): void; counts: Record<string, number> } {
  const counts: Record<string, number> = {}
  const add = (name: string) => {
    counts[name] = (counts[name] ?? 0) + 1
  }
  return { add, counts }
}
