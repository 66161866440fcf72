// A person at the desk of a composed server: logs in by the form, keeps the cookie, sends forms.

import { findClaimById } from '../../src/storage/claims.ts'
import { insertTasks } from '../../src/storage/tasks.ts'
import type { Reply, TestApp, TestCreditor } from './build-test-app.ts'
import { NOW } from './build-test-app.ts'

export interface Staff {
  cookie: string
  csrf: string
  get(url: string): Promise<Reply<unknown>>
  post(url: string, fields: Record<string, string>): Promise<Reply<unknown>>
}

/** Sends a form without a session, or with one. */
export async function sendForm(
  app: TestApp,
  url: string,
  fields: Record<string, string>,
  headers: Record<string, string> = {},
): Promise<Reply<unknown>> {
  const body = new URLSearchParams(fields).toString()
  const type = 'application/x-www-form-urlencoded'
  return await app.send({ method: 'POST', url, body, type, as: null, key: null, headers })
}

/** The `parley-desk=…` of a reply that sets it. */
export const cookieOf = ({ headers }: Reply<unknown>) =>
  String(headers['set-cookie']).split(';')[0] ?? ''

let logIns = 0

/** Logs a person in. */
export async function logIn(app: TestApp, creditor: TestCreditor, by = 'Kim'): Promise<Staff> {
  logIns += 1
  // Each from an address of its own: attempts of one address are limited.
  const headers = { 'x-forwarded-for': `198.51.${Math.floor(logIns / 250)}.${logIns % 250}` }
  const reply = await sendForm(app, '/desk/login', { by, apiKey: creditor.apiKey }, headers)
  if (reply.status !== 303) throw new Error(`not logged in: ${reply.status} ${reply.text}`)
  const cookie = cookieOf(reply)
  const get = (url: string) => app.send({ url, as: null, headers: { cookie } })
  const desk = await get('/desk')
  const csrf = /name="csrf" value="([^"]+)"/.exec(desk.text)?.[1] ?? ''
  const post = (url: string, fields: Record<string, string>) =>
    sendForm(app, url, { csrf, ...fields }, { cookie })
  return { cookie, csrf, get, post }
}

let tasks = 0

/** Issues a bill over the API and opens a task on it. */
export async function billWithTask(
  app: TestApp,
  task: { kind: string; details?: object; value?: string; inDays?: number; name?: string },
): Promise<{ taskId: string; claimId: string }> {
  tasks += 1
  const { kind, details, value = '187.42', inDays = 2, name = 'Ann Peeters' } = task
  const { json } = await app.send({
    method: 'POST',
    url: '/v1/payment-requests',
    body: {
      invoiceNumber: `2026-01${tasks}`,
      debtor: {
        externalId: `desk-${tasks}`,
        name,
        language: 'en',
        contact: { email: 'ann@example.org', phone: '+32470123456' },
      },
      amount: { value, currency: 'EUR' },
      dueDate: '2026-03-27',
    },
  })
  const claim = await findClaimById(app.store.db, String(json['id']))
  if (claim === undefined) throw new Error('no claim')
  const { creditorId, claimId, debtorId } = claim
  const taskId = `tk_${String(tasks).padStart(26, '0')}`
  const now = Date.parse(NOW) / 1000
  // The key of a server that was given none.
  const dueAt = now + inDays * 86_400
  const row = {
    creditorId,
    taskId,
    claimId,
    debtorId,
    kind,
    origin: taskId,
    details: details === undefined ? null : JSON.stringify(details),
    dueAt,
  }
  await app.store.db
    .transaction()
    .execute((tx) => insertTasks(tx, [{ ...row, createdAt: now - 86_400 }]))
  return { taskId, claimId }
}
