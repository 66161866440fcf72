// What we know of a customer in a real browser: the customer's own copy on a phone, a contest without
// script, and the page for staff.
import { addDays } from '@parley/sdk/protocol'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { invoiceOf } from '../support/api-samples.ts'
import type { TestApp } from '../support/build-test-app.ts'
import { expectAccessible, HAS_CHROMIUM, inChromium, PHONE, picture } from '../support/chromium.ts'
import { liveBills, paidBills } from '../support/lived-bills.ts'
import { openPhone, type ServedPages, servePages } from '../support/served-pages.ts'

const DEBTOR = 'db_00000000000000000000000001'
const HISTORY = paidBills(
  DEBTOR,
  Array.from({ length: 8 }, (_, month) => {
    const paidOn = `2025-0${month + 1}-27`
    return { paidOn, dueOn: addDays(paidOn, -3 - 5 * (month % 3)) }
  }),
)

describe.skipIf(!HAS_CHROMIUM)(inChromium('what we know of a customer, in Chromium'), () => {
  let pages: ServedPages | undefined
  let app: TestApp
  let origin: string
  let browser: Browser
  let context: BrowserContext
  let page: Page
  let copy: string

  beforeAll(async () => {
    pages = await servePages()
    ;({ app, origin, browser } = pages)
    const { creditorId } = app.creditor
    const { db } = app.store
    await liveBills({ deps: { db }, creditorId }, HISTORY)
    const { json } = await app.send({
      ...{ method: 'POST', url: '/v1/payment-requests', body: invoiceOf(DEBTOR) },
    })
    copy = `${new URL(String(json['portalUrl'])).pathname}/profile`
    await db
      .insertInto('human_messages')
      .values({
        ...{ creditor_id: creditorId, message_id: 'hm_1', debtor_id: DEBTOR, state: 'sent' },
        ...{ claim_id: String(json['id']), step: 'first-notice', channel: 'email' },
        ...{ template: 'payment-request-t1', created_at: 1, sent_at: 1_773_133_200 },
      })
      .execute()
  })

  afterAll(() => pages?.close())

  beforeEach(async () => {
    context = await openPhone(browser)
    page = await context.newPage()
  })

  afterEach(() => context.close())

  async function expectFits(): Promise<void> {
    const [content, width] = await Promise.all([
      page.locator('html').evaluate((root) => root.scrollWidth),
      page.locator('html').evaluate((root) => root.clientWidth),
    ])
    expect(content).toBeLessThanOrEqual(width)
  }

  it.each(['en', 'fr', 'nl', 'de'])('the copy fits a phone: %s', async (language) => {
    await page.goto(`${origin}${copy}?lang=${language}`)
    await picture(page, `profile-${language}`)
    await expectFits()
  })

  it('a fact is contested without script, and the page says so', async () => {
    await page.goto(`${origin}${copy}?lang=en`)
    const fact = page.locator('.fact', { hasText: 'around day 27' })
    await fact.locator('summary').click()
    await fact.locator('textarea').fill('I have a new job.')
    await picture(page, 'profile-contesting')
    await expectFits()
    await fact.locator('button').click()
    await page.waitForSelector('.fact .told')
    expect(await page.locator('.fact .told').textContent()).toContain('We do not use it until')
    await picture(page, 'profile-contested')
  })

  it('staff see the same with its grounds, on a phone and wide', async () => {
    await page.goto(`${origin}/desk`)
    await page.fill('#by', 'Kim Peters')
    await page.fill('#api-key', app.creditor.apiKey)
    await page.click('button[type=submit]')
    await page.waitForSelector('h1:has-text("open task")')
    await page.goto(`${origin}/desk/customers/${DEBTOR}`)
    await picture(page, 'customer')
    await expectFits()
    for (const line of await page.locator('details > summary').all()) await line.click()
    await expectFits()
    await page.setViewportSize({ width: 1100, height: 800 })
    await picture(page, 'customer-wide')
    await page.setViewportSize(PHONE.viewport)
    await page.goto(`${origin}/desk?kind=review-contest`)
    await page.click('.button')
    await picture(page, 'contest-task')
    await expectFits()
  })

  it('has no fault that a screen reader would meet', async () => {
    const audited = await browser.newContext({ ...PHONE, bypassCSP: true })
    const open = await audited.newPage()
    await open.goto(`${origin}${copy}?lang=en`)
    await expectAccessible(open, 'the copy')
    await audited.close()
  })
})
