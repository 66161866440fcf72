// Every answer of the portal is a page, also a refusal. The link is the key to the claim: it goes to no
// other site, no index and no cache.
import { ok, toBase64Url } from '@parley/sdk/protocol'
import { chooseLanguage } from '../../domain/wording/language.ts'
import type { Wording } from '../../domain/wording/wording.ts'
import type { Deps } from '../../use-cases/deps.ts'
import { type PageDeps, showClaimPage } from '../../use-cases/show-claim-page.ts'
import type { Answer, Call } from '../operation.ts'
import type { PortalLimits } from '../rate-limit.ts'
import { type Again, claimPageModel, type Visit } from './claim-models.ts'
import { portalContentSecurityPolicy } from './content-security-policy.ts'
import type { ActName, ErrorPageModel } from './page-model.ts'
import { renderClaimPage, renderErrorPage } from './render-portal.ts'

export type AnswerDeps = PageDeps & Pick<Deps, 'ids'> & { wording: Wording; limits: PortalLimits }

/** People and bots get different things at one address. */
export const PRIVATE = {
  'referrer-policy': 'no-referrer',
  'x-robots-tag': 'noindex, nofollow',
  vary: 'Accept',
}

export const tokenOf = (call: Call) => call.params['linkToken'] ?? ''
export const languageOf = (call: Call) => call.query['lang'] as string | undefined

/** The page for a link, or an address, that asks too often; undefined for all others. */
export function busyPage(deps: AnswerDeps, call: Call): Answer | undefined {
  const isAct = call.method === 'POST'
  const wait = deps.limits.wait({ token: tokenOf(call), address: call.remoteAddress, isAct })
  return wait > 0 ? errorPage(deps, call, { kind: 'busy', wait }) : undefined
}

/** The visit of a link, or the page that says why there is none. */
export async function beginVisit(
  deps: AnswerDeps,
  call: Call,
): Promise<{ visit: Visit } | { instead: Answer }> {
  const busy = busyPage(deps, call)
  if (busy !== undefined) return { instead: busy }
  const token = tokenOf(call)
  const view = await showClaimPage(deps, token)
  if (!view.ok) {
    const kind = view.error.code === 'link-expired' ? 'expired' : 'not-found'
    return { instead: errorPage(deps, call, { kind }) }
  }
  const { debtor, creditor } = view.value.language
  const language = chooseLanguage(languageOf(call), debtor, creditor)
  const formId = toBase64Url(deps.ids.randomBytes(12))
  const visit = { token, language, nonce: newNonce(deps), view: view.value, formId }
  return { visit: { ...visit, ...ledHere(call) } }
}

/** What the address says about why it is opened. */
function ledHere({ query }: Call): Pick<Visit, 'done' | 'opens' | 'wishedDay'> {
  const { done, open, day } = query
  return {
    ...(done === undefined ? {} : { done: done as ActName }),
    ...(open === undefined ? {} : { opens: open as ActName }),
    ...(day === undefined ? {} : { wishedDay: String(day) }),
  }
}

/** The same visit after something was done with the claim. */
export async function afresh(deps: AnswerDeps, visit: Visit): Promise<Visit> {
  const view = await showClaimPage(deps, visit.token)
  if (!view.ok) throw new Error('a claim has vanished while its page was open')
  return { ...visit, view: view.value }
}

/** The page of the claim. */
export async function showClaim(
  deps: AnswerDeps,
  visit: Visit,
  { status, again }: { status: number; again?: Again } = { status: 200 },
): Promise<Answer> {
  const model = await claimPageModel(visit, again)
  return page(visit.nonce, status, renderClaimPage(model, deps.wording))
}

/** A page with its headers. */
export function page(nonce: string, status: number, body: string): Answer {
  const policy = portalContentSecurityPolicy(nonce)
  const headers = { ...PRIVATE, 'content-security-policy': policy }
  return ok({ status, contentType: 'text/html; charset=utf-8', headers, body })
}

/** The page for something that is not there. */
export const notFoundPage = (deps: AnswerDeps, call: Call): Answer =>
  errorPage(deps, call, { kind: 'not-found' })

const STATUS = { 'not-found': 404, expired: 410, busy: 429, unavailable: 503 } as const

function errorPage(
  deps: AnswerDeps,
  call: Call,
  { kind, wait }: { kind: ErrorPageModel['kind']; wait?: number },
): Answer {
  const nonce = newNonce(deps)
  const language = chooseLanguage(languageOf(call))
  const answer = page(nonce, STATUS[kind], renderErrorPage({ kind, language, nonce }, deps.wording))
  if (!answer.ok || wait === undefined) return answer
  const headers = { ...answer.value.headers, 'retry-after': String(wait) }
  return ok({ ...answer.value, headers })
}

function newNonce({ ids }: Pick<Deps, 'ids'>): string {
  return Buffer.from(ids.randomBytes(16)).toString('base64')
}
