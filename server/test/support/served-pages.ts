// A server whose pages a browser opens, and the phone of a person without script.
import type { AddressInfo } from 'node:net'
import type { Browser, BrowserContext } from 'playwright-core'
import { buildTestApp, type TestApp } from './build-test-app.ts'
import { launchChromium, PHONE } from './chromium.ts'

export interface ServedPages {
  app: TestApp
  origin: string
  browser: Browser
  close(): Promise<void>
}

export async function servePages(): Promise<ServedPages> {
  const app = await buildTestApp()
  await app.app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = app.app.server.address() as AddressInfo
  const browser = await launchChromium()
  const close = async () => {
    await browser.close()
    await app.close()
  }
  return { app, origin: `http://127.0.0.1:${port}`, browser, close }
}

export async function openPhone(browser: Browser): Promise<BrowserContext> {
  const context = await browser.newContext({ ...PHONE, javaScriptEnabled: false })
  context.setDefaultTimeout(5_000)
  return context
}
