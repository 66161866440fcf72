// The desk in a real browser: a phone, the keys alone, no script; and what a screen reader would meet.
import type { Browser, BrowserContext, Page } from 'playwright-core'
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
import { billWithTask } from '../support/desk-app.ts'
import { openPhone, type ServedPages, servePages } from '../support/served-pages.ts'

describe.skipIf(!HAS_CHROMIUM)(inChromium('the desk in Chromium on a phone'), () => {
  let pages: ServedPages | undefined
  let app: TestApp
  let origin: string
  let browser: Browser
  let context: BrowserContext
  let page: Page
  let reply: { taskId: string; claimId: string }

  beforeAll(async () => {
    pages = await servePages()
    ;({ app, origin, browser } = pages)
    reply = await billWithTask(app, {
      kind: 'read-reply',
      inDays: -1,
      details: {
        channel: 'email',
        text: 'Hello,\nI paid half of it on Monday and the rest comes when my wages do, on the 25th.\n\nKind regards\nAnn',
        proposed: { kind: 'record-promise', day: '2026-03-25' },
      },
    })
    await billWithTask(app, { kind: 'look-into-dispute', value: '1240.00', name: 'Jan Smet' })
    await billWithTask(app, { kind: 'hand-over-review', value: '89.90', inDays: 0.5 })
    const { claimId } = await billWithTask(app, {
      kind: 'call-back',
      value: '45.00',
      name: 'Maximiliane-Alexandra von Hohenstein-Württemberg',
    })
    await lateAndPaid(claimId)
  })

  /** Something for the bars: a bill that was late and is paid, and steps that were held back. */
  async function lateAndPaid(claimId: string): Promise<void> {
    const { creditorId } = app.creditor
    const { pool } = app.store
    await pool.query(
      `update claims set issue_date = '2025-11-01', due_date = '2025-12-01' where claim_id = $1`,
      [claimId],
    )
    await pool.query(
      `insert into payments values ($1, 'py_1', $2, 'bt_1', 4500, '[]', 0, '2026-02-02', null, 0)`,
      [creditorId, claimId],
    )
    const at = Date.parse('2026-02-03T09:00:00Z') / 1000
    for (const [type, reason, count] of [
      ['reminder.deferred', 'outside-contact-window', 14],
      ['reminder.deferred', 'contact-budget', 6],
      ['reminder.skipped', 'claim-settled', 3],
    ] as const) {
      await pool.query(
        `insert into events (creditor_id, claim_id, type, data, at)
          select $1, $2, $3, jsonb_build_object('reason', $4::text), $5
          from generate_series(1, $6::int)`,
        [creditorId, claimId, type, reason, at, count],
      )
    }
  }

  afterAll(() => pages?.close())

  beforeEach(async () => {
    context = await openPhone(browser)
    page = await context.newPage()
  })

  afterEach(() => context.close())

  async function pictures(name: string): Promise<void> {
    await picture(page, name)
    await page.setViewportSize({ width: 1100, height: 800 })
    await picture(page, `${name}-wide`)
    await page.setViewportSize(PHONE.viewport)
  }

  async function logIn(): Promise<void> {
    await page.goto(`${origin}/desk`)
    await page.fill('#by', 'Kim Peters')
    await page.fill('#api-key', app.creditor.apiKey)
    await page.click('button[type=submit]')
    await page.waitForSelector('h1:has-text("open task")')
  }

  async function expectFits(name: string): Promise<void> {
    const [content, width] = await Promise.all([
      page.locator('html').evaluate((root) => root.scrollWidth),
      page.locator('html').evaluate((root) => root.clientWidth),
    ])
    expect(content, name).toBeLessThanOrEqual(width)
  }

  it('fits the width of a phone on every page', async () => {
    await page.goto(`${origin}/desk`)
    await pictures('desk-login')
    await expectFits('log-in')
    await logIn()
    await pictures('desk-list')
    await expectFits('list')
    for (const kind of ['read-reply', 'look-into-dispute', 'hand-over-review']) {
      await page.goto(`${origin}/desk?kind=${kind}`)
      await page.click('.button')
      await pictures(`desk-${kind}`)
      await expectFits(kind)
    }
    await page.goto(`${origin}/desk/kpis`)
    await pictures('desk-kpis')
    await expectFits('figures')
    for (const line of await page.locator('details > summary').all()) await line.click()
    await expectFits('figures in numbers')
  })

  it('is worked with the keys alone, from the log-in to the end of a task', async () => {
    const { taskId } = await billWithTask(app, { kind: 'call-the-customer', inDays: -9 })
    await page.goto(`${origin}/desk`)
    await page.keyboard.press('Tab')
    expect(await page.locator(':focus').textContent()).toBe('Go to the content')
    await page.keyboard.press('Tab')
    await page.keyboard.type('Sam Lee')
    await page.keyboard.press('Tab')
    await page.keyboard.type(app.creditor.apiKey)
    await page.keyboard.press('Enter')
    await page.waitForSelector('h1:has-text("open task")')
    await page.locator('.button').first().focus()
    await page.keyboard.press('Enter')
    await page.waitForSelector('#act')
    await page.locator('details.act[open] input[name=note]').focus()
    await page.keyboard.type('Pays on Friday')
    await page.keyboard.press('Tab')
    expect(await page.locator(':focus').textContent()).toBe('Done')
    await page.keyboard.press('Enter')
    await page.waitForSelector('[role=status]')
    const { json } = await app.send({ url: `/v1/tasks/${taskId}` })
    expect(json).toMatchObject({ task: { state: 'done', endedBy: 'Sam Lee' } })
  })

  it('shows an answer, and lets reminders rest as it proposes', async () => {
    await logIn()
    await page.goto(`${origin}/desk/tasks/${reply.taskId}`)
    expect(await page.textContent('.words')).toContain('when my wages do')
    expect(await page.textContent('main')).toContain('A machine would note a promise')
    await page.fill('#until', '2026-03-27')
    await page.click('button:has-text("Let them rest")')
    await page.waitForSelector('[role=status]')
    const { json } = await app.send({ url: `/v1/payment-requests/${reply.claimId}` })
    // Until the day after it begins in Brussels.
    expect(json['holds']).toMatchObject([{ reason: 'promise', until: '2026-03-27T23:00:00Z' }])
  })

  it('loads nothing but itself and breaks no rule of its own policy', async () => {
    await logIn()
    const loaded: string[] = []
    const complaints: string[] = []
    page.on('request', (request) => loaded.push(new URL(request.url()).pathname))
    page.on('console', (message) => complaints.push(message.text()))
    await page.goto(`${origin}/desk/kpis`)
    expect(loaded.filter((path) => path !== '/favicon.ico')).toEqual(['/desk/kpis'])
    expect(complaints.filter((text) => !text.includes('favicon'))).toEqual([])
  })

  // The audit needs script, in a context that lets it in past the policy; the pages have none.
  it('has no fault of accessibility, light or dark', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      const audited = await browser.newContext({ ...PHONE, bypassCSP: true, colorScheme })
      page = await audited.newPage()
      const isLight = colorScheme === 'light'
      // Only colours differ in the dark, and the list and a task have all of them.
      const expectNoFaults = (name: string) =>
        expectAccessible(page, name, isLight ? {} : { rules: COLOURS })
      await logIn()
      await expectNoFaults('list')
      await page.goto(`${origin}/desk?kind=hand-over-review`)
      await page.click('.button')
      await openAll()
      await expectNoFaults('task')
      if (isLight) {
        await page.goto(`${origin}/desk/kpis`)
        await openAll()
        await expectNoFaults('figures')
        await page.goto(`${origin}/desk/login`)
        await expectNoFaults('log-in')
      }
      await audited.close()
    }
  })

  async function openAll(): Promise<void> {
    for (const details of await page.locator('details').all()) {
      await details.evaluate((element) => element.setAttribute('open', ''))
    }
  }
})
