import { describe, expect, it } from 'vitest'
import { readTaskDetails } from '../../../src/domain/desk/task-details.ts'
import { taskKind } from '../../../src/domain/desk/task-kinds.ts'
import { loadJourneys } from '../../../src/journey-files.ts'

/** What the scheduler and the sender ask people to do, beside what journeys name. */
const OWN = [
  'call-the-customer',
  'complete-notice',
  'decide-on-claim',
  'decision-failed',
  'give-back-charge',
  'hand-over-review',
  'journey-against-law',
  'journey-unknown',
]

const ofJourneys = [...loadJourneys().definitions.values()]
  .flatMap(({ steps }) => steps.flatMap(({ acts = [] }) => acts))
  .flatMap((act) => (act.do === 'task' ? [act.task] : []))

describe('a task of the scheduler', () => {
  it.each([...new Set([...OWN, ...ofJourneys])])('%s has words of its own', (kind) => {
    const { title, advice } = taskKind(kind)
    expect(advice).not.toBe(taskKind('feed-the-cat').advice)
    expect(title).toMatch(/^[A-Z].*[^.]$/)
    expect(advice).toMatch(/^[A-Z].*[.]$/)
  })
})

describe('the script in a task', () => {
  const script = { language: 'nl', heading: '€ 120,00', points: ['Dag', 'Tot ziens'] }

  it('is read as it was sealed', () => {
    expect(readTaskDetails(JSON.stringify({ script })).script).toEqual(script)
  })

  it.each([
    [null],
    ['text'],
    [{ ...script, language: 'xx' }],
    [{ ...script, heading: 7 }],
    [{ ...script, points: 'Dag' }],
  ])('is none where it is %j', (other) => {
    expect(readTaskDetails(JSON.stringify({ script: other })).script).toBeNull()
  })
})
