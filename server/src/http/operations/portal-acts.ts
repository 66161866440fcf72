// The person's other acts on the page: already paid, a dispute, help, wishes. A form that was taken leads
// back to the page, so that a reload sends nothing again; one with a fault is shown again. And the one act
// that a mail program does for its person, without the page.
import { ok } from '@parley/sdk/protocol'
import { chooseCredit } from '../../use-cases/choose-credit.ts'
import { type PersonReply, type ReplyDeps, takeReply } from '../../use-cases/take-reply.ts'
import { tellPreferences } from '../../use-cases/tell-preferences.ts'
import type { Answer, Call, Handler } from '../operation.ts'
import { FORM_FIELD } from '../portal/act-form.ts'
import { type AnswerDeps, afresh, beginVisit, PRIVATE, showClaim } from '../portal/answer-page.ts'
import type { Visit } from '../portal/claim-models.ts'
import { inLanguage } from '../portal/page-frame.ts'
import type { ActName, ActProblem } from '../portal/page-model.ts'
import {
  type FormFields,
  readCreditForm,
  readDisputeForm,
  readHelpForm,
  readPaidForm,
  readPreferencesForm,
} from '../portal/read-act-forms.ts'

type ActDeps = AnswerDeps & ReplyDeps

/** What a form says, without what the link says. */
type Told = Omit<PersonReply, 'creditorId' | 'claimId' | 'channel' | 'isSure' | 'origin'>

export function portalActOperations(deps: ActDeps): Record<string, Handler> {
  return {
    tellPaid: async (call) =>
      await act(deps, call, async (visit, fields) => {
        const read = readPaidForm(fields, visit.view.today)
        if (!read.ok) return await again(deps, visit, read.error)
        const { day } = read.value
        const paidOn = day === undefined ? {} : { paidOn: day }
        const told = { action: { kind: 'look-for-payment' }, ...paidOn } as const
        return await tell(deps, visit, { act: 'paid', fields, told })
      }),

    tellDispute: async (call) =>
      await act(deps, call, async (visit, fields) => {
        const { language, view } = visit
        const read = readDisputeForm(fields, { language, outstanding: view.outstanding })
        if (!read.ok) return await again(deps, visit, read.error)
        const { part, ...more } = read.value
        const disputed = part === undefined ? {} : { disputed: part }
        const told = { action: { kind: 'open-dispute' }, ...more, ...disputed } as const
        return await tell(deps, visit, { act: 'dispute', fields, told })
      }),

    askForHelp: async (call) =>
      await act(deps, call, async (visit, fields) => {
        const { isHardship, ...more } = readHelpForm(fields)
        const kind = isHardship ? 'open-hardship' : 'call-back'
        return await tell(deps, visit, { act: 'help', fields, told: { action: { kind }, ...more } })
      }),

    tellPreferences: async (call) =>
      await act(deps, call, async (visit, fields) => {
        const read = readPreferencesForm(fields, visit.view.reach)
        if (!read.ok) return await again(deps, visit, read.error)
        const origin = originOf(fields)
        await tellPreferences(deps, { ...visit.view.key, ...read.value, origin })
        return done(visit, 'preferences', read.value.told.language)
      }),

    tellCredit: async (call) =>
      await act(deps, call, async (visit, fields) => {
        const read = readCreditForm(fields)
        if (!read.ok) return await again(deps, visit, read.error)
        const { creditorId, claimId } = visit.view.key
        const chosen = await chooseCredit(deps, {
          creditorId,
          claimId,
          ...read.value,
          by: 'customer',
        })
        if (chosen.ok) return done(visit, 'credit')
        const isIban =
          chosen.error.code === 'account-invalid' || chosen.error.code === 'text-invalid'
        const code = isIban ? 'credit.error-iban' : 'credit.error-gone'
        const problem = { act: 'credit', code, entered: fields } as const
        return await again(deps, await afresh(deps, visit), problem)
      }),

    showUnsubscribe: async (call) => {
      const begun = await beginVisit(deps, call)
      return 'instead' in begun ? begun.instead : toPreferences(begun.visit)
    },

    unsubscribe: async (call) => {
      const begun = await beginVisit(deps, call)
      return 'instead' in begun ? begun.instead : await stopMails(deps, begun.visit)
    },
  }
}

function toPreferences({ token, language }: Visit): Answer {
  const location = `${inLanguage(`/p/${token}?open=preferences`, language)}#preferences`
  return ok({ status: 303, headers: { ...PRIVATE, location } })
}

/** RFC 8058: answered without a redirect, and the same when it was done before. */
async function stopMails(deps: ActDeps, { view, language, formId }: Visit): Promise<Answer> {
  const { creditorId, claimId } = view.key
  if (!view.reach.closed.includes('email')) {
    const action = { kind: 'stop-channel' } as const
    const from = { channel: 'email', isSure: true, origin: `unsubscribe:${formId}` } as const
    await takeReply(deps, { creditorId, claimId, action, ...from })
  }
  const body = deps.wording.say(language, 'preferences.stopped', { channel: 'email' })
  return ok({ status: 200, contentType: 'text/plain; charset=utf-8', headers: PRIVATE, body })
}

async function act(
  deps: ActDeps,
  call: Call,
  work: (visit: Visit, fields: FormFields) => Promise<Answer>,
): Promise<Answer> {
  const begun = await beginVisit(deps, call)
  return 'instead' in begun ? begun.instead : await work(begun.visit, call.body as FormFields)
}

async function tell(
  deps: ActDeps,
  visit: Visit,
  { act, fields, told }: { act: ActName; fields: FormFields; told: Told },
): Promise<Answer> {
  const { creditorId, claimId } = visit.view.key
  const from = { creditorId, claimId, channel: 'portal', isSure: true } as const
  const taken = await takeReply(deps, { ...from, ...told, origin: originOf(fields) })
  if (taken.ok) return done(visit, act)
  // Money came in while the form was filled in: the part is more than is owed now.
  const problem = { act: 'dispute', code: 'dispute.error-range', entered: fields } as const
  return await again(deps, await afresh(deps, visit), problem)
}

const originOf = (fields: FormFields) => `portal:${fields[FORM_FIELD] ?? ''}`

async function again(deps: ActDeps, visit: Visit, problem: ActProblem): Promise<Answer> {
  return await showClaim(deps, visit, { status: 422, again: { act: problem } })
}

function done({ token, language }: Visit, act: ActName, wish?: string): Answer {
  const chosen = wish ?? language
  const location = `${inLanguage(`/p/${token}?done=${act}`, chosen as Visit['language'])}#done`
  return ok({ status: 303, headers: { ...PRIVATE, location } })
}
