import { describe, expect, it } from 'vitest'
import { loadCatalog } from '../../../src/catalog-files.ts'
import { LANGUAGES } from '../../../src/domain/wording/language.ts'
import type { ClaimPageModel } from '../../../src/http/portal/page-model.ts'
import { renderQrSvg } from '../../../src/http/portal/qr-svg.ts'
import { renderClaimPage } from '../../../src/http/portal/render-portal.ts'
import { AGREED_PLAN, OFFER, OPEN, TRANSFER } from '../../support/portal-samples.ts'

const { wording } = loadCatalog()

function render(changes: Partial<ClaimPageModel> = {}) {
  return renderClaimPage({ ...OPEN, ...changes }, wording)
}

const actsOf = (page: string) =>
  [...page.matchAll(/<form method="post" action="\/p\/token\/(\w+)\?/g)].map(([, act]) => act)

describe('the page of an open claim', () => {
  it('says what is owed, to whom and until when', () => {
    const page = render()
    expect(page).toContain('<h1>Your bill from Blue Water</h1>')
    expect(page).toContain('<p class="amount">€120.00</p>')
    expect(page).toContain('due on 27 March 2026')
    expect(page).toContain('2026-004711')
  })

  it('shows what the amount consists of where costs were added, each as computed', () => {
    const euro = (minor: bigint) => ({ minor, currency: 'EUR' })
    expect(render()).not.toContain('Original amount')
    const items = [
      { kind: 'principal', amount: euro(12_000n) },
      { kind: 'fee', rule: 'collection-costs', amount: euro(4_000n), detail: '40.00 (minimum)' },
    ] as const
    const claim = { ...OPEN.claim, outstanding: euro(16_000n), items }
    const page = render({ claim, language: 'de' })
    expect(page).toMatch(/Inkasso|Beitreibung|Kosten/)
    expect(page).toContain('40,00 (Mindestbetrag)')
    expect(page).toContain('120,00')
  })

  it('says gently that the due day has passed', () => {
    expect(render({ today: '2026-03-27' })).not.toContain('was due')
    expect(render({ today: '2026-03-28' })).toContain('was due on 27 March 2026')
  })

  it('shows IBAN and reference in groups that are copied without blanks', () => {
    const page = render()
    expect(page).toContain(
      '<span class="copy"><wbr><span class="group">BE71</span><wbr><span class="group">0961</span><wbr><span class="group">2345</span><wbr><span class="group">6769</span></span>',
    )
    expect(page).toContain('<span class="group">RF18</span><wbr><span class="group">5390</span>')
  })

  it('offers a phone, which cannot scan its own screen, a link for payment apps', () => {
    expect(render()).toContain(
      '<p class="small on-phone"><a href="payto://iban/BE71096123456769?amount=EUR:120.00&amp;instruction=RF18539007547034">Open in a payment app',
    )
  })

  it('shows the QR code with a name for those who cannot see it, or none at all', async () => {
    const qr = await renderQrSvg({ kind: 'epc', payload: 'BCD' })
    const page = render({ status: { kind: 'open', transfer: { ...TRANSFER, qr }, offer: null } })
    expect(page).toContain(
      'role="img" aria-label="QR code for your banking app: €120.00 to Blue Water Ltd, reference RF18 5390 0754 7034"><svg aria-hidden="true"',
    )
    expect(render()).not.toContain('<figure')
    expect(render()).toContain('Make a bank transfer with these details.')
  })

  it('says which account takes the place of the present one, and from when', () => {
    const nextAccount = { iban: 'NL91ABNA0417164300', on: '2026-04-01' as const }
    const status = { kind: 'open', transfer: { ...TRANSFER, nextAccount }, offer: null } as const
    expect(render({ status })).toContain(
      'The account changes on 1 April 2026: from then on it is NL91 ABNA 0417 1643 00.',
    )
    expect(render()).not.toContain('The account changes')
  })

  it('works without script and loads nothing', () => {
    const page = render()
    expect(page).not.toMatch(/<script|<link|<img|<iframe|\sstyle=|\son\w+=|url\(|@import/)
    expect(page.match(/<style nonce="bm9uY2Utbm9uY2Utbm9uY2U=">/g)).toHaveLength(1)
  })

  it('links to the same page in the other languages and keeps the language in the form', () => {
    const page = render({ language: 'de' })
    expect(page).toContain('<html lang="de"')
    for (const language of LANGUAGES.filter((other) => other !== 'de')) {
      expect(page).toContain(`href="/p/token?lang=${language}" hreflang="${language}"`)
    }
    expect(page).toContain('aria-current="true" lang="de"')
    expect(page).toContain('action="/p/token/choose?lang=de"')
  })

  it('shows whom to write to or call, as far as there is somebody', () => {
    const page = render()
    expect(page).toContain('href="tel:+3225550123"')
    expect(page).toContain(
      'href="mailto:bills@blue-water.example?subject=Bill%20RF18%205390%200754%207034"',
    )
    expect(render({ creditor: { name: 'Blue Water' } })).not.toContain('Talk to us')
    expect(render({ creditor: { name: 'B', phone: '+32 2' } })).not.toContain('mailto:')
  })

  it('shows no mail link for an address that could carry more than an address', () => {
    const creditor = { name: 'B', email: 'a@b.example?bcc=all@b.example' }
    expect(render({ creditor })).not.toContain('mailto:')
  })

  it('shows documents only behind web addresses and own paths', () => {
    const urls = ['https://ok.example/i.pdf', '/d/1', 'javascript:alert(1)', '//evil.example/x']
    const page = render({ documents: urls.map((url) => ({ label: `doc ${url}`, url })) })
    expect(page).toContain('href="https://ok.example/i.pdf"')
    expect(page).toContain('href="/d/1"')
    expect(page).not.toContain('javascript:')
    expect(page).not.toContain('evil.example')
    expect(render({ documents: [] })).not.toContain('Documents')
  })

  it('escapes hostile names everywhere: the page keeps its elements and attributes', () => {
    const shape = (name: string) =>
      render({
        creditor: { name },
        // A KID is printed as it is, whatever it holds.
        claim: {
          ...{ ...OPEN.claim, subject: name, invoiceNumber: name },
          ...{ reference: name, referenceScheme: 'KID' },
        },
        documents: [{ label: name, url: '/d/1' }],
        status: { kind: 'open', transfer: { ...TRANSFER, accountHolder: name }, offer: OFFER },
      }).match(/<[a-z]+|\s[a-z-]+="/g)
    expect(shape(`"><script>alert('1')</script>`)).toEqual(shape('Anna'))
    expect(shape(`' onclick='x' href="javascript:x"`)).toEqual(shape('Anna Maria Jo'))
  })

  it('isolates right-to-left names', () => {
    const page = render({ creditor: { name: 'מים כחולים' } })
    expect(page).toContain('<bdi>מים כחולים</bdi>')
    expect(page).toContain('from \u2068מים כחולים\u2069</h1>')
  })
})

describe('the page of a claim that needs nothing to be chosen', () => {
  it('shows an agreed plan, what was paid and what comes next', () => {
    const page = render({ status: { kind: 'agreed', transfer: TRANSFER, plan: AGREED_PLAN } })
    expect(page).toContain('<h1>Your payment plan with Blue Water</h1>')
    expect(page).toContain('Next: €40.00 on 27 April 2026')
    expect(page.match(/Paid<\/span>/g)).toHaveLength(1)
    expect(page.match(/To come<\/span>/g)).toHaveLength(2)
    expect(page).toContain('How to pay')
    expect(actsOf(page)).toEqual(['paid', 'dispute', 'help', 'preferences'])
    expect(page).not.toContain('first-day.')
  })

  it('thanks for a settled claim and asks for nothing', () => {
    const page = render({ status: { kind: 'settled' } })
    expect(page).toContain('There is nothing more to do.')
    expect(page).not.toContain('BE71')
    expect(actsOf(page)).toEqual(['help', 'preferences'])
  })

  it('says that a cancelled claim need not be paid', () => {
    const page = render({ status: { kind: 'cancelled' } })
    expect(page).toContain('You do not need to pay it.')
    expect(page).not.toContain('BE71')
    expect(actsOf(page)).toEqual(['help', 'preferences'])
    expect(page).not.toContain('Meanwhile you get no reminders')
  })

  it('leads to the agency once it has the claim, and still listens', () => {
    const page = render({ status: { kind: 'handed-over' } })
    expect(page).toContain('A collection agency now handles your bill')
    expect(page).not.toContain('BE71')
    expect(actsOf(page)).toEqual(['paid', 'dispute', 'help', 'preferences'])
    // Whether an agency writes is not in the creditor's hands.
    expect(page).not.toMatch(/you get no reminders|Reminders stop/)
  })

  it('asks for nothing that was written off', () => {
    const page = render({ status: { kind: 'written-off' } })
    expect(page).toContain('no longer asks you to pay this bill')
    expect(page).not.toContain('BE71')
    expect(actsOf(page)).toEqual(['help', 'preferences'])
  })

  it.each(LANGUAGES)('has one main heading and every label in %s', (language) => {
    const statuses = [
      OPEN.status,
      { kind: 'agreed', transfer: TRANSFER, plan: AGREED_PLAN },
      { kind: 'settled' },
      { kind: 'cancelled' },
      { kind: 'handed-over' },
      { kind: 'written-off' },
    ] as const
    for (const status of statuses) {
      const page = render({ language, status })
      expect(page.match(/<h1>/g)).toHaveLength(1)
      expect(page).not.toMatch(/undefined|\[object|NaN/)
    }
  })
})
