// What each act is called on buttons and above its form.
import type { TaskActionKind } from '../../domain/desk/task-kinds.ts'

interface ActionWords {
  /** On the button of the list, which leads to the form. */
  readonly open: string
  /** Above the form. */
  readonly title: string
  /** On the button that does it. */
  readonly submit: string
}

export const ACTION_WORDS: Readonly<Record<TaskActionKind, ActionWords>> = {
  none: { open: 'Open', title: 'End the task', submit: 'Done' },
  'resolve-dispute': { open: 'Decide', title: 'Decide on the dispute', submit: 'Decide' },
  'set-hold': { open: 'Let it rest', title: 'Let reminders rest', submit: 'Let them rest' },
  'release-hold': { open: 'Go on', title: 'Let reminders go on', submit: 'Let them go on' },
  'write-off': { open: 'Write off', title: 'Write the claim off', submit: 'Write off' },
  'approve-hand-over': {
    open: 'Review',
    title: 'Hand the claim over',
    submit: 'Approve the hand-over',
  },
  'match-payment': { open: 'Place it', title: 'Say which bill it is for', submit: 'Book it' },
  'set-aside': { open: 'Look', title: 'Set it aside', submit: 'Set it aside' },
  'refuse-hand-over': {
    open: 'Review',
    title: 'Keep the claim here',
    submit: 'Refuse the hand-over',
  },
  'approve-refund': { open: 'Review', title: 'Approve the refund', submit: 'Approve the refund' },
  'uphold-contest': { open: 'Decide', title: 'The customer is right', submit: 'Do not use it' },
  'reject-contest': { open: 'Decide', title: 'It is right as it is', submit: 'Use it again' },
  'refuse-refund': { open: 'Review', title: 'Refuse the refund', submit: 'Refuse the refund' },
}
