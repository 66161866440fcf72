// The pages of the desk over HTTP: who gets in, what a form may do, and what another site may not.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { escapeHtml } from '../../src/domain/content/safe-html.ts'
import { EXPERIMENT } from '../support/api-samples.ts'
import { buildTestApp, expectProblem, type TestApp } from '../support/build-test-app.ts'
import { billWithTask, cookieOf, logIn, sendForm } from '../support/desk-app.ts'

let test: TestApp
beforeAll(async () => {
  test = await buildTestApp()
})
afterAll(() => test?.close())

const isLogIn = ({ status, headers }: { status: number; headers: Record<string, unknown> }) =>
  status === 303 && headers['location'] === '/desk/login'

async function stateOf(taskId: string) {
  const { json } = await test.send<{ task: { state: string; endedBy: string | null } }>({
    url: `/v1/tasks/${taskId}`,
  })
  return json.task
}

describe('a log-in', () => {
  it('sets a sealed cookie for the desk alone, and shows the tasks', async () => {
    const reply = await sendForm(test, '/desk/login', {
      by: 'Kim',
      apiKey: test.creditor.apiKey,
    })
    expect([reply.status, reply.headers['location']]).toEqual([303, '/desk'])
    const cookie = String(reply.headers['set-cookie'])
    expect(cookie).toMatch(/; Path=\/desk; Max-Age=28800; HttpOnly; SameSite=Strict$/)
    expect(cookie).not.toContain(test.creditor.apiKey)
    expect(cookie).not.toContain(test.creditor.creditorId)
    const desk = await test.send({
      url: '/desk',
      as: null,
      headers: { cookie: cookieOf(reply) },
    })
    expect([desk.status, desk.headers['cache-control']]).toEqual([200, 'no-store'])
    expect(desk.text).toContain('You act as <bdi>Kim</bdi>')
    expect(desk.headers['content-security-policy']).toContain("default-src 'none'")
  })

  it('over https goes over https alone', async () => {
    const secure = await buildTestApp({ PARLEY_PUBLIC_URL: 'https://pay.example' })
    const fields = { by: 'Kim', apiKey: secure.creditor.apiKey }
    const reply = await sendForm(secure, '/desk/login', fields)
    await secure.close()
    expect(String(reply.headers['set-cookie'])).toMatch(/; Secure$/)
  })

  it.each([
    ['a wrong key', { apiKey: 'nothing' }, 401, 'no API key'],
    ['a name of no letters', { by: '\u202e' }, 422, 'Write your name'],
    ['no name', { by: ' ' }, 422, 'Write your name'],
  ])('with %s is refused and sets nothing', async (_what, change, status, words) => {
    const fields = { by: 'Kim', apiKey: test.creditor.apiKey, ...change }
    const reply = await sendForm(test, '/desk/login', fields)
    expect([reply.status, reply.headers['set-cookie']]).toEqual([status, undefined])
    expect(reply.text).toContain(words)
    expect(reply.text).not.toContain(`value="${fields.apiKey}"`)
  })

  it.each([
    ['says so', { 'sec-fetch-site': 'cross-site' }],
    ['is as old as to name its origin alone', { origin: 'https://elsewhere.example' }],
  ])('from another site is refused, of a browser that %s', async (_what, headers) => {
    const fields = { by: 'Kim', apiKey: test.creditor.apiKey }
    const reply = await sendForm(test, '/desk/login', fields, headers)
    expect([reply.status, reply.headers['set-cookie']]).toEqual([403, undefined])
  })

  it.each([
    // What a browser says of a form on a page that sends no referrer (WHATWG Fetch, 3.2).
    ['null', { origin: 'null', 'sec-fetch-site': 'same-origin' }],
    ['null in an old browser', { origin: 'null' }],
    ['ours', { origin: 'http://127.0.0.1:8080' }],
  ])('from this site is taken, with the origin %s', async (_what, headers) => {
    const fields = { by: 'Kim', apiKey: test.creditor.apiKey }
    expect((await sendForm(test, '/desk/login', fields, headers)).status).toBe(303)
  })

  it('is heard ten times in a row from one address, and no more', async () => {
    const own = await buildTestApp()
    const attempt = async (from: string) => {
      const headers = { 'x-forwarded-for': from }
      const reply = await sendForm(own, '/desk/login', { by: 'Kim', apiKey: 'x' }, headers)
      return [reply.status, reply.headers['retry-after']]
    }
    const answers: unknown[] = []
    for (let i = 0; i < 11; i++) answers.push((await attempt('203.0.113.7'))[0])
    expect(answers).toEqual([...new Array(10).fill(401), 429])
    expect(await attempt('203.0.113.7')).toEqual([429, expect.stringMatching(/^(29|30)$/)])
    expect((await attempt('203.0.113.8'))[0]).toBe(401)
    await own.close()
  })
})

describe('a call to be made', () => {
  const script = {
    language: 'nl',
    heading: 'Bellen over € 187,42',
    points: ['U spreekt met Blue Water.', '<b>Past een andere dag?</b>'],
  }

  it('shows what to say, in the language of the customer, and tells it over the API', async () => {
    const details = { script }
    const { taskId } = await billWithTask(test, { kind: 'call-the-customer', details })
    const { text } = await (await logIn(test, test.creditor)).get(`/desk/tasks/${taskId}`)
    expect(text).toContain('aria-labelledby="script" lang="nl"')
    expect(text).toContain('<h2 id="script"><bdi>Bellen over € 187,42</bdi></h2>')
    expect(text).toContain('<li><bdi>U spreekt met Blue Water.</bdi></li>')
    expect(text).toContain('&lt;b&gt;Past een andere dag?&lt;/b&gt;')
    expect(text).not.toContain('What was said')
    const { json } = await test.send({ url: `/v1/tasks/${taskId}` })
    expect(json).toMatchObject({ script, words: null, proposed: null })
  })

  it('is any other task without one', async () => {
    const { taskId } = await billWithTask(test, { kind: 'call-back', details: { text: 'Ring' } })
    const { text } = await (await logIn(test, test.creditor)).get(`/desk/tasks/${taskId}`)
    expect(text).not.toContain('id="script"')
  })
})

describe('a session', () => {
  it.each(['/desk', '/desk/tasks/tk_1'])('is needed for %s', async (url) => {
    expect(isLogIn(await test.send({ url, as: null }))).toBe(true)
    const headers = { cookie: 'parley-desk=AAAA' }
    expect(isLogIn(await test.send({ url, as: null, headers }))).toBe(true)
  })

  it('does not open by an API key, and opens no API', async () => {
    expect(isLogIn(await test.send({ url: '/desk' }))).toBe(true)
    const { cookie } = await logIn(test, test.creditor)
    const reply = await test.send({ url: '/v1/tasks', as: null, headers: { cookie } })
    expectProblem(reply, 401, 'unauthorized')
  })

  it('is over after a working day', async () => {
    const { get } = await logIn(test, test.creditor)
    await test.goTo('2026-03-10T16:59:59Z')
    expect((await get('/desk')).status).toBe(200)
    await test.goTo('2026-03-10T17:00:00Z')
    expect(isLogIn(await get('/desk'))).toBe(true)
    await test.goTo('2026-03-10T09:00:00Z')
  })

  it('ends with its key', async () => {
    const other = await test.addCreditor()
    const { get } = await logIn(test, other)
    expect((await get('/desk')).status).toBe(200)
    await test.store.db
      .updateTable('api_keys')
      .set({ revoked_at: 1 })
      .where('creditor_id', '=', other.creditorId)
      .execute()
    expect(isLogIn(await get('/desk'))).toBe(true)
  })

  it('is no other text that we sealed', async () => {
    const { taskId } = await billWithTask(test, {
      kind: 'read-reply',
      details: { purpose: 'other', creditorId: test.creditor.creditorId },
    })
    const { details } = await test.store.db
      .selectFrom('tasks')
      .select('details')
      .where('task_id', '=', taskId)
      .executeTakeFirstOrThrow()
    const cookie = `parley-desk=${details?.toString('base64url')}`
    expect(isLogIn(await test.send({ url: '/desk', as: null, headers: { cookie } }))).toBe(true)
  })

  it('ends with a log-out, which takes the cookie away', async () => {
    const { post } = await logIn(test, test.creditor)
    const reply = await post('/desk/logout', {})
    expect(isLogIn(reply)).toBe(true)
    expect(String(reply.headers['set-cookie'])).toContain('parley-desk=; Path=/desk; Max-Age=0')
  })
})

describe('an act on a page', () => {
  it('ends the task under the name of the session', async () => {
    const { taskId, claimId } = await billWithTask(test, { kind: 'call-back' })
    const { post, get } = await logIn(test, test.creditor, 'Sam Lee')
    const act = { act: 'set-hold', outcome: 'done', hold: 'hardship', until: '', note: 'called' }
    const reply = await post(`/desk/tasks/${taskId}`, act)
    expect([reply.status, reply.headers['location']]).toEqual([303, '/desk?done=call-back'])
    expect((await get('/desk?done=call-back')).text).toContain('Done: call the customer back.')
    expect(await stateOf(taskId)).toEqual(
      expect.objectContaining({ state: 'done', endedBy: 'Sam Lee' }),
    )
    const { json } = await test.send({ url: `/v1/payment-requests/${claimId}` })
    expect(json['holds']).toMatchObject([{ reason: 'hardship', until: null }])
    const ended = await get(`/desk/tasks/${taskId}`)
    expect(ended.text).toContain('<strong>Done</strong> by <bdi>Sam Lee</bdi>')
    expect(ended.text).not.toContain('name="act"')
  })

  it.each([
    ['without its token', { csrf: '' }],
    ['with the token of another session', { csrf: 'AAAAAAAAAAAAAAAAAAAAAA' }],
  ])('%s changes nothing', async (_what, change) => {
    const { taskId } = await billWithTask(test, { kind: 'call-back' })
    const { post } = await logIn(test, test.creditor)
    const act = { act: 'none', outcome: 'done' }
    expect(isLogIn(await post(`/desk/tasks/${taskId}`, { ...act, ...change }))).toBe(true)
    expect(await stateOf(taskId)).toMatchObject({ state: 'open' })
    expect((await post(`/desk/tasks/${taskId}`, act)).headers['location']).toContain('done=')
  })

  it('from another site changes nothing, even with its token', async () => {
    const { taskId } = await billWithTask(test, { kind: 'call-back' })
    const { cookie, csrf } = await logIn(test, test.creditor)
    const headers = { cookie, 'sec-fetch-site': 'same-site' }
    const fields = { csrf, act: 'none', outcome: 'done' }
    expect(isLogIn(await sendForm(test, `/desk/tasks/${taskId}`, fields, headers))).toBe(true)
    expect(await stateOf(taskId)).toMatchObject({ state: 'open' })
  })

  it('that is refused says why and keeps the task', async () => {
    const { taskId } = await billWithTask(test, { kind: 'look-into-dispute' })
    const { post } = await logIn(test, test.creditor)
    const act = { act: 'resolve-dispute', outcome: 'done', resolution: 'rejected' }
    const reply = await post(`/desk/tasks/${taskId}`, act)
    expect(reply.status).toBe(409)
    expect(reply.text).toContain('Nothing was changed: nothing is disputed.')
    expect(await stateOf(taskId)).toMatchObject({ state: 'open' })
  })

  it('is only on tasks of the own creditor', async () => {
    const { taskId } = await billWithTask(test, { kind: 'call-back' })
    const { get, post } = await logIn(test, await test.addCreditor())
    for (const reply of [
      await get(`/desk/tasks/${taskId}`),
      await post(`/desk/tasks/${taskId}`, { act: 'none', outcome: 'done' }),
    ]) {
      expect(reply.status).toBe(404)
    }
    expect((await get('/desk')).text).toContain('0 open tasks')
    expect(await stateOf(taskId)).toMatchObject({ state: 'open' })
  })
})

describe('the figures', () => {
  it('are the same on the page and in the API', async () => {
    await billWithTask(test, { kind: 'call-back' })
    const period = 'from=2026-03-01&to=2026-03-31'
    const { status, json } = await test.send<{
      kpis: { id: string; formula: string; values: { value: string | null }[] }[]
    }>({ url: `/v1/kpis?${period}` })
    expect(status).toBe(200)
    const dso = json.kpis.find(({ id }) => id === 'dso')
    expect(dso?.values).toMatchObject([{ currency: 'EUR', value: '31.0' }])
    const { get } = await logIn(test, test.creditor)
    const page = await get(`/desk/kpis?${period}&segment=`)
    expect(page.text).toContain('31.0 days (EUR)')
    expect(page.text).toContain('1 March 2026 to 31 March 2026')
    for (const { formula } of json.kpis) {
      expect(page.text).toContain(escapeHtml(formula))
    }
  })

  it.each([
    ['date-invalid', 'from=2026-02-30&to=2026-03-31', 'from'],
    ['date-outside-window', 'from=2026-03-02&to=2026-03-01', 'to'],
    ['date-outside-window', 'from=2020-01-01&to=2026-03-01', 'from'],
  ])('refuse a period as %s, on the page too', async (code, period, pointer) => {
    const reply = await test.send({ url: `/v1/kpis?${period}` })
    expect(expectProblem(reply, 422, code).errors[0]?.pointer).toBe(pointer)
    const { get } = await logIn(test, test.creditor)
    const page = await get(`/desk/kpis?${period}`)
    expect([page.status, page.text.includes('There are no figures')]).toEqual([422, true])
  })

  it('show nothing of another creditor', async () => {
    const other = await test.addCreditor()
    const { json } = await test.send<{ kpis: { id: string; values: unknown[] }[] }>({
      url: '/v1/kpis?from=2026-03-01&to=2026-03-31',
      as: other,
    })
    expect(json.kpis.find(({ id }) => id === 'dso')?.values).toEqual([])
  })
})

describe('the experiment on the page of the figures', () => {
  it('is the newest of the creditor, with its chart, its name as text, and no script', async () => {
    const creditor = await test.addCreditor()
    const { get } = await logIn(test, creditor)
    const before = await get('/desk/kpis')
    expect(before.text).not.toContain('id="experiment"')
    const body = { ...EXPERIMENT, name: '<script>alert(1)</script>' }
    await test.send({ method: 'POST', url: '/v1/experiments', body, as: creditor })
    const page = await get('/desk/kpis')
    expect(page.status).toBe(200)
    expect(page.text).toContain('Experiment: <bdi>&lt;script&gt;')
    expect(page.text).toContain('<desc id="chart-words">policy: nothing yet.</desc>')
    expect(page.text).toContain('It runs. Not decided: an arm has fewer than 30 people')
    expect(page.text).not.toContain('<script')
    const others = await logIn(test, test.creditor)
    expect((await others.get('/desk/kpis')).text).not.toContain('id="experiment"')
  })
})

describe('what a person wrote', () => {
  it('is shown as text, whatever it holds', async () => {
    const text = '</blockquote><script>alert(1)</script> & "more"\nsecond line'
    const name = '<img src=x onerror=alert(1)>'
    const { taskId } = await billWithTask(test, {
      kind: 'read-reply',
      name,
      details: { channel: 'email', text, proposed: { kind: '<b>' } },
    })
    const { get } = await logIn(test, test.creditor)
    for (const url of [`/desk/tasks/${taskId}`, '/desk']) {
      const page = await get(url)
      expect(page.text).not.toContain('<script')
      expect(page.text).not.toContain('<img')
      expect(page.text).not.toContain('<b>')
    }
    const page = await get(`/desk/tasks/${taskId}`)
    expect(page.text).toContain('&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;more&quot;')
  })
})
