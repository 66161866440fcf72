// Who can be made to negotiate. Names alone, so that the help of the command loads no engine.

/** The server's own engine, and two creditors that post less. */
export const CREDITORS = ['tiered', 'one-menu', 'hard-line'] as const
export type CreditorKind = (typeof CREDITORS)[number]

/** The SDK's agent with its strategies, and two debtors that try to get more than it would. */
export const DEBTORS = ['fair', 'patient', 'best-response', 'hard-line'] as const
export type DebtorKind = (typeof DEBTORS)[number]
