// The person's page behind a link: show it, take a choice, show it once more, agree. Every answer is
// a page, also a refusal; only a bot that asks for the signed request gets a problem.
import { JOSE_MEDIA_TYPE, ok } from '@parley/sdk/protocol'
import type { Refusal } from '../../domain/refusal.ts'
import { chooseLanguage } from '../../domain/wording/language.ts'
import type { Wording } from '../../domain/wording/wording.ts'
import { type ChooseDeps, checkPlanChoice, choosePlan } from '../../use-cases/choose-plan.ts'
import { readLinkedRequest } from '../../use-cases/read-linked-request.ts'
import { showClaimPage } from '../../use-cases/show-claim-page.ts'
import type { Answer, Call, Handler } from '../operation.ts'
import {
  claimPageModel,
  confirmPageModel,
  donePageModel,
  type FormAgain,
  type Visit,
} from '../portal/claim-models.ts'
import { portalContentSecurityPolicy } from '../portal/content-security-policy.ts'
import { FIRST_DAY_FIELD, ROW_FIELD, readChoiceForm } from '../portal/read-choice-form.ts'
import {
  renderClaimPage,
  renderConfirmPage,
  renderDonePage,
  renderErrorPage,
} from '../portal/render-portal.ts'

export type PortalDeps = ChooseDeps & { wording: Wording }

type FormFields = Readonly<Record<string, string | undefined>>

/**
 * The link is the key to the claim: it goes to no other site, no index and no cache. People and bots
 * get different things at one address.
 */
const PRIVATE = {
  'referrer-policy': 'no-referrer',
  'x-robots-tag': 'noindex, nofollow',
  vary: 'Accept',
}

export function portalOperations(deps: PortalDeps): Record<string, Handler> {
  return {
    async showPortal(call) {
      if (call.accepts('text/html', JOSE_MEDIA_TYPE) === JOSE_MEDIA_TYPE) {
        const request = await readLinkedRequest(deps, tokenOf(call))
        if (!request.ok) return request
        const body = request.value
        return ok({ status: 200, contentType: JOSE_MEDIA_TYPE, headers: PRIVATE, body })
      }
      const visit = await beginVisit(deps, call)
      return visit === undefined ? noSuchLink(deps, call) : await showClaim(deps, visit)
    },

    async choosePlan(call) {
      const visit = await beginVisit(deps, call)
      if (visit === undefined) return noSuchLink(deps, call)
      const fields = call.body as FormFields
      const isConfirmed = fields['confirm'] === 'yes'
      return isConfirmed ? await agree(deps, visit, fields) : await askAgain(deps, visit, fields)
    },
  }
}

const tokenOf = (call: Call) => call.params['linkToken'] ?? ''
const languageOf = (call: Call) => call.query['lang'] as string | undefined

async function beginVisit(deps: PortalDeps, call: Call): Promise<Visit | undefined> {
  const token = tokenOf(call)
  const view = await showClaimPage(deps, token)
  if (!view.ok) return undefined
  const { debtor, creditor } = view.value.language
  const language = chooseLanguage(languageOf(call), debtor, creditor)
  return { token, language, nonce: newNonce(deps), view: view.value }
}

/** Shows the choice once more; nothing is agreed yet. */
async function askAgain(deps: PortalDeps, visit: Visit, fields: FormFields): Promise<Answer> {
  const { choices } = visit.view
  if (choices.length === 0) return await showClaim(deps, visit, { status: 409 })
  const read = readChoiceForm(fields, choices)
  if (!read.ok) {
    const { entered, code } = read.error
    return await showClaim(deps, visit, { status: 422, again: { entered, problem: { code } } })
  }
  const checked = await checkPlanChoice(deps, { token: visit.token, ...read.value })
  if (!checked.ok) return await refuse(deps, visit, { fields, refused: checked.error })
  const model = confirmPageModel(visit, read.value, checked.value)
  return page(visit.nonce, 200, renderConfirmPage(model, deps.wording))
}

/** Agrees to what was confirmed. */
async function agree(deps: PortalDeps, visit: Visit, fields: FormFields): Promise<Answer> {
  const rowId = fields[ROW_FIELD] ?? ''
  const agreed = await choosePlan(deps, {
    token: visit.token,
    rowId,
    firstDueDate: fields[`${FIRST_DAY_FIELD}${rowId}`] ?? '',
    planHash: fields['plan'] ?? '',
  })
  if (!agreed.ok) return await refuse(deps, visit, { fields, refused: agreed.error })
  const model = await donePageModel(await afresh(deps, visit))
  return page(visit.nonce, 200, renderDonePage(model, deps.wording))
}

/** What the person confirmed is not on offer any more: shows how the claim stands now. */
async function refuse(
  deps: PortalDeps,
  visit: Visit,
  { fields, refused }: { fields: FormFields; refused: Refusal },
): Promise<Answer> {
  const isOutside = refused.code === 'row-unknown' || refused.code === 'date-outside-window'
  const now = await afresh(deps, visit)
  const rowId = now.view.choices.find((choice) => choice.rowId === fields[ROW_FIELD])?.rowId ?? null
  const entered = { rowId, firstDays: {} }
  const again = { entered, problem: { code: 'offer-changed' as const } }
  return await showClaim(deps, now, { status: isOutside ? 422 : 409, again })
}

async function afresh(deps: PortalDeps, visit: Visit): Promise<Visit> {
  const view = await showClaimPage(deps, visit.token)
  if (!view.ok) throw new Error('a claim has vanished while its page was open')
  return { ...visit, view: view.value }
}

async function showClaim(
  deps: PortalDeps,
  visit: Visit,
  { status, again }: { status: number; again?: FormAgain } = { status: 200 },
): Promise<Answer> {
  const model = await claimPageModel(visit, again)
  return page(visit.nonce, status, renderClaimPage(model, deps.wording))
}

function noSuchLink(deps: PortalDeps, call: Call): Answer {
  const nonce = newNonce(deps)
  const language = chooseLanguage(languageOf(call))
  const text = renderErrorPage({ kind: 'not-found', language, nonce }, deps.wording)
  return page(nonce, 404, text)
}

function page(nonce: string, status: number, body: string): Answer {
  const policy = portalContentSecurityPolicy(nonce)
  const headers = { ...PRIVATE, 'content-security-policy': policy }
  return ok({ status, contentType: 'text/html; charset=utf-8', headers, body })
}

function newNonce({ ids }: PortalDeps): string {
  return Buffer.from(ids.randomBytes(16)).toString('base64')
}
