// Whether a case is ready for an agency: every gap is named, so that somebody can close it. The check
// says nothing about whether a hand-over is wise: a person decides that. Pure.
import type { Day } from '@parley/sdk/protocol'
import type { ClaimState, ConversationState } from '../claim/claim.ts'
import { isWithAgent } from '../claim/claim.ts'
import type { ContactPoints, Language, Preferences } from '../claim/debtor.ts'
import { type ClaimHold, standingAt } from '../claim/holds.ts'
import { taskKind } from '../desk/task-kinds.ts'
import type { NoticeVerdict } from './notice-that-counts.ts'

export interface CaseFile {
  readonly claim: {
    readonly state: ClaimState
    readonly conversation: ConversationState
    readonly respondBy: number
    readonly dueDate: Day
    /** In minor units. */
    readonly outstanding: bigint
    readonly disputed: bigint
  }
  readonly debtor: {
    readonly name: string
    readonly language: Language | null
    readonly contact: ContactPoints
    readonly preferences: Preferences
  }
  /** Holds that were not released. */
  readonly holds: readonly ClaimHold[]
  readonly notices: NoticeVerdict
  /** Kinds of other tasks about the claim that are open. */
  readonly openTasks: readonly string[]
  readonly today: Day
  readonly now: number
}

/** What stands between a case and an agency: a stable code, and a sentence for people. */
export interface CaseGap {
  readonly code: string
  readonly detail: string
}

const NOTICE_GAPS: Readonly<Record<Exclude<NoticeVerdict, 'counts'>, CaseGap>> = {
  none: { code: 'no-notice', detail: 'no notice was sent' },
  undelivered: { code: 'notice-undelivered', detail: 'no notice reached the customer' },
  'no-effect': { code: 'notice-without-effect', detail: 'no notice counts under the law' },
  'term-open': { code: 'term-open', detail: 'the term of the notice still runs' },
}

/** These look at the very question that the hand-over answers. */
const ABOUT_HAND_OVER: ReadonlySet<string> = new Set([
  'hand-over-review',
  'check-case-file',
  'decide-on-claim',
  'decide-on-recalled',
])

/** Every gap of a case file; none means that a person may approve the hand-over. */
export function checkCaseFile(file: CaseFile): CaseGap[] {
  return [...gapsOfClaim(file), ...gapsOfRest(file), ...gapsOfDebtor(file), ...gapsOfNotices(file)]
}

function gapsOfClaim({ claim, today, now }: CaseFile): CaseGap[] {
  const { state, conversation, respondBy, dueDate, outstanding, disputed } = claim
  const isAgentsTurn = isWithAgent(conversation) && now < respondBy
  return [
    ...(state === 'open' ? [] : [{ code: 'claim-not-open', detail: `the claim is ${state}` }]),
    ...(outstanding > 0n ? [] : [{ code: 'nothing-owed', detail: 'nothing is owed' }]),
    ...(dueDate < today
      ? []
      : [{ code: 'not-due', detail: `it is not overdue: due on ${dueDate}` }]),
    ...(disputed > 0n ? [{ code: 'dispute-open', detail: 'a part is disputed' }] : []),
    ...(conversation === 'agreed' ? [{ code: 'plan-agreed', detail: 'a plan was agreed' }] : []),
    ...(isAgentsTurn
      ? [{ code: 'agent-may-answer', detail: "the customer's agent may still answer" }]
      : []),
  ]
}

/** A dispute shows in the claim as well: it is named once. */
function gapsOfRest({ holds, claim, openTasks, now }: CaseFile): CaseGap[] {
  const standing = standingAt(holds, now).filter(
    ({ reason }) => reason !== 'dispute' || claim.disputed === 0n,
  )
  const others = new Set(openTasks.filter((kind) => !ABOUT_HAND_OVER.has(kind)))
  return [
    ...standing.map(({ reason }) => ({ code: `hold-${reason}`, detail: `a hold: ${reason}` })),
    ...[...others].map((kind) => ({
      code: 'task-open',
      detail: `a task is open: ${taskKind(kind).title.toLowerCase()}`,
    })),
  ]
}

function gapsOfDebtor({ debtor }: CaseFile): CaseGap[] {
  const { name, contact, language, preferences } = debtor
  const isLanguageKnown = language !== null || preferences.language !== undefined
  return [
    ...(name.trim() === '' ? [{ code: 'name-missing', detail: 'the name is missing' }] : []),
    ...(contact.postalAddress === undefined
      ? [{ code: 'address-missing', detail: 'the postal address is missing' }]
      : []),
    ...(isLanguageKnown
      ? []
      : [{ code: 'language-unknown', detail: 'nobody knows the language of the customer' }]),
  ]
}

function gapsOfNotices({ notices }: CaseFile): CaseGap[] {
  return notices === 'counts' ? [] : [NOTICE_GAPS[notices]]
}
