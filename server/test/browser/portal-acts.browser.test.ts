// The other acts of the page in a real browser: a phone, no script, three clicks from the link at most.
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { LANGUAGES } from '../../src/domain/wording/language.ts'
import type { TestApp } from '../support/build-test-app.ts'
import { expectAccessible, HAS_CHROMIUM, inChromium, PHONE, picture } from '../support/chromium.ts'
import { openPhone, type ServedPages, servePages } from '../support/served-pages.ts'

const ACTS = ['paid', 'dispute', 'help', 'preferences'] as const

describe.skipIf(!HAS_CHROMIUM)(
  inChromium('the other acts of the page in Chromium on a phone'),
  () => {
    let pages: ServedPages | undefined
    let app: TestApp
    let origin: string
    let browser: Browser
    let context: BrowserContext
    let page: Page
    let numbers = 0
    let clicks = 0

    beforeAll(async () => {
      pages = await servePages()
      ;({ app, origin, browser } = pages)
    })

    afterAll(() => pages?.close())

    beforeEach(async () => {
      context = await openPhone(browser)
      page = await context.newPage()
      clicks = 0
    })

    afterEach(() => context.close())

    async function open(language = 'en'): Promise<{ id: string; url: string }> {
      numbers += 1
      const contact = {
        email: `ann-${numbers}@example.org`,
        phone: '+32470123456',
        postalAddress: { lines: ['Kade 1', '1000 Brussels'], country: 'BE' },
      }
      const { json } = await app.send<{ id: string; portalUrl: string }>({
        method: 'POST',
        url: '/v1/payment-requests',
        body: {
          invoiceNumber: `A-${numbers}`,
          debtor: { externalId: `a-${numbers}`, name: 'Ann Peeters', language, contact },
          amount: { value: '187.42', currency: 'EUR' },
          dueDate: '2026-03-27',
        },
      })
      const url = origin + new URL(json.portalUrl).pathname
      await page.goto(url)
      return { id: json.id, url }
    }

    async function click(selector: string): Promise<void> {
      await page.click(selector)
      clicks += 1
    }

    const main = async () => (await page.textContent('main')) ?? ''
    const holdsOf = async (id: string) => {
      const { json } = await app.send<{ holds: { reason: string }[]; disputed: { value: string } }>(
        {
          url: `/v1/payment-requests/${id}`,
        },
      )
      return { reasons: json.holds.map(({ reason }) => reason), disputed: json.disputed.value }
    }

    it('"already paid" takes two clicks', async () => {
      const { id } = await open()
      await click('#paid > summary')
      await click('#paid button')
      expect(await page.textContent('[role=status]')).toContain('until 17 March 2026')
      expect(await page.locator('#paid button').count()).toBe(0)
      expect(await holdsOf(id)).toMatchObject({ reasons: ['already-paid'] })
      expect(clicks).toBe(2)
    })

    it('a dispute takes three', async () => {
      const { id } = await open()
      await click('#dispute > summary')
      await click('label:has-text("The amount is wrong")')
      await click('#dispute button')
      expect(await main()).toContain('You told us on 10 March 2026 that something is wrong')
      expect(await holdsOf(id)).toEqual({ reasons: ['dispute'], disputed: '187.42' })
      expect(clicks).toBe(3)
    })

    it('a call for help takes three, with hardship', async () => {
      const { id } = await open()
      await click('#help > summary')
      await click('label:has-text("Paying is difficult")')
      await click('#help button')
      expect(await page.textContent('[role=status]')).toContain('will get in touch with you')
      expect(await holdsOf(id)).toMatchObject({ reasons: ['hardship'] })
      expect(clicks).toBe(3)
    })

    it('a stop of e-mails takes three, and a wish is shown again', async () => {
      await open()
      await click('#preferences > summary')
      await page.selectOption('#preferences-channel', 'sms')
      await page.selectOption('#preferences-language', 'de')
      await page.fill('#preferences-payday', '25')
      await click('label:has-text("No more e-mails")')
      await click('#preferences button')
      expect(await page.getAttribute('html', 'lang')).toBe('de')
      expect(await page.textContent('[role=status]')).toContain('Gespeichert')
      await page.click('#preferences > summary')
      expect(await page.inputValue('#preferences-channel')).toBe('sms')
      expect(await page.inputValue('#preferences-payday')).toBe('25')
      expect(await page.textContent('#preferences')).toContain('keine E-Mails mehr von uns')
      expect(clicks).toBe(3)
    })

    it('a part in dispute is written as people write amounts, and what is wrong is shown', async () => {
      const { id } = await open()
      await page.click('#dispute > summary')
      await page.click('#dispute button')
      const alert = page.getByRole('alert')
      expect(await alert.textContent()).toContain('Choose what is wrong.')
      await alert.getByRole('link').click()
      expect(page.url()).toMatch(/#dispute-reason-1$/)
      await page.click('label:has-text("The amount is wrong")')
      await page.fill('#dispute-part', '200')
      await page.fill('#dispute-text', 'Only nine bottles came.')
      await page.click('#dispute button')
      expect(await alert.textContent()).toContain('€187.42 at most')
      await picture(page, 'dispute-wrong')
      expect(await page.inputValue('#dispute-text')).toBe('Only nine bottles came.')
      await page.fill('#dispute-part', '20,50')
      await page.click('#dispute button')
      expect(await main()).toContain('We are looking into €20.50 of it')
      expect(await holdsOf(id)).toEqual({ reasons: ['dispute'], disputed: '20.50' })
    })

    it('all can be done with the keys alone', async () => {
      const { id } = await open()
      await page.focus('#dispute > summary')
      await page.keyboard.press('Enter')
      await page.keyboard.press('Tab')
      await page.keyboard.press('Space')
      await page.keyboard.press('Enter')
      await page.waitForSelector('[role=status]')
      expect(await holdsOf(id)).toMatchObject({ reasons: ['dispute'] })
    })

    it.each(LANGUAGES)('fit a phone in %s, before and after', async (language) => {
      await open(language)
      for (const act of ACTS) await page.click(`#${act} > summary`)
      await picture(page, `acts-${language}`)
      await expectFits()
      await page.click('#help button')
      await picture(page, `done-${language}`)
      await expectFits()
    })

    async function expectFits(): Promise<void> {
      const root = page.locator('html')
      const content = await root.evaluate((it) => it.scrollWidth)
      expect(content).toBeLessThanOrEqual(await root.evaluate((it) => it.clientWidth))
    }

    // The audit needs script, in a context that lets it in past the policy; the pages have none.
    it('have no fault of accessibility, light or dark', async () => {
      const audited = await browser.newContext({ ...PHONE, bypassCSP: true })
      page = await audited.newPage()
      await open()
      await page.click('#paid > summary')
      await page.click('#paid button')
      for (const act of ACTS.slice(1)) await page.click(`#${act} > summary`)
      await expectAccessible(page, 'told, and all open')
      await page.click('#dispute button')
      await page.emulateMedia({ colorScheme: 'dark' })
      await picture(page, 'wrong-dark')
      await expectAccessible(page, 'a fault shown in the dark')
      await audited.close()
    })
  },
)
