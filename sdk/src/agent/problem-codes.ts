// How an agent reads the codes of a creditor's refusals.

/** The thread has messages that the agent does not know, or not these: fetch them (THR-04). */
export const BEHIND_CODES: ReadonlySet<string> = new Set(['sequence', 'sequence-stale', 'prev'])

/** The creditor has ended the enrolment, or says so: nobody has signed it (ENR-05). */
export const ENDED_CODE = 'enrolment-ended'

/** The message was never taken and never will be; its place is free again. */
export const EXPIRED_CODES: ReadonlySet<string> = new Set(['expired', 'offer-expired', 'too-old'])

/** One of the two clocks is wrong: the same bytes are good once the creditor's has come so far. */
export const CLOCK_CODE = 'iat'
