// Days on which nobody is written to, beside the weekdays that a step leaves out.
import type { Day } from '@parley/sdk/protocol'

/** No calendar of public holidays is part of the catalog. */
export const CLOSED_DAYS: ReadonlySet<Day> = new Set()
