// What was told stands in place of its form, or beside it where it did not come true.
import { describe, expect, it } from 'vitest'
import { loadCatalog } from '../../../src/catalog-files.ts'
import { LANGUAGES } from '../../../src/domain/wording/language.ts'
import type { PortalActs } from '../../../src/http/portal/page-model.ts'
import { renderClaimPage } from '../../../src/http/portal/render-portal.ts'
import { ACTS, OPEN } from '../../support/portal-samples.ts'

const { wording } = loadCatalog()

const TOLD = ACTS.told
const PART = { minor: 2_000n, currency: 'EUR' }

function render(acts: Partial<PortalActs>, language: (typeof LANGUAGES)[number] = 'en'): string {
  return renderClaimPage({ ...OPEN, language, acts: { ...ACTS, ...acts } }, wording)
}

const formsOf = (page: string) =>
  [...page.matchAll(/<details class="act" id="(\w+)"/g)].map(([, act]) => act)

describe('what was told', () => {
  it('stands in place of its form while it holds', () => {
    const day = '2026-03-10'
    const page = render({
      told: {
        paid: { on: day, state: 'looking', until: '2026-03-17' },
        promise: null,
        dispute: { on: day, amount: PART, isWhole: false },
        help: day,
      },
    })
    expect(formsOf(page)).toEqual(['preferences'])
    expect(page).toContain('send you no reminders until 17 March 2026')
    expect(page).toContain('We are looking into €20.00 of it')
    expect(page).toContain('You asked us for help on 10 March 2026')
  })

  it('without an end says no day', () => {
    const paid = { on: '2026-03-10', state: 'looking', until: null } as const
    expect(render({ told: { ...TOLD, paid } })).toContain('send you no reminders meanwhile.')
  })

  it('and not found leaves the form, with a hint', () => {
    const paid = { on: '2026-03-02', state: 'missing', until: '2026-03-09' } as const
    const page = render({ told: { ...TOLD, paid } })
    expect(page).toContain('You told us on 2 March 2026 that you have paid. We have not found')
    expect(formsOf(page)).toContain('paid')
  })

  it('as a promise is shown beside the forms', () => {
    const page = render({ told: { ...TOLD, promise: '2026-03-20' } })
    expect(page).toContain('You told us that you will pay by 20 March 2026.')
    expect(formsOf(page)).toContain('paid')
  })
})

describe('a word of thanks', () => {
  it('repeats what holds, and nothing that nobody told', () => {
    const paid = { on: '2026-03-10', state: 'looking', until: '2026-03-17' } as const
    const thanked = render({ done: 'paid', told: { ...TOLD, paid } })
    expect(thanked.match(/You told us on 10 March 2026/g)).toHaveLength(2)
    expect(render({ done: 'dispute' })).not.toContain('something is wrong with this bill. We')
    expect(render({ done: 'preferences' })).toContain('Saved, thank you.')
  })
})

describe('wishes', () => {
  it('offer only channels that lead somewhere, and say which were stopped', () => {
    const reach = {
      preferences: { channel: 'letter', language: 'fr', payDay: 25 },
      open: ['letter'],
      closed: ['email'],
    } as const
    const page = render({ reach: { ...reach, open: ['letter'], closed: ['email'] } })
    expect(page).toContain('<option value="letter" selected>')
    expect(page).toContain('<option value="fr" lang="fr" selected>')
    expect(page).toContain('name="payDay" value="25"')
    expect(page).not.toMatch(/value="(email|sms|phone)"|stopEmail|stopSms/)
    expect(page).toContain('You get no more e-mails from us.')
  })
})

it.each(LANGUAGES)('every text of the section is there in %s', (language) => {
  const day = '2026-03-10'
  const told = {
    paid: { on: day, state: 'missing', until: day },
    promise: day,
    dispute: { on: day, amount: PART, isWhole: true },
    help: day,
  } as const
  for (const acts of [{}, { told }, { told, done: 'dispute' as const }]) {
    expect(render(acts, language)).not.toMatch(/<p[^>]*>[^<]*(\{|undefined|null)/)
  }
})
