// The page in a real browser, as a person holds it: a phone, no script, a link from a mail.
import jsQRModule from 'jsqr'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { PNG } from 'pngjs'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { TestApp } from '../support/build-test-app.ts'
import {
  COLOURS,
  expectAccessible,
  HAS_CHROMIUM,
  inChromium,
  PHONE,
  picture,
} from '../support/chromium.ts'
import { openPhone, type ServedPages, servePages } from '../support/served-pages.ts'

describe.skipIf(!HAS_CHROMIUM)(inChromium('the page of a bill in Chromium on a phone'), () => {
  let pages: ServedPages | undefined
  let app: TestApp
  let origin: string
  let browser: Browser
  let context: BrowserContext
  let page: Page
  let numbers = 0

  beforeAll(async () => {
    pages = await servePages()
    ;({ app, origin, browser } = pages)
  })

  afterAll(() => pages?.close())

  beforeEach(async () => {
    context = await openPhone(browser)
    page = await context.newPage()
  })

  afterEach(() => context.close())

  /** A new bill; the address of its page. */
  async function bill(
    language = 'en',
    { segment = 'default', preferences = {} } = {},
  ): Promise<{ id: string; url: string; reference: string }> {
    numbers += 1
    const { json } = await app.send<{
      id: string
      portalUrl: string
      remittance: { reference: string }
    }>({
      method: 'POST',
      url: '/v1/payment-requests',
      body: {
        invoiceNumber: `2026-00${numbers}`,
        debtor: { externalId: `b-${numbers}`, name: 'Ann Peeters', language, preferences },
        segment,
        amount: { value: '187.42', currency: 'EUR' },
        dueDate: '2026-03-27',
      },
    })
    const { id, portalUrl, remittance } = json
    return { id, url: origin + new URL(portalUrl).pathname, reference: remittance.reference }
  }

  /** A policy of many kinds of rows, and a bill of it to a person who told a pay day. */
  async function richBill(language = 'en'): Promise<{ id: string; url: string }> {
    const terms = {
      maxDeferralDays: 30,
      maxInstalments: 12,
      maxDurationDays: 365,
      minInstalment: '10.00',
      intervals: ['P1M', 'P2W'],
      prices: [
        { priceBps: 0 },
        { priceBps: -200, lastDueWithinDays: 14 },
        { priceBps: 150, lastDueAfterDays: 180 },
      ],
      downPaymentsBps: [2_000],
      law: { freeOfChargeOnly: false, maxAprBps: 1_000, maxFee: '10.00' },
    }
    const url = '/v1/negotiation-policies/rich'
    const made = await app.send({ method: 'PUT', url, body: terms })
    expect(made.status, made.text).toBe(200)
    return await bill(language, { segment: 'rich', preferences: { payDay: 25 } })
  }

  it('is settled three clicks after the link', async () => {
    const { id, url } = await bill()
    let clicks = 0
    const click = async (selector: string) => {
      await page.click(selector)
      clicks += 1
    }
    await page.goto(url)
    await picture(page, 'claim')
    await click('label:has-text("€62.48")')
    await picture(page, 'chosen')
    await click('button[type=submit]')
    expect(await page.textContent('h1')).toBe('Is this right?')
    await picture(page, 'confirm')
    await click('button[type=submit]')
    expect(await page.textContent('h1')).toBe('All set, thank you')
    await picture(page, 'done')
    expect(clicks).toBe(3)
    const { json } = await app.send({ url: `/v1/payment-requests/${id}` })
    expect(json).toMatchObject({
      conversation: 'agreed',
      agreement: { acceptedBy: 'portal', instalments: 3 },
    })
  })

  it('says what is wrong and leads to it', async () => {
    await page.goto((await bill()).url)
    await page.click('button[type=submit]')
    await picture(page, 'nothing-chosen')
    const alert = page.getByRole('alert')
    expect(await alert.textContent()).toContain('Choose one of the options.')
    await alert.getByRole('link').click()
    expect(page.url()).toMatch(/#choice-1$/)
  })

  it('can be used with the keys alone', async () => {
    await page.goto((await bill()).url)
    await page.focus('input[type=radio]')
    await page.keyboard.press('Space')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await page.waitForSelector('h1:text-is("Is this right?")')
    expect(await page.textContent('main')).toContain('2\u00a0×\u00a0€93.71')
  })

  it('opens the days of a row only when it is chosen', async () => {
    await page.goto((await bill()).url)
    const days = page.locator('input[type=date]')
    const shown = page.locator('input[type=date]:visible')
    expect(await days.count()).toBeGreaterThan(1)
    expect(await shown.count()).toBe(0)
    await page.click('label:has-text("€62.48")')
    expect(await shown.count()).toBe(1)
  })

  it('fits the width of a phone in every language, without scrolling sideways', async () => {
    for (const language of ['fr', 'nl', 'en', 'de']) {
      await page.goto((await bill(language)).url)
      await page.locator('input[type=radio]').nth(2).check()
      await picture(page, `claim-${language}`)
      const [content, width] = await Promise.all([
        page.locator('html').evaluate((root) => root.scrollWidth),
        page.locator('html').evaluate((root) => root.clientWidth),
      ])
      expect(content, language).toBeLessThanOrEqual(width)
    }
  })

  it('breaks the long reference of a Swiss bill rather than scroll sideways', async () => {
    const swiss = await app.addCreditor({ account: { iban: 'CH4431999123000889012' } })
    const { json } = await app.send<{ portalUrl: string }>({
      method: 'POST',
      url: '/v1/payment-requests',
      as: swiss,
      body: {
        invoiceNumber: 'S-1',
        debtor: { externalId: 's-1', name: 'Urs Meier', language: 'de' },
        amount: { value: '250.00', currency: 'CHF' },
        dueDate: '2026-03-27',
      },
    })
    await page.setViewportSize({ width: 320, height: 640 })
    await page.goto(json.portalUrl.replace(/^https?:\/\/[^/]+/, origin))
    expect(await page.locator('.copy .group').count()).toBe(12)
    expect(await page.locator('html').evaluate((root) => root.scrollWidth)).toBeLessThanOrEqual(320)
  })

  it('shows many rows a few at a time, on a phone, in every language', async () => {
    for (const language of ['fr', 'nl', 'en', 'de']) {
      await page.goto((await richBill(language)).url)
      const radios = page.locator('input[type=radio]')
      expect(await radios.count()).toBeGreaterThan(40)
      expect(await page.locator('input[type=radio]:visible').count()).toBeLessThanOrEqual(10)
      await picture(page, `rich-${language}`)
      await page.locator('details.others > summary').nth(2).click()
      await page.locator('details.others[open] input[type=radio]').nth(1).check()
      await picture(page, `rich-open-${language}`)
      const [content, width] = await Promise.all([
        page.locator('html').evaluate((root) => root.scrollWidth),
        page.locator('html').evaluate((root) => root.clientWidth),
      ])
      expect(content, language).toBeLessThanOrEqual(width)
    }
  }, 60_000)

  it('lets a row behind a line be chosen with the keys alone, and agrees to just that', async () => {
    const { id, url } = await richBill()
    await page.goto(url)
    await page.locator('details.others > summary').nth(4).focus()
    await page.keyboard.press('Enter')
    const row = page.locator('details.others[open] input[value="5-P1M-d2000-p25"]')
    await row.focus()
    await page.keyboard.press('Space')
    await page.keyboard.press('Enter')
    await page.waitForSelector('h1:text-is("Is this right?")')
    expect(await page.textContent('main')).toContain('on the 25th of each month')
    await picture(page, 'rich-confirm')
    await page.keyboard.press('Tab')
    await page.click('button[type=submit]')
    const { json } = await app.send({ url: `/v1/payment-requests/${id}` })
    expect(json).toMatchObject({ agreement: { instalments: 5, total: { value: '187.42' } } })
  })

  async function scanned(): Promise<string[] | undefined> {
    const { data, width, height } = PNG.sync.read(await page.locator('figure.qr').screenshot())
    const jsQR = (jsQRModule as unknown as { default: typeof jsQRModule.default }).default
    return jsQR(new Uint8ClampedArray(data), width, height)?.data.split('\n')
  }

  it('draws a Swiss QR Code with its cross, and a link for payment apps', async () => {
    const as = await app.addCreditor({
      account: { iban: 'CH4431999123000889012' },
      contact: { postalAddress: { lines: ['Seestrasse 12', '8002 Zürich'], country: 'CH' } },
    })
    const debtor = { externalId: 'swiss', name: 'Anna Rüegg', language: 'de' }
    const amount = { value: '187.45', currency: 'CHF' }
    const body = { invoiceNumber: 'CH-1', debtor, amount, dueDate: '2026-03-27' }
    const { json } = await app.send<{ portalUrl: string; remittance: { reference: string } }>({
      ...{ method: 'POST', url: '/v1/payment-requests', as, body },
    })
    await page.goto(origin + new URL(json.portalUrl).pathname)
    const { reference } = json.remittance
    expect(await scanned()).toEqual([
      ...['SPC', '0200', '1', 'CH4431999123000889012'],
      ...['S', 'Blue Water', 'Seestrasse', '12', '8002', 'Zürich', 'CH'],
      ...['', '', '', '', '', '', '', '187.45', 'CHF', '', '', '', '', '', '', ''],
      ...['QRR', reference, '', 'EPD'],
    ])
    const link = new URL((await page.locator('.on-phone a').getAttribute('href')) ?? '')
    expect(link.href).toContain('payto://iban/CH4431999123000889012?amount=CHF:187.45')
    expect(link.searchParams.get('instruction')).toBe(reference)
    expect(await page.locator('.on-phone a').isVisible()).toBe(true)
  })

  it('draws a code that a phone reads as the bill', async () => {
    const { url, reference } = await bill()
    await page.goto(url)
    expect(await scanned()).toEqual([
      'BCD',
      '002',
      '1',
      'SCT',
      '',
      'Blue Water',
      'BE71096123456769',
      'EUR187.42',
      '',
      reference,
    ])
  })

  it('loads nothing but itself and breaks no rule of its own policy', async () => {
    const loaded: string[] = []
    const complaints: string[] = []
    page.on('request', (request) => loaded.push(new URL(request.url()).pathname))
    page.on('console', (message) => complaints.push(message.text()))
    const { url } = await bill()
    await page.goto(url)
    expect(loaded.filter((path) => path !== '/favicon.ico')).toEqual([new URL(url).pathname])
    expect(complaints.filter((text) => !text.includes('favicon'))).toEqual([])
  })

  // The audit needs script, in a context that lets it in past the policy; the pages have none.
  it('has no fault of accessibility, light or dark', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      const expectNoFaults = (name: string) =>
        expectAccessible(page, name, colorScheme === 'dark' ? { rules: COLOURS } : {})
      const options = { ...PHONE, bypassCSP: true, colorScheme }
      const audited = await browser.newContext(options)
      page = await audited.newPage()
      await page.goto((await bill()).url)
      await expectNoFaults('claim')
      await page.click('button[type=submit]')
      await expectNoFaults('nothing chosen')
      await page.click('label:has-text("€62.48")')
      await expectNoFaults('chosen')
      await page.click('button[type=submit]')
      await expectNoFaults('confirm')
      await page.click('button[type=submit]')
      await expectNoFaults('done')
      await page.goto((await richBill()).url)
      await page.locator('details.others > summary').first().click()
      await expectNoFaults('many rows')
      await page.goto(`${origin}/p/nothing`)
      await expectNoFaults('not found')
      await picture(page, `not-found-${colorScheme}`)
      await audited.close()
    }
  })
})
