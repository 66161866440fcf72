import { peekClaims } from '@parley/sdk/protocol'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildTestApp, expectProblem, NOW, type TestApp } from '../support/build-test-app.ts'

const FORM = 'application/x-www-form-urlencoded'

let app: TestApp
let numbers = 0

beforeAll(async () => {
  app = await buildTestApp()
})

afterAll(() => app.close())

interface Issued {
  id: string
  path: string
  reference: string
}

/** A bill of 120.00 EUR, due on 27 March, and the path of its page. */
async function issue(change: Record<string, unknown> = {}): Promise<Issued> {
  numbers += 1
  const reply = await app.send<{
    id: string
    portalUrl: string
    remittance: { reference: string }
  }>({
    method: 'POST',
    url: '/v1/payment-requests',
    body: {
      invoiceNumber: `P-${numbers}`,
      debtor: { externalId: `p-${numbers}`, name: 'Ann Peeters', language: 'nl', contact: {} },
      amount: { value: '120.00', currency: 'EUR' },
      dueDate: '2026-03-27',
      ...change,
    },
  })
  expect(reply.status, reply.text).toBe(201)
  const { id, portalUrl, remittance } = reply.json
  return { id, path: new URL(portalUrl).pathname, reference: remittance.reference }
}

const page = (path: string, accept = 'text/html,application/xhtml+xml,*/*;q=0.8') =>
  app.send({ url: path, as: null, headers: { accept } })

const submit = (path: string, fields: Record<string, string>, query = '?lang=en') =>
  app.send({
    method: 'POST',
    url: `${path}/plan${query}`,
    as: null,
    key: null,
    type: FORM,
    body: new URLSearchParams(fields).toString(),
  })

const CHOICE = { row: '3-P1M', 'first-day.3-P1M': '2026-03-20', 'first-day.1': '2026-03-10' }

/** The hidden fields of the form of a page. */
function hiddenFields(html: string): Record<string, string> {
  const found = html.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)">/g)
  return Object.fromEntries([...found].map(([, name = '', value = '']) => [name, value]))
}

/** Chooses three instalments and confirms them. */
async function settle(path: string) {
  const confirmation = await submit(path, CHOICE)
  expect(confirmation.status, confirmation.text).toBe(200)
  return await submit(path, hiddenFields(confirmation.text))
}

async function claimOf(id: string) {
  const { json } = await app.send<{
    conversation: string
    agreement: { acceptedBy: string; lines: unknown[] } | null
  }>({ url: `/v1/payment-requests/${id}` })
  return json
}

describe('the page of a claim', () => {
  it('shows what is owed, how to pay and what else is possible', async () => {
    const { path, reference } = await issue()
    const { status, text } = await page(`${path}?lang=en`)
    expect(status).toBe(200)
    expect(text).toContain('€120.00')
    expect(text).toContain('Blue Water')
    expect(text).toContain(`<span class="group">${reference.slice(0, 4)}</span>`)
    expect(text).toContain('3\u00a0×\u00a0€40.00, every month')
    expect(text).toContain('mailto:bills@blue-water.example')
  })

  it('runs no script, sets no cookie, and is kept out of caches, indexes and referrers', async () => {
    const { path } = await issue()
    const { headers, text } = await page(path)
    const nonce = /<style nonce="([^"]+)">/.exec(text)?.[1] ?? ''
    expect(Buffer.from(nonce, 'base64')).toHaveLength(16)
    expect(headers['content-type']).toBe('text/html; charset=utf-8')
    expect(headers['content-security-policy']).toBe(
      `default-src 'none'; style-src 'nonce-${nonce}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
    )
    expect(headers['referrer-policy']).toBe('no-referrer')
    expect(headers['x-robots-tag']).toBe('noindex, nofollow')
    expect(headers['cache-control']).toBe('no-store')
    expect(headers['set-cookie']).toBeUndefined()
    expect(text).not.toMatch(/<script|javascript:|\son[a-z]+=/i)
  })

  it('has a new nonce every time', async () => {
    const { path } = await issue()
    const [first, second] = [await page(path), await page(path)]
    expect(first.headers['content-security-policy']).not.toBe(
      second.headers['content-security-policy'],
    )
  })

  it('speaks the language of the address, else of the person, else of the creditor', async () => {
    const dutch = await issue()
    const unknown = await issue({
      debtor: { externalId: 'no-language', name: 'Ann Peeters', contact: {} },
    })
    expect((await page(`${dutch.path}?lang=fr`)).text).toContain('<html lang="fr"')
    expect((await page(dutch.path)).text).toContain('<html lang="nl"')
    expect((await page(unknown.path)).text).toContain('<html lang="en"')
  })

  it('refuses a language that it does not speak', async () => {
    const { path } = await issue()
    expectProblem(await page(`${path}?lang=xx`), 400, 'parameter-invalid')
  })

  it('links the documents that have an address', async () => {
    const sha256 = 'n4bQgYhMfWWaL-qgxVrQFaO_TxsrC4Is0V1sFbDwCgg'
    const uri = 'https://blue-water.example/i.pdf'
    const documents = [
      { type: 'invoice', id: 'Invoice 1', uri, sha256 },
      { type: 'contract', id: 'Contract 2', sha256 },
    ]
    const { text } = await page((await issue({ documents })).path)
    expect(text).toContain('<a href="https://blue-water.example/i.pdf"><bdi>Invoice 1</bdi></a>')
    expect(text).not.toContain('Contract 2')
  })

  it('answers a link that we did not make with a page in every language', async () => {
    const { path } = await issue()
    for (const wrong of [`${path.slice(0, -1)}!`, `${path}x`, '/p/x', `/p/${'0'.repeat(48)}`]) {
      const { status, text, headers } = await page(wrong)
      expect(status, wrong).toBe(404)
      for (const language of ['fr', 'nl', 'en', 'de']) expect(text).toContain(`lang="${language}"`)
      expect(headers['content-security-policy']).toContain("default-src 'none'")
    }
  })
})

describe('a bot that asks for application/jose', () => {
  it('gets the signed request that anyone may read', async () => {
    const { id, path } = await issue()
    const { status, headers, text } = await page(path, 'application/jose')
    expect(status).toBe(200)
    expect(headers['content-type']).toContain('application/jose')
    const peeked = peekClaims(text)
    expect(peeked.ok && peeked.value.payload).toMatchObject({
      aud: 'urn:parley:anyone',
      requestId: id,
      amount: { value: '120.00', currency: 'EUR' },
    })
  })

  it('[LNK-01] gets one also when the claim is with an agent, the same each time', async () => {
    const { id, path } = await issue()
    await app.store.db
      .updateTable('threads')
      .set({ peer_role: 'agent' })
      .where('claim_id', '=', id)
      .execute()
    const { status, text } = await page(path, 'application/jose')
    const peeked = peekClaims(text)
    expect(status).toBe(200)
    expect(peeked.ok && peeked.value.payload).toMatchObject({ aud: 'urn:parley:anyone' })
    expect((await page(path, 'application/jose')).text).toBe(text)
  })

  it('[LNK-01] shares the address with people, so caches are told', async () => {
    const { path } = await issue()
    for (const accept of ['application/jose', 'text/html']) {
      expect((await page(path, accept)).headers['vary']).toBe('Accept')
    }
  })

  it('finds none behind a link that we did not make', async () => {
    expectProblem(await page('/p/nothing', 'application/jose'), 404, 'not-found')
  })
})

describe('choosing a plan', () => {
  it('shows the plan once more and agrees to nothing yet', async () => {
    const { id, path } = await issue()
    const { status, text } = await submit(path, CHOICE)
    expect(status).toBe(200)
    expect(text).toContain('Is this right?')
    expect(text).toContain('3\u00a0×\u00a0€40.00, every month, from 20 March 2026')
    expect(hiddenFields(text)).toMatchObject({
      row: '3-P1M',
      'first-day.3-P1M': '2026-03-20',
      confirm: 'yes',
      plan: expect.stringMatching(/^[A-Za-z0-9_-]{43}$/),
    })
    expect(await claimOf(id)).toMatchObject({ conversation: 'none', agreement: null })
  })

  it('agrees with the confirmation and shows the dates', async () => {
    const { id, path } = await issue()
    const { status, text } = await settle(path)
    expect(status, text).toBe(200)
    expect(text).toContain('All set, thank you')
    expect(text).toContain('20 May 2026')
    expect(await claimOf(id)).toMatchObject({
      conversation: 'agreed',
      agreement: { acceptedBy: 'portal', instalments: 3, firstDueDate: '2026-03-20' },
    })
    const later = await page(`${path}?lang=en`)
    expect(later.text).toContain('Your payment plan with Blue Water')
    expect(later.text).toContain('Next: €40.00 on 20 March 2026')
    expect(later.text).not.toContain('name="row"')
  })

  it('shows the same end when the confirmation is sent twice', async () => {
    const { path } = await issue()
    const confirmation = hiddenFields((await submit(path, CHOICE)).text)
    const replies = await Promise.all([1, 2, 3].map(() => submit(path, confirmation)))
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 200])
    for (const { text } of replies) expect(text).toContain('All set, thank you')
  })

  it('keeps the language from page to page', async () => {
    const { path } = await issue()
    const shown = await page(`${path}?lang=de`)
    expect(shown.text).toContain(`action="${path}/plan?lang=de"`)
    const confirmation = await submit(path, CHOICE, '?lang=de')
    expect(confirmation.text).toContain(`action="${path}/plan?lang=de"`)
    const end = await submit(path, hiddenFields(confirmation.text), '?lang=de')
    expect(end.text).toContain('<html lang="de"')
  })

  it.each([
    ['no row', {}, 'Choose one of the options.'],
    ['a row that is not offered', { row: '9-P1W' }, 'Choose one of the options.'],
    ['half a day', { row: '3-P1M', 'first-day.3-P1M': '2026-3' }, 'Enter a full date'],
    ['a past day', { row: '3-P1M', 'first-day.3-P1M': '2026-03-09' }, 'Choose a day from 10 March'],
    ['a late day', { row: '3-P1M', 'first-day.3-P1M': '2026-04-27' }, 'to 26 April 2026'],
  ])('shows the form again with what is wrong for %s', async (_name, fields, words) => {
    const { id, path } = await issue()
    const { status, text } = await submit(path, { ...fields, 'first-day.1': '2026-03-12' })
    expect(status).toBe(422)
    expect(text).toContain('role="alert"')
    expect(text).toContain(words)
    expect(text).toContain('Error: Your bill from Blue Water')
    // What was entered is still there.
    expect(text).toContain(
      'name="first-day.1" min="2026-03-10" max="2026-04-26" value="2026-03-12"',
    )
    expect((await claimOf(id)).agreement).toBeNull()
  })

  it('asks to choose again when the plan is not the one that was shown', async () => {
    const { id, path } = await issue()
    const confirmation = hiddenFields((await submit(path, CHOICE)).text)
    const other = await submit(path, { ...confirmation, 'first-day.3-P1M': '2026-03-21' })
    expect(other.status).toBe(409)
    expect(other.text).toContain('The options have changed in the meantime.')
    expect((await claimOf(id)).agreement).toBeNull()
  })

  it('asks to choose again when the day has passed since', async () => {
    const { id, path } = await issue()
    const today = { row: '1', 'first-day.1': '2026-03-10' }
    const confirmation = hiddenFields((await submit(path, today)).text)
    await app.goTo('2026-03-11T09:00:00Z')
    const late = await submit(path, confirmation)
    await app.goTo(NOW)
    expect(late.status).toBe(422)
    expect(late.text).toContain('The options have changed in the meantime.')
    expect((await claimOf(id)).agreement).toBeNull()
  })

  it('shows how the claim stands when it takes no plan any more', async () => {
    const agreed = await issue()
    await settle(agreed.path)
    const second = await submit(agreed.path, { row: '2-P1M', 'first-day.2-P1M': '2026-03-20' })
    expect(second.status).toBe(409)
    expect(second.text).toContain('Your payment plan with Blue Water')

    const { id, path } = await issue()
    const confirmation = hiddenFields((await submit(path, CHOICE)).text)
    const cancelled = await app.send({
      method: 'POST',
      url: `/v1/payment-requests/${id}/cancel`,
      body: { reason: 'MODT' },
    })
    expect(cancelled.status, cancelled.text).toBe(200)
    const late = await submit(path, confirmation)
    expect(late.status).toBe(409)
    expect(late.text).toContain('Your bill from Blue Water is withdrawn')
  })

  it('answers a link that we did not make with the same page as a GET', async () => {
    const { status, text } = await submit('/p/nothing', CHOICE)
    expect(status).toBe(404)
    expect(text).toContain('We cannot find this page')
  })

  it('refuses what is no form of ours', async () => {
    const { path } = await issue()
    const json = { method: 'POST', url: `${path}/plan`, as: null, key: null } as const
    expectProblem(await app.send({ ...json, body: CHOICE }), 415, 'content-type')
    expectProblem(await submit(path, { ...CHOICE, more: '1' }), 400, 'body-invalid')
    expectProblem(await submit(path, { ...CHOICE, row: 'x'.repeat(65) }), 400, 'body-invalid')
  })
})
