// The SDK in a real browser: the page is on another origin than the server, as an app would be.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { createCreditorClient } from '@parley/sdk/creditor'
import { addDays } from '@parley/sdk/protocol'
import { build } from 'esbuild'
import { chromium } from 'playwright-core'

const { PARLEY_SERVER = 'http://127.0.0.1:8080', PARLEY_API_KEY = '' } = process.env
const { CHROMIUM = '/usr/bin/chromium' } = process.env
if (!existsSync(CHROMIUM)) {
  console.log(`left out: no browser at ${CHROMIUM} (set CHROMIUM to one)`)
  process.exit(0)
}

const { api, unwrap } = createCreditorClient({ baseUrl: PARLEY_SERVER, apiKey: PARLEY_API_KEY })
const today = new Date().toISOString().slice(0, 10)
const issued = await unwrap(
  api.POST('/v1/payment-requests', {
    body: {
      invoiceNumber: '2026-0400',
      debtor: { externalId: 'C-4', name: 'Marie Lambert' },
      amount: { value: '64.10', currency: 'EUR' },
      dueDate: addDays(today, 20),
    },
  }),
)
const params = { path: { debtorId: issued.debtorId } }
const { code } = await unwrap(api.POST('/v1/debtors/{debtorId}/activation-codes', { params }))

const script = await build({
  entryPoints: [fileURLToPath(new URL('./page.ts', import.meta.url))],
  bundle: true,
  format: 'esm',
  platform: 'browser',
  write: false,
})
const text = script.outputFiles[0]?.text ?? ''
const page = '<!doctype html><title>Agent</title><script type="module" src="/page.js"></script>'
const app = createServer((request, reply) => {
  const isScript = request.url === '/page.js'
  reply.setHeader('content-type', isScript ? 'text/javascript' : 'text/html')
  // A strict policy: no eval, and only the server of the creditor may be called.
  reply.setHeader('content-security-policy', `default-src 'self'; connect-src ${PARLEY_SERVER}`)
  reply.end(isScript ? text : page)
}).listen(0, '127.0.0.1')
await once(app, 'listening')
const origin = `http://127.0.0.1:${(app.address() as AddressInfo).port}`

// As root, as in a container, Chromium has no sandbox to start in.
const args = process.getuid?.() === 0 ? ['--no-sandbox'] : []
const browser = await chromium.launch({ executablePath: CHROMIUM, args })
try {
  const tab = await browser.newPage()
  await tab.goto(origin)
  await tab.waitForFunction(() => 'answerBills' in window)
  const said = await tab.evaluate(([server, given]) => window.answerBills(server, given), [
    PARLEY_SERVER,
    code,
  ] as const)
  assert.equal(said.length, 1, 'the agent decided on one bill')
  console.log(said[0])
} finally {
  await browser.close()
  app.close()
}
const read = await unwrap(
  api.GET('/v1/payment-requests/{paymentRequestId}', {
    params: { path: { paymentRequestId: issued.id } },
  }),
)
assert.equal(read.agreement?.acceptedBy, 'agent', 'both have signed')
console.log(
  `agreed for ${read.agreement?.firstDueDate}, ${Math.round(text.length / 1024)} KiB of script`,
)
