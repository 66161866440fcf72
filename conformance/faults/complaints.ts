// Whether a fault did what its entry says.
import type { ReportedCase } from '../src/report/report.ts'
import type { Fault } from './faults.ts'

/** What is wrong with a run under a fault: a case that stayed green, a control that did not. */
export function complaintsOf({ turnsRed }: Fault, cases: readonly ReportedCase[]): string[] {
  return cases.flatMap(({ id, outcome, reason }) => {
    const isRed = outcome === 'failed' || outcome === 'warning'
    if (turnsRed.includes(id)) return isRed ? [] : [`${id} stayed ${outcome}: ${reason}`]
    return outcome === 'passed' ? [] : [`the control ${id} turned ${outcome}: ${reason}`]
  })
}
