// The pages of the desk: log in, list, task, figures. Plain forms without script; every act needs the
// session's own token.
import { dayInZone, ok } from '@parley/sdk/protocol'
import { taskKind } from '../../domain/desk/task-kinds.ts'
import type { Refusal } from '../../domain/refusal.ts'
import { allocationsByNumber } from '../../use-cases/allocations-by-number.ts'
import { completeTask } from '../../use-cases/complete-task.ts'
import {
  atDeskOf,
  type DeskSession,
  isFormOf,
  openDeskSession,
  readDeskSession,
} from '../../use-cases/desk-session.ts'
import { readUnmatchedMoney } from '../../use-cases/list-bank-transactions.ts'
import { readNewestExperiment } from '../../use-cases/manage-experiments.ts'
import { readCustomerProfile } from '../../use-cases/read-customer-profile.ts'
import { periodOf, readKpis } from '../../use-cases/read-kpis.ts'
import { countTasks, listTasks, readTask } from '../../use-cases/read-tasks.ts'
import type { LearningDeps } from '../../use-cases/train-creditor-model.ts'
import { renderBookingTask } from '../desk/booking-task-page.ts'
import { renderCustomer, renderNoSuchCustomer } from '../desk/customer-page.ts'
import { renderKpis } from '../desk/kpis-page.ts'
import { createLogInLimit, type LogInLimit } from '../desk/log-in-limit.ts'
import { renderLogIn } from '../desk/log-in-page.ts'
import { readActForm, readNumberedShares } from '../desk/read-act-form.ts'
import { noSessionCookie, sessionCookie, sessionIn } from '../desk/session-cookie.ts'
import { renderNoSuchTask, renderTask } from '../desk/task-page.ts'
import { renderTasks } from '../desk/tasks-page.ts'
import type { Answer, Call, Handler } from '../operation.ts'
import { portalContentSecurityPolicy } from '../portal/content-security-policy.ts'
import { problemEntry } from '../problems.ts'
import type { DeskDeps } from './desk.ts'

const PRIVATE = { 'referrer-policy': 'no-referrer', 'x-robots-tag': 'noindex, nofollow' }
const PAGE_LENGTH = 30

type FormFields = Readonly<Record<string, string | undefined>>

export type DeskPageDeps = DeskDeps & LearningDeps

/** Runs a page for whoever is logged in; everybody else is asked to. */
type ForStaff = (session: DeskSession, nonce: string) => Promise<Answer>

export function deskPages(
  deps: DeskPageDeps,
  limit: LogInLimit = createLogInLimit(),
): Record<string, Handler> {
  const withSession = async (call: Call, show: ForStaff): Promise<Answer> => {
    const text = sessionIn(call.headers.get('cookie'))
    const session = text === undefined ? undefined : await readDeskSession(deps, text)
    if (session === undefined) return goTo('/desk/login')
    return await atDeskOf(session, () => show(session, newNonce(deps)))
  }
  const withForm = (call: Call, act: ForStaff): Promise<Answer> =>
    withSession(call, async (session, nonce) => {
      const isOwn =
        isFormOf(session, (call.body as FormFields)['csrf']) && !isCrossSite(call, deps.publicUrl)
      return isOwn ? await act(session, nonce) : goTo('/desk/login')
    })
  return {
    async showLogIn() {
      const nonce = newNonce(deps)
      return page(nonce, 200, renderLogIn({ nonce, by: '', problem: null }))
    },

    logIn: (call) => logIn(deps, limit, call),

    logOut: (call) =>
      withForm(call, async () =>
        goTo('/desk/login', { 'set-cookie': noSessionCookie(deps.publicUrl) }),
      ),

    showDesk: (call) =>
      withSession(call, (session, nonce) => showTasks(deps, { call, session, nonce })),

    showTask: (call) =>
      withSession(call, (session, nonce) => showTask(deps, { call, session, nonce })),

    showKpis: (call) =>
      withSession(call, (session, nonce) => showKpis(deps, { call, session, nonce })),

    showCustomer: (call) =>
      withSession(call, (session, nonce) => showCustomer(deps, { call, session, nonce })),

    actOnTask: (call) => withForm(call, (session, nonce) => act(deps, { call, session, nonce })),
  }
}

async function logIn(deps: DeskDeps, limit: LogInLimit, call: Call): Promise<Answer> {
  const nonce = newNonce(deps)
  const { by = '', apiKey = '' } = call.body as FormFields
  const again = (status: number, problem: string, headers: Record<string, string> = {}) =>
    page(nonce, status, renderLogIn({ nonce, by, problem }), headers)
  const wait = limit(call.remoteAddress)
  if (wait > 0) {
    const headers = { 'retry-after': String(wait) }
    return again(429, `Too many attempts: try again in ${wait} seconds.`, headers)
  }
  if (isCrossSite(call, deps.publicUrl)) return again(403, 'Log in on this page, please.')
  const session = await openDeskSession(deps, { apiKey, by: by.trim() })
  if (!session.ok) {
    return session.error.code === 'text-invalid'
      ? again(422, 'Write your name on one line, please.')
      : again(401, 'This is no API key of this server, or it was revoked.')
  }
  return goTo('/desk', { 'set-cookie': sessionCookie(session.value, deps.publicUrl) })
}

interface Visit {
  call: Call
  session: DeskSession
  nonce: string
}

async function showTasks(deps: DeskDeps, { call, session, nonce }: Visit): Promise<Answer> {
  const { creditorId } = session
  const kind = call.query['kind'] as string | undefined
  const cursor = call.query['cursor'] as string | undefined
  const done = call.query['done'] as string | undefined
  const { data, next } = await listTasks(deps, { creditorId, kind, cursor, limit: PAGE_LENGTH })
  const text = renderTasks({
    nonce,
    session,
    now: deps.clock.now(),
    tasks: data,
    counts: await countTasks(deps, session),
    kind: kind ?? null,
    nextCursor: next,
    told: done === undefined ? null : `Done: ${taskKind(done).title.toLowerCase()}.`,
  })
  return page(nonce, 200, text)
}

async function showTask(
  deps: DeskPageDeps,
  { call, session, nonce }: Visit,
  refused?: Refusal,
): Promise<Answer> {
  const taskId = call.params['taskId'] ?? ''
  const detail = await readTask(deps, { creditorId: session.creditorId, taskId })
  if (!detail.ok) return noSuchTask({ session, nonce })
  const problem = refused === undefined ? null : `Nothing was changed: ${refused.detail}.`
  const now = deps.clock.now()
  const shown = { nonce, session, now, problem }
  const text =
    detail.value.about === 'booking'
      ? renderBookingTask({ ...shown, detail: detail.value })
      : renderTask({ ...shown, wording: deps.wording, detail: detail.value })
  return page(nonce, refused === undefined ? 200 : problemEntry(refused.code)[0], text)
}

function noSuchTask({ session, nonce }: Pick<Visit, 'session' | 'nonce'>): Answer {
  return page(nonce, 404, renderNoSuchTask({ session, nonce }))
}

async function showCustomer(deps: DeskPageDeps, { call, session, nonce }: Visit): Promise<Answer> {
  const { creditorId } = session
  const debtorId = call.params['debtorId'] ?? ''
  const profile = await readCustomerProfile(deps, { creditorId, debtorId })
  if (!profile.ok) return page(nonce, 404, renderNoSuchCustomer({ session, nonce }))
  const { wording } = deps
  return page(nonce, 200, renderCustomer({ nonce, session, profile: profile.value, wording }))
}

async function showKpis(deps: DeskDeps, { call, session, nonce }: Visit): Promise<Answer> {
  const { creditorId, timeZone } = session
  const asked = (name: string) => call.query[name] as string | undefined
  const segment = asked('segment') ?? ''
  const today = dayInZone(deps.clock.now(), timeZone)
  const period = periodOf({ from: asked('from'), to: asked('to') }, today)
  const report = await readKpis(deps, {
    creditorId,
    ...period,
    ...(segment === '' ? {} : { segment }),
  })
  const unmatched = await readUnmatchedMoney(deps, { creditorId })
  const experiment = await readNewestExperiment(deps, creditorId)
  const text = renderKpis({
    nonce,
    session,
    ...period,
    segment,
    kpis: report.ok ? report.value.kpis : [],
    unmatched,
    experiment,
    problem: report.ok ? null : `There are no figures: ${report.error.detail}.`,
  })
  return page(nonce, report.ok ? 200 : problemEntry(report.error.code)[0], text)
}

async function act(deps: DeskPageDeps, visit: Visit): Promise<Answer> {
  const { call, session } = visit
  const { creditorId, timeZone, by } = session
  const taskId = call.params['taskId'] ?? ''
  const detail = await readTask(deps, { creditorId, taskId })
  if (!detail.ok) return noSuchTask(visit)
  const { kind, currency } = detail.value
  const fields = call.body as FormFields
  const form = readActForm(fields, { currency, timeZone })
  const { transactionId } = detail.value
  if (form.action?.kind === 'match-payment' && transactionId !== null) {
    const key = { creditorId, transactionId }
    const allocations = await allocationsByNumber(deps, key, readNumberedShares(fields))
    if (!allocations.ok) return await showTask(deps, visit, allocations.error)
    form.action.allocations = allocations.value
  }
  const done = await completeTask(deps, { creditorId, taskId, by, ...form })
  return done.ok ? goTo(`/desk?done=${kind}`) : await showTask(deps, visit, done.error)
}

/**
 * Browsers say where a request comes from, old ones by its origin alone; other callers say nothing. The
 * origin of our own forms is `null`, because our pages send no referrer (WHATWG Fetch, 3.2).
 */
function isCrossSite(call: Call, publicUrl: string): boolean {
  const site = call.headers.get('sec-fetch-site')
  if (site !== undefined) return site !== 'same-origin'
  const origin = call.headers.get('origin') ?? 'null'
  return origin !== 'null' && origin !== publicUrl
}

function page(
  nonce: string,
  status: number,
  body: string,
  more: Record<string, string> = {},
): Answer {
  const policy = portalContentSecurityPolicy(nonce)
  const headers = { ...PRIVATE, ...more, 'content-security-policy': policy }
  return ok({ status, contentType: 'text/html; charset=utf-8', headers, body })
}

function goTo(location: string, headers: Record<string, string> = {}): Answer {
  return ok({ status: 303, headers: { ...PRIVATE, ...headers, location } })
}

function newNonce({ ids }: DeskDeps): string {
  return Buffer.from(ids.randomBytes(16)).toString('base64')
}
