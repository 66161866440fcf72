// The person's page behind a link: show it, take a choice, show it once more, agree. Every answer is
// a page, also a refusal; only a bot that asks for the signed request gets a problem.
import { JOSE_MEDIA_TYPE, ok, parseAmountOrZero } from '@parley/sdk/protocol'
import type { Refusal } from '../../domain/refusal.ts'
import { type ChooseDeps, checkPlanChoice, choosePlan } from '../../use-cases/choose-plan.ts'
import { forCreditorOfLink } from '../../use-cases/claim-of-link.ts'
import { readLinkedRequest } from '../../use-cases/read-linked-request.ts'
import { readReceipt } from '../../use-cases/read-receipt.ts'
import type { ReplyDeps } from '../../use-cases/take-reply.ts'
import type { Answer, Handler } from '../operation.ts'
import {
  type AnswerDeps,
  afresh,
  beginVisit,
  busyPage,
  notFoundPage,
  PRIVATE,
  page,
  showClaim,
  tokenOf,
} from '../portal/answer-page.ts'
import {
  confirmPageModel,
  donePageModel,
  receiptPageModel,
  type Visit,
} from '../portal/claim-models.ts'
import type { FormFields } from '../portal/read-act-forms.ts'
import { FIRST_DAY_FIELD, ROW_FIELD, readChoiceForm } from '../portal/read-choice-form.ts'
import { renderConfirmPage, renderDonePage, renderReceiptPage } from '../portal/render-portal.ts'
import { portalActOperations } from './portal-acts.ts'
import { type ProfileDeps, portalProfileOperations } from './portal-profile.ts'

export type PortalDeps = ChooseDeps & AnswerDeps & ReplyDeps & ProfileDeps

export function portalOperations(deps: PortalDeps): Record<string, Handler> {
  const operations = {
    ...pageOperations(deps),
    ...portalActOperations(deps),
    ...portalProfileOperations(deps),
  }
  return Object.fromEntries(
    Object.entries(operations).map(([id, handler]) => [
      id,
      (call) => forCreditorOfLink(deps, tokenOf(call), () => handler(call)),
    ]),
  )
}

function pageOperations(deps: PortalDeps): Record<string, Handler> {
  return {
    async showPortal(call) {
      if (call.accepts('text/html', JOSE_MEDIA_TYPE) === JOSE_MEDIA_TYPE) {
        const busy = busyPage(deps, call)
        if (busy !== undefined) return busy
        const request = await readLinkedRequest(deps, tokenOf(call))
        if (!request.ok) return request
        const body = request.value
        return ok({ status: 200, contentType: JOSE_MEDIA_TYPE, headers: PRIVATE, body })
      }
      const begun = await beginVisit(deps, call)
      return 'instead' in begun ? begun.instead : await showClaim(deps, begun.visit)
    },

    async showReceipt(call) {
      const begun = await beginVisit(deps, call)
      if ('instead' in begun) return begun.instead
      const { visit } = begun
      const receiptId = call.params['receiptId'] ?? ''
      const found = await readReceipt(deps, { token: visit.token, receiptId })
      const outstanding = found && parseAmountOrZero(found.receipt.outstanding)
      const model =
        outstanding?.ok === true
          ? receiptPageModel(visit, { receiptId, outstanding: outstanding.value })
          : undefined
      if (found === undefined || model === undefined) return notFoundPage(deps, call)
      if (call.query['form'] === 'signed') {
        const body = found.jws
        return ok({ status: 200, contentType: JOSE_MEDIA_TYPE, headers: PRIVATE, body })
      }
      return page(visit.nonce, 200, renderReceiptPage(model, deps.wording))
    },

    async choosePlan(call) {
      const begun = await beginVisit(deps, call)
      if ('instead' in begun) return begun.instead
      const { visit } = begun
      const fields = call.body as FormFields
      const isConfirmed = fields['confirm'] === 'yes'
      return isConfirmed ? await agree(deps, visit, fields) : await askAgain(deps, visit, fields)
    },
  }
}

/** Shows the choice once more; nothing is agreed yet. */
async function askAgain(deps: PortalDeps, visit: Visit, fields: FormFields): Promise<Answer> {
  const { choices } = visit.view
  if (choices.length === 0) return await showClaim(deps, visit, { status: 409 })
  const read = readChoiceForm(fields, choices)
  if (!read.ok) {
    const { entered, code } = read.error
    return await showClaim(deps, visit, {
      status: 422,
      again: { choice: { entered, problem: { code } } },
    })
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
  const again = { choice: { entered, problem: { code: 'offer-changed' as const } } }
  return await showClaim(deps, now, { status: isOutside ? 422 : 409, again })
}
