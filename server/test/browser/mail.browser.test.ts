// The HTML part of mails as mail programs show it: narrow and wide, by day and in dark mode.
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { loadCatalog } from '../../src/catalog-files.ts'
import { composeClaimMessage } from '../../src/domain/content/claim-message.ts'
import {
  COLOURS,
  expectAccessible,
  HAS_CHROMIUM,
  inChromium,
  launchChromium,
  picture,
} from '../support/chromium.ts'
import { messageInput } from '../support/message-samples.ts'

const { wording } = loadCatalog()

/** Among them they have every kind of block. */
const TEMPLATES = ['payment-request-t1', 'final-notice-t5', 'help-and-advice-t1'] as const
const SHOWN = TEMPLATES.flatMap((template) =>
  [375, 640].flatMap((width) =>
    (['light', 'dark'] as const).map((colorScheme) => ({ template, width, colorScheme })),
  ),
)

describe.skipIf(!HAS_CHROMIUM)(inChromium('a mail in Chromium'), () => {
  let browser: Browser
  let context: BrowserContext

  beforeAll(async () => {
    browser = await launchChromium()
  })
  afterEach(() => context?.close())
  afterAll(() => browser?.close())

  async function open(
    html: string,
    { width, colorScheme }: { width: number; colorScheme: 'light' | 'dark' },
  ): Promise<Page> {
    context = await browser.newContext({ viewport: { width, height: 800 }, colorScheme })
    const page = await context.newPage()
    await page.setContent(html)
    return page
  }

  it.each(SHOWN)('is readable: $template, $width pixels, $colorScheme', async (shown) => {
    const { template, width, colorScheme } = shown
    const page = await open(mail(template).html, shown)
    const rules = [...COLOURS, 'link-name', 'document-title', 'html-has-lang']
    await expectAccessible(page, template, { rules })
    expect(await background(page, 'body')).toBe(
      colorScheme === 'dark' ? 'rgb(18, 24, 28)' : 'rgb(243, 241, 236)',
    )
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width)
    await picture(page, `mail-${template}-${width}-${colorScheme}`)
  })

  it('keeps dark colours where Outlook on the web has marked what it changed', async () => {
    const marked = mail('final-notice-t5').html.replace(
      '<body ',
      '<body data-ogsc="#000000" data-ogsb="#ffffff" ',
    )
    const page = await open(marked, { width: 640, colorScheme: 'light' })
    expect(await background(page, '.card')).toBe('rgb(31, 41, 47)')
    expect(await background(page, '.button')).toBe('rgb(134, 214, 204)')
    await expectAccessible(page, 'marked', { rules: COLOURS, within: '.card' })
  })

  it('is readable by its inline colours alone, in a program that drops style elements', async () => {
    const bare = mail('final-notice-t5').html.replaceAll(/<style>[^<]*<\/style>/g, '')
    const page = await open(bare, { width: 375, colorScheme: 'dark' })
    expect(await background(page, '.card')).toBe('rgb(255, 255, 255)')
    await expectAccessible(page, 'bare', { rules: COLOURS })
  })

  it('colours every class that it names', () => {
    const { html } = mail('final-notice-t5')
    const named = new Set(
      [...html.matchAll(/class="([^"]*)"/g)].flatMap(([, it = '']) => it.split(' ')),
    )
    const coloured = new Set([...html.matchAll(/^\.([a-z]+)\{/gm)].map(([, name]) => name))
    expect(coloured).toEqual(named)
  })
})

function mail(template: (typeof TEMPLATES)[number]) {
  return composeClaimMessage(messageInput(template, 'de'), wording)
}

async function background(page: Page, selector: string): Promise<string> {
  const found = `document.querySelector(${JSON.stringify(selector)})`
  return await page.evaluate(`getComputedStyle(${found}).backgroundColor`)
}
