// When a creditor's bills have taught enough that is new to train again.

/** What the newest model was trained on; null before the first. */
export interface LastTraining {
  readonly settledBills: number
  /** Epoch seconds. */
  readonly createdAt: number
}

/** Fewer say less about customers than the prior does. */
export const LEAST_SETTLED = 30
/** A tenth more, and as many as these: the weights move visibly. */
const NEW_SHARE = 0.1
const LEAST_NEW = 20
const WEEK_SECONDS = 7 * 86_400

/** Tells whether to train: enough bills were settled since, or some were and a week is over. */
export function isTrainingDue(settled: number, last: LastTraining | null, now: number): boolean {
  if (settled < LEAST_SETTLED) return false
  if (last === null) return true
  // Bills beyond the newest that are read, and payments that went back, leave fewer than before.
  const fresh = Math.abs(settled - last.settledBills)
  const isWeekOver = now >= last.createdAt + WEEK_SECONDS
  return fresh >= Math.max(LEAST_NEW, NEW_SHARE * last.settledBills) || (isWeekOver && fresh > 0)
}
