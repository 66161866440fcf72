import { describe, expect, it } from 'vitest'
import { loadCatalog } from '../../../src/catalog-files.ts'
import { LANGUAGES } from '../../../src/domain/wording/language.ts'
import { portalContentSecurityPolicy } from '../../../src/http/portal/content-security-policy.ts'
import {
  renderConfirmPage,
  renderDonePage,
  renderErrorPage,
} from '../../../src/http/portal/render-portal.ts'
import { AGREED_PLAN, CONFIRM, PAGE, TRANSFER } from '../../support/portal-samples.ts'

const { wording } = loadCatalog()
const { nonce } = PAGE

describe('the confirmation page', () => {
  it('shows the plan once more with every day and amount', () => {
    const page = renderConfirmPage(CONFIRM, wording)
    expect(page).toContain('3\u00a0×\u00a0€40.00, every month, from 27 March 2026')
    expect(page).toContain('<th scope="row">27 May 2026</th><td class="number">€40.00</td>')
    expect(page).toContain('<th scope="row">Total</th><td class="number">€120.00</td>')
  })

  it('posts the choice with one button, and leads back with a link', () => {
    const page = renderConfirmPage({ ...CONFIRM, language: 'fr' }, wording)
    expect(page).toContain('<form method="post" action="/p/token/confirm?lang=fr">')
    expect(page).toContain('name="row" value="three"')
    expect(page).toContain('name="first-day.three" value="2026-03-27"')
    expect(page).toContain('name="planHash" value="h-1"')
    expect(page.match(/<button/g)).toHaveLength(1)
    expect(page).toContain('<a class="second" href="/p/token?lang=fr">')
  })
})

describe('the page after something was settled', () => {
  it('confirms a plan with its days and how to pay', () => {
    const model = {
      ...PAGE,
      kind: 'plan-confirmed',
      transfer: TRANSFER,
      plan: AGREED_PLAN,
    } as const
    const page = renderDonePage(model, wording)
    expect(page).toContain('<h1>All set, thank you</h1>')
    expect(page).toContain('27 May 2026')
    expect(page).toContain('How to pay')
  })

  it('thanks for a payment and asks for nothing', () => {
    const page = renderDonePage({ ...PAGE, language: 'de', kind: 'thank-you' }, wording)
    expect(page).toContain('<h1>Vielen Dank</h1>')
    expect(page).not.toContain('IBAN')
  })
})

describe('the page for a link that leads nowhere', () => {
  it.each(['not-found', 'expired', 'busy', 'unavailable'] as const)(
    'says "%s" in all languages',
    (kind) => {
      const page = renderErrorPage({ kind, language: 'nl', nonce }, wording)
      for (const language of LANGUAGES) {
        expect(page).toContain(wording.say(language, `link.${kind}.title`))
        expect(page).toContain(wording.say(language, `link.${kind}.body`))
      }
      expect(page).toContain(`<h1>${wording.say('nl', `link.${kind}.title`)}</h1>`)
      expect(page).toContain('<section class="tongue" lang="fr">')
      expect(page).not.toContain('<section class="tongue" lang="nl">')
    },
  )
})

describe('the content security policy', () => {
  it('lets nothing in but the style with the nonce', () => {
    expect(portalContentSecurityPolicy(nonce)).toBe(
      `default-src 'none'; style-src 'nonce-${nonce}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
    )
  })

  it.each(['', 'short', "x'; script-src *; 'aaaaaaaaaaaa", 'aaaaaaaaaaaaaaaa\r\nX: y'])(
    'refuses %j as a nonce',
    (text) => {
      expect(() => portalContentSecurityPolicy(text)).toThrow(RangeError)
    },
  )
})
