// The real browser in which pages and mails are looked at. A machine without one leaves those tests
// out by name; where the pictures go, and whether there are any, the environment says.
import { existsSync } from 'node:fs'
import process from 'node:process'
import { AxeBuilder } from '@axe-core/playwright'
import { type Browser, chromium, type Page } from 'playwright-core'
import { expect } from 'vitest'

const PATH = process.env['CHROMIUM'] ?? '/usr/bin/chromium'
const PICTURES = process.env['PARLEY_TEST_PICTURES']

export const HAS_CHROMIUM = existsSync(PATH)

export const PHONE = {
  viewport: { width: 360, height: 740 },
  deviceScaleFactor: 2,
  hasTouch: true,
} as const

/** The title of tests that need the browser. */
export function inChromium(title: string): string {
  return HAS_CHROMIUM ? title : `LEFT OUT: no browser at ${PATH} (set CHROMIUM to one)`
}

export async function launchChromium(): Promise<Browser> {
  // As root, as in a container, Chromium has no sandbox to start in.
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  return await chromium.launch({ executablePath: PATH, args })
}

/** Takes a picture of the whole page, to be looked at, when `PARLEY_TEST_PICTURES` names a folder. */
export async function picture(page: Page, name: string): Promise<void> {
  if (PICTURES === undefined) return
  await page.screenshot({ path: `${PICTURES}/${name}.png`, fullPage: true })
}

/** The rules whose result depends on the colours: all that differs in dark mode. */
export const COLOURS = ['color-contrast'] as const

export interface Audit {
  /** All rules, unless named. */
  readonly rules?: readonly string[]
  /** A selector; the whole page without one. */
  readonly within?: string
}

/**
 * Expects that axe-core finds no fault on the page, and that it looked. The audit needs script: its
 * context must have it, and be let in past the policy of the page (`bypassCSP`).
 */
export async function expectAccessible(
  page: Page,
  name: string,
  { rules, within }: Audit = {},
): Promise<void> {
  // No page has frames: the audit needs no page of its own to put their results together.
  let audit = new AxeBuilder({ page }).setLegacyMode()
  if (rules !== undefined) audit = audit.withRules([...rules])
  if (within !== undefined) audit = audit.include(within)
  const { violations, passes } = await audit.analyze()
  const faults = violations.map(
    ({ id, nodes }) => `${name}: ${id} at ${nodes.map(({ html }) => html).join(' ')}`,
  )
  expect(faults).toEqual([])
  expect(passes.length, `${name}: what was looked at`).toBeGreaterThan(0)
}
