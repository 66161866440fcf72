// Every rule that says MUST and every id of the catalogue has a case, or says why it has none.
import { describe, expect, it } from 'vitest'
import catalogue from '../src/catalogue/catalogue-ids.json' with { type: 'json' }
import { CLAUSES } from '../src/catalogue/clauses.ts'
import exclusions from '../src/catalogue/exclusions.json' with { type: 'json' }
import { HOSTILE_MESSAGES } from '../src/catalogue/hostile-messages.ts'
import { factsOf, ROLES } from '../src/roles/roles.ts'

const cases = ROLES.flatMap((role) => factsOf(role).map((facts) => ({ role, ...facts })))
const ids = new Set(cases.map(({ id }) => id))
const shown = new Set(cases.flatMap(({ clause, also = [] }) => [clause, ...also]))
const rules = new Set(CLAUSES.map(({ id }) => id))

const catalogueIds = catalogue.flatMap(({ area, from, to }) =>
  Array.from({ length: to - from + 1 }, (_, i) => `${area}-${String(from + i).padStart(3, '0')}`),
)

describe('the catalogue', () => {
  it('has 193 ids, each with a case or a reason', () => {
    expect(catalogueIds.length).toBe(193)
    const excluded = new Set(exclusions.catalogue.map(({ id }) => id))
    const open = catalogueIds.filter((id) => !ids.has(id) && !excluded.has(id))
    expect(open).toEqual([])
  })

  it('excludes nothing that has a case, and nothing that it does not have', () => {
    const excluded = exclusions.catalogue.map(({ id }) => id)
    expect(excluded.filter((id) => ids.has(id))).toEqual([])
    expect(excluded.filter((id) => !catalogueIds.includes(id))).toEqual([])
    expect(exclusions.catalogue.filter(({ reason }) => reason === '')).toEqual([])
  })
})

describe('the rules of the specification', () => {
  it('that say MUST have a case or a reason each', () => {
    const excluded = new Set(exclusions.rules.map(({ id }) => id))
    const open = CLAUSES.filter(
      ({ id, level }) => level === 'MUST' && !shown.has(id) && !excluded.has(id),
    )
    expect(open.map(({ id }) => id)).toEqual([])
  })

  it('are excluded only where no case shows them', () => {
    const excluded = exclusions.rules.map(({ id }) => id)
    expect(excluded.filter((id) => shown.has(id))).toEqual([])
    expect(excluded.filter((id) => !rules.has(id))).toEqual([])
  })

  it('are the ones that cases name', () => {
    expect([...shown].filter((id) => !rules.has(id))).toEqual([])
  })
})

describe('cases', () => {
  it.each(ROLES)('of the role %s have ids of their own', (role) => {
    const own = factsOf(role).map(({ id }) => id)
    expect(own.filter((id, i) => own.indexOf(id) !== i)).toEqual([])
  })

  it.each(ROLES)('of the role %s come after their controls', (role) => {
    const seen = new Set<string>()
    const early: string[] = []
    for (const { id, control } of factsOf(role)) {
      if (control !== undefined && !seen.has(control)) early.push(`${id} before ${control}`)
      seen.add(id)
    }
    expect(early).toEqual([])
  })

  it('take every hostile message', () => {
    expect(HOSTILE_MESSAGES.filter(({ caseId }) => !ids.has(caseId))).toEqual([])
  })
})
