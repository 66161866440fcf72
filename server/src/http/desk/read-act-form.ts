// From the fields of a form to the act that the use-case takes. A field that stays empty was not given.
import { addDays, parseDay, startOfDayInZone } from '@parley/sdk/protocol'
import type { WriteOffReason } from '../../domain/claim/end-claim.ts'
import type { SetAsideReason } from '../../domain/desk/booking-tasks.ts'
import type { TaskActionKind } from '../../domain/desk/task-kinds.ts'
import type { NumberedShare } from '../../use-cases/allocations-by-number.ts'
import type { CompleteTask, TaskAction } from '../../use-cases/complete-task.ts'

type Fields = Readonly<Record<string, string | undefined>>

/** Reads the form of an act; `currency` is that of the claim. */
export function readActForm(
  fields: Fields,
  { currency, timeZone }: { currency: string; timeZone: string },
): Pick<CompleteTask, 'outcome' | 'action' | 'note'> {
  const given = (name: string) => {
    const value = fields[name]?.trim()
    return value === undefined || value === '' ? undefined : value
  }
  const kind = (given('act') ?? 'none') as TaskActionKind
  const note = given('note')
  return {
    outcome: given('outcome') === 'dismissed' ? 'dismissed' : 'done',
    action: { kind, ...memberOf(kind, given, { currency, timeZone }) },
    ...(note === undefined ? {} : { note }),
  }
}

/** The numbers of bills and their shares in the form that places money. */
export function readNumberedShares(fields: Fields): NumberedShare[] {
  return MOST_SHARES.flatMap((row) => {
    const number = fields[`number-${row}`]?.trim() ?? ''
    // People write a comma where the wire has a point.
    const amount = fields[`amount-${row}`]?.trim().replace(',', '.') ?? ''
    return number === '' ? [] : [{ number, ...(amount === '' ? {} : { amount }) }]
  })
}

/** As many as the form of `openapi.yaml` takes. */
const MOST_SHARES = [1, 2, 3, 4, 5]

type Given = (name: string) => string | undefined

function memberOf(
  kind: TaskActionKind,
  given: Given,
  { currency, timeZone }: { currency: string; timeZone: string },
): Omit<TaskAction, 'kind'> {
  if (kind === 'set-hold') {
    const reason = (given('hold') ?? 'other') as NonNullable<TaskAction['hold']>['reason']
    return { hold: { reason, until: endOf(given('until'), timeZone) } }
  }
  if (kind === 'release-hold') {
    const release = given('release')
    return release === undefined ? {} : { release: release as NonNullable<TaskAction['release']> }
  }
  if (kind === 'write-off') {
    const writeOff = given('writeOff')
    return writeOff === undefined ? {} : { writeOff: writeOff as WriteOffReason }
  }
  if (kind === 'set-aside') {
    const setAside = given('setAside')
    return setAside === undefined ? {} : { setAside: setAside as SetAsideReason }
  }
  return kind === 'resolve-dispute' ? resolutionOf(given, currency) : {}
}

function resolutionOf(given: Given, currency: string): Omit<TaskAction, 'kind'> {
  const [outcome, credit, text] = [given('resolution'), given('credit'), given('text')]
  if (outcome !== 'upheld' && outcome !== 'rejected') return {}
  return {
    resolution: {
      outcome,
      // People write a comma where the wire has a point.
      ...(credit === undefined ? {} : { credit: { value: credit.replace(',', '.'), currency } }),
      ...(text === undefined ? {} : { text }),
    },
  }
}

/** The end of a day in the creditor's zone; a text that is no day ends nothing. */
function endOf(day: string | undefined, timeZone: string): number | null {
  const parsed = day === undefined ? undefined : parseDay(day)
  return parsed?.ok === true ? startOfDayInZone(addDays(parsed.value, 1), timeZone) : null
}
