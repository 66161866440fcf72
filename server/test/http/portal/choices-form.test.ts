import { envelopeRows, planOf, schedule } from '@parley/sdk/protocol'
import { describe, expect, it } from 'vitest'
import { loadCatalog } from '../../../src/catalog-files.ts'
import { planForPeople } from '../../../src/domain/negotiation/plan-choices.ts'
import { groupChoices } from '../../../src/http/portal/group-choices.ts'
import type { PlanOffer } from '../../../src/http/portal/page-model.ts'
import { readChoiceForm } from '../../../src/http/portal/read-choice-form.ts'
import { renderClaimPage } from '../../../src/http/portal/render-portal.ts'
import { CHOICES, OFFER, OPEN, TRANSFER } from '../../support/portal-samples.ts'

const { wording } = loadCatalog()

function render(changes: Partial<PlanOffer> = {}) {
  const offer = { ...OFFER, ...changes }
  return renderClaimPage({ ...OPEN, status: { kind: 'open', transfer: TRANSFER, offer } }, wording)
}

describe('the choices form', () => {
  it('shows every row with its payments and what it costs', () => {
    const page = render()
    expect(page).toContain('€118.80 in one payment, on a day you choose')
    expect(page).toContain('You save €1.20')
    expect(page).toContain('3\u00a0×\u00a0€40.00, every month')
    expect(page).toContain('No extra cost, €120.00 in total')
    expect(page).toContain('Costs €1.80 extra, €121.80 in total')
    expect(page.match(/<input type="radio" id="choice-/g)).toHaveLength(3)
  })

  it('offers the days of the window and starts at the first', () => {
    expect(render()).toContain(
      'type="date" id="first-day-2" name="first-day.three" min="2026-03-27" max="2026-04-27" value="2026-03-27"',
    )
  })

  it('asks for no day where there is only one', () => {
    const page = render()
    expect(page).toContain('7\u00a0×\u00a0€17.40, every two weeks, from 27 March 2026')
    expect(page).toContain('<input type="hidden" name="first-day.seven" value="2026-03-27">')
  })

  it('shows the dates of an instalment plan before it is chosen', () => {
    expect(render()).toContain('See the dates if you start on 27 March 2026')
    expect(render()).toContain('<th scope="row">27 May 2026</th>')
  })

  it('sends hidden fields back', () => {
    expect(render()).toContain('<input type="hidden" name="menu" value="m-1">')
  })

  it('chooses nothing for the person', () => {
    expect(render()).not.toContain(' checked')
  })

  it('keeps what was entered and says what is wrong, where and how to mend it', () => {
    const entered = { rowId: 'three', firstDays: { three: '2026-12-24', once: '2026-04-01' } }
    const page = render({ entered, problem: { code: 'first-day-range' } })
    expect(page).toContain('<title>Error: Your bill from Blue Water</title>')
    expect(page).toContain('role="alert"')
    expect(page).toContain(
      '<a href="#first-day-2">Choose a day from 27 March 2026 to 27 April 2026.',
    )
    expect(page).toContain('value="three" required checked')
    expect(page).toContain(
      'value="2026-12-24" aria-describedby="first-day-2-hint first-day-2-wrong" aria-invalid="true"',
    )
    expect(page).toContain('max="2026-04-20" value="2026-04-01"')
    expect(page.match(/ aria-invalid/g)).toHaveLength(1)
  })

  it('leads to the options when none was chosen or they have changed', () => {
    const entered = { rowId: null, firstDays: {} }
    expect(render({ entered, problem: { code: 'choose-row' } })).toContain(
      '<a href="#choice-1">Choose one of the options.</a>',
    )
    expect(render({ problem: { code: 'offer-changed' } })).toContain(
      'The options have changed in the meantime.',
    )
  })

  it('escapes hostile row ids and values', () => {
    const rowId = '"><script>'
    const choices = CHOICES.map((choice) => ({ ...choice, rowId }))
    const page = render({ choices, entered: { rowId, firstDays: { [rowId]: rowId } } })
    expect(page).not.toContain('<script')
  })
})

describe('many rows', () => {
  const rows = envelopeRows(
    {
      countedFrom: '2026-03-27',
      firstDueFrom: '2026-03-10',
      firstDueTo: '2026-04-26',
      lastDueTo: '2027-03-27',
      maxInstalments: 30,
      minInstalment: { value: '1.00', currency: 'EUR' },
      intervals: ['P1W', 'P1M'],
      prices: [{ priceBps: 0 }, { priceBps: -200, lastDueTo: '2026-04-10' }],
      law: { freeOfChargeOnly: true },
      downPaymentsBps: [2_000],
      payDay: 25,
    },
    { minor: 12_000n, currency: 'EUR' },
  )
  const choices = rows.map((row) => {
    const { rowId, firstDueFrom, firstDueTo } = row
    const lines = schedule({ minor: 12_000n, currency: 'EUR' }, planOf(row, firstDueFrom))
    return { rowId, firstDueFrom, firstDueTo, startsOn: firstDueFrom, ...planForPeople(row, lines) }
  })
  const radios = (text: string) => (text.match(/<input type="radio" id="choice-/g) ?? []).length
  it('are all there, ten in sight at most and the others behind a line', () => {
    expect(choices.length).toBeGreaterThan(80)
    const page = render({ choices })
    expect(radios(page)).toBe(choices.length)
    for (const { rowId } of choices) expect(page).toContain(`value="${rowId}" required`)
    expect(groupChoices(choices).length).toBeLessThanOrEqual(10)
    expect(page).toContain('<summary>One more way to pay at once</summary>')
    expect(page).toMatch(/<summary>\d+ more ways to pay in 3 parts<\/summary>/)
    expect(page).toMatch(/<summary>\d+ more ways to pay in 7 to 9 parts<\/summary>/)
  })

  it('are grouped without losing or doubling one, from the fewest payments on', () => {
    const groups = groupChoices(choices)
    const grouped = groups.flatMap(({ lead, others }) => [lead, ...others])
    expect(grouped.map(({ rowId }) => rowId).toSorted()).toEqual(
      choices.map(({ rowId }) => rowId).toSorted(),
    )
    expect(groups.map(({ fewest }) => fewest)).toEqual(
      groups.map(({ fewest }) => fewest).toSorted((a, b) => a - b),
    )
    expect(groups[0]?.lead.rowId).toBe('1-r200')
    expect(groups[2]?.lead.rowId).toBe('3-P1W-r200')
    expect(groups[3]?.lead.rowId).toBe('4-P1W-r200')
  })

  it('open where the chosen one is, and nowhere else', () => {
    const entered = { rowId: '3-P1M-d2000', firstDays: { '3-P1M-d2000': '2027-01-01' } }
    const page = render({ choices, entered, problem: { code: 'first-day-range' } })
    expect(page.match(/<details class="others" open>/g)).toHaveLength(1)
    expect(render({ choices })).not.toContain('class="others" open')
  })

  it('lead to one that is in sight when none was chosen', () => {
    const entered = { rowId: null, firstDays: {} }
    const page = render({ choices, entered, problem: { code: 'choose-row' } })
    const [, id = ''] = /<a href="#(choice-\d+)">Choose one/.exec(page) ?? []
    expect(page).toContain(`id="${id}" name="row" value="1-r200"`)
  })

  it('say what is paid first, on which day the rest is due, and what is saved', () => {
    const page = render({ choices })
    expect(page).toContain('€24.00 first, then 4\u00a0×\u00a0€24.00, every month')
    expect(page).toContain('€40.00, then 2\u00a0×\u00a0€40.00 on the 25th of each month')
    expect(page).toContain('You save €2.40, €117.60 in total')
  })
})

describe('readChoiceForm', () => {
  it('reads the row and its own day among the days of all rows', () => {
    const fields = { row: 'three', 'first-day.once': '2026-04-01', 'first-day.three': '2026-04-27' }
    expect(readChoiceForm(fields, CHOICES)).toEqual({
      ok: true,
      value: { rowId: 'three', firstDueDate: '2026-04-27' },
    })
  })

  it.each([
    ['no row', { 'first-day.three': '2026-04-01' }],
    ['a row that is not offered', { row: 'four', 'first-day.four': '2026-04-01' }],
    ['two rows', { row: ['once', 'three'] }],
  ])('refuses %s', (_, fields) => {
    expect(readChoiceForm(fields, CHOICES)).toMatchObject({ error: { code: 'choose-row' } })
  })

  it.each(['', '1/4/2026', '2026-02-30', '２０２６-04-01'])('refuses %s as a day', (day) => {
    expect(readChoiceForm({ row: 'once', 'first-day.once': day }, CHOICES)).toEqual({
      ok: false,
      error: { code: 'first-day-format', entered: { rowId: 'once', firstDays: { once: day } } },
    })
  })

  it('refuses a day that is missing', () => {
    expect(readChoiceForm({ row: 'once' }, CHOICES)).toMatchObject({
      error: { code: 'first-day-format' },
    })
  })

  it.each([
    ['2026-03-26', false],
    ['2026-03-27', true],
    ['2026-04-20', true],
    ['2026-04-21', false],
  ])('takes %s: %s', (day, isTaken) => {
    const result = readChoiceForm({ row: 'once', 'first-day.once': day }, CHOICES)
    expect(result.ok).toBe(isTaken)
    if (!result.ok) expect(result.error.code).toBe('first-day-range')
  })
})
