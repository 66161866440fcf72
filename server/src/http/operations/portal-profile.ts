// The customer's own copy of what is known, and the way to say that something of it is not right.
import { ok } from '@parley/sdk/protocol'
import { type ContestDeps, contestProfile } from '../../use-cases/contest-profile.ts'
import { readCustomerProfile, readLastContact } from '../../use-cases/read-customer-profile.ts'
import type { LearningDeps } from '../../use-cases/train-creditor-model.ts'
import type { Answer, Handler } from '../operation.ts'
import { type AnswerDeps, beginVisit, notFoundPage, PRIVATE, page } from '../portal/answer-page.ts'
import { profilePageModel, type Visit } from '../portal/claim-models.ts'
import { inLanguage } from '../portal/page-frame.ts'
import { renderProfilePage } from '../portal/profile-page.ts'
import type { FormFields } from '../portal/read-act-forms.ts'

export type ProfileDeps = AnswerDeps & LearningDeps & ContestDeps

export function portalProfileOperations(deps: ProfileDeps): Record<string, Handler> {
  return {
    async showProfile(call) {
      const begun = await beginVisit(deps, call)
      return 'instead' in begun ? begun.instead : await show(deps, begun.visit)
    },

    async contestProfile(call) {
      const begun = await beginVisit(deps, call)
      if ('instead' in begun) return begun.instead
      const { view, token, language } = begun.visit
      const { fact, step, text = '' } = call.body as FormFields
      const { creditorId, claimId } = view.key
      const contested = await contestProfile(deps, {
        creditorId,
        claimId,
        subject: fact === undefined ? { step: step ?? '' } : { factId: fact },
        channel: 'portal',
        ...(text.trim() === '' ? {} : { text: text.trim() }),
      })
      if (!contested.ok) return notFoundPage(deps, call)
      const location = `${inLanguage(`/p/${token}/profile`, language)}#${fact ?? 'why'}`
      return ok({ status: 303, headers: { ...PRIVATE, location } })
    },
  }
}

async function show(deps: ProfileDeps, visit: Visit): Promise<Answer> {
  const { key } = visit.view
  const profile = await readCustomerProfile(deps, key)
  if (!profile.ok) throw new Error(`the customer of ${key.claimId} has no profile`)
  const wrote = await readLastContact(deps, key)
  const model = profilePageModel(visit, profile.value, wrote)
  return page(visit.nonce, 200, renderProfilePage(model, deps.wording))
}
