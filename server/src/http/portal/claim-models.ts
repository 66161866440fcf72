// From the facts of a claim to the models of its pages: the addresses of the forms, and the drawn
// QR code. The one place between what a use-case knows and what the renderers show.
import type { Day, Money } from '@parley/sdk/protocol'
import { paytoUri } from '../../domain/payto-uri.ts'
import type { Language } from '../../domain/wording/language.ts'
import type { CheckedChoice } from '../../use-cases/choose-plan.ts'
import type { CustomerProfile } from '../../use-cases/read-customer-profile.ts'
import type { ClaimView, ReceiptRow } from '../../use-cases/show-claim-page.ts'
import type {
  ActName,
  ActProblem,
  ChoiceProblem,
  ClaimPageModel,
  ClaimPageStatus,
  ConfirmPageModel,
  DonePageModel,
  EnteredChoice,
  PortalPage,
  PortalReceipt,
  ReceiptPageModel,
  Transfer,
} from './page-model.ts'
import type { ProfilePageModel } from './profile-page.ts'
import { renderQrSvg } from './qr-svg.ts'

/** One view of a claim's page: by whom, in which language, and how the claim stands. */
export interface Visit {
  readonly token: string
  readonly language: Language
  readonly nonce: string
  readonly view: ClaimView
  /** Names the forms of this view. */
  readonly formId: string
  /** The act that led here. */
  readonly done?: ActName
  /** The form that is shown open. */
  readonly opens?: ActName
  /** The day that the person wishes to pay; whether it is on offer is not known. */
  readonly wishedDay?: Day
}

/** The form as it was sent and what was wrong with it, for showing it again. */
export interface FormAgain {
  readonly entered: EnteredChoice
  readonly problem: ChoiceProblem
}

/** What is shown again after a problem: the form of plans, or that of an act. */
export type Again = { readonly choice: FormAgain } | { readonly act: ActProblem }

/** The page of the claim, with the form filled in once more after a problem. */
export async function claimPageModel(visit: Visit, again?: Again): Promise<ClaimPageModel> {
  const { view, formId, done, opens } = visit
  const choice = again !== undefined && 'choice' in again ? again.choice : undefined
  const problem = again !== undefined && 'act' in again ? again.act : undefined
  return {
    ...portalPage(visit),
    acts: {
      formId,
      told: view.told,
      reach: view.reach,
      ...(done === undefined ? {} : { done }),
      ...(opens === undefined ? {} : { opens }),
      ...(problem === undefined ? {} : { problem }),
    },
    status: await statusOf(visit, choice),
    credit: view.credit,
    documents: view.documents.flatMap(({ id, uri }) =>
      uri === undefined ? [] : [{ label: id, url: uri }],
    ),
    receipts: view.receipts.map((row) => portalReceipt(visit, row)),
  }
}

/** The page that asks for the confirmation of a choice. */
export function confirmPageModel(
  visit: Visit,
  choice: { rowId: string; firstDueDate: string },
  { planHash, ...plan }: CheckedChoice,
): ConfirmPageModel {
  return {
    ...portalPage(visit),
    choice: { ...choice, ...plan },
    confirmUrl: planUrl(visit),
    hiddenFields: { plan: planHash, confirm: 'yes' },
  }
}

/** The page after a plan was agreed. */
export async function donePageModel(visit: Visit): Promise<DonePageModel> {
  const { agreed } = visit.view
  if (agreed === null) throw new Error('a plan that was just agreed is not there')
  return {
    ...portalPage(visit),
    kind: 'plan-confirmed',
    transfer: await transferOf(visit.view),
    plan: agreed,
  }
}

/** The page of a receipt; undefined for one that is not of this claim. */
export function receiptPageModel(
  visit: Visit,
  { receiptId, outstanding }: { receiptId: string; outstanding: Money },
): ReceiptPageModel | undefined {
  const row = visit.view.receipts.find((it) => it.receiptId === receiptId)
  if (row === undefined) return undefined
  const receipt = { ...portalReceipt(visit, row), receiptId, outstanding }
  return { ...portalPage(visit), receipt, signedUrl: `${receipt.url}?form=signed` }
}

/** The customer's own copy of what is known. */
export function profilePageModel(
  visit: Visit,
  profile: CustomerProfile,
  wrote: ProfilePageModel['wrote'],
): ProfilePageModel {
  const { claimId } = visit.view.key
  const contestUrl = `/p/${visit.token}/profile`
  return { ...portalPage(visit), profile, claimId, wrote, contestUrl }
}

function portalReceipt({ token }: Visit, row: ReceiptRow): PortalReceipt {
  const { receiptId, amount, receivedOn, isReturned } = row
  return { amount, receivedOn, isReturned, url: `/p/${token}/receipts/${receiptId}` }
}

function portalPage({ token, language, nonce, view }: Visit): PortalPage {
  const { creditor, today } = view
  const { reference, referenceScheme, invoiceNumber, subject, dueDate, outstanding, items } = view
  const { covered } = view
  const { iban: _, ...contact } = creditor
  return {
    language,
    nonce,
    creditor: contact,
    claim: {
      reference,
      referenceScheme,
      invoiceNumber,
      ...(subject === null ? {} : { subject }),
      dueDate,
      outstanding,
      covered,
      items,
    },
    today,
    pageUrl: `/p/${token}`,
  }
}

async function statusOf(visit: Visit, again?: FormAgain): Promise<ClaimPageStatus> {
  const { view } = visit
  if (view.state !== 'open') return { kind: view.state }
  const transfer = await transferOf(view)
  const chooseUrl = planUrl(visit)
  const form = again ?? wishedForm(visit)
  const offer = { choices: view.choices, chooseUrl, hiddenFields: {}, ...form }
  const hasChoices = view.choices.length > 0
  if (view.agreed !== null) {
    const plan = view.agreed
    return { kind: 'agreed', transfer, plan, ...(hasChoices ? { offer } : {}) }
  }
  if (!hasChoices) return { kind: 'open', transfer, offer: null }
  return { kind: 'open', transfer, offer }
}

/** The form filled in with the day that was wished: the row with the fewest payments that has it. */
function wishedForm({ view, wishedDay }: Visit): Pick<FormAgain, 'entered'> | undefined {
  if (wishedDay === undefined) return undefined
  const [row] = view.choices
    .filter(({ firstDueFrom, firstDueTo }) => firstDueFrom <= wishedDay && wishedDay <= firstDueTo)
    .toSorted((one, other) => one.lines.length - other.lines.length)
  if (row === undefined) return undefined
  return { entered: { rowId: row.rowId, firstDays: { [row.rowId]: wishedDay } } }
}

async function transferOf(view: ClaimView): Promise<Transfer> {
  const { creditor, transfer, reference, referenceScheme } = view
  const { amount, code } = transfer
  const qr = code && (await renderQrSvg(code))
  const { name, iban, nextAccount } = creditor
  const payto = paytoUri({ name, iban, amount, reference, referenceScheme })
  return { accountHolder: name, iban, nextAccount, amount, qr, payto }
}

function planUrl({ token }: Visit): string {
  return `/p/${token}/plan`
}
