// A message about a claim as a note for the person's app: the agent shows it and knows the rest.

import type { Wording } from '../wording/wording.ts'
import type { ClaimMessageInput } from './claim-message-input.ts'
import { sayFor } from './message-blocks.ts'
import { assertComposable } from './missing-facts.ts'
import { oneLine } from './safe-text.ts'

/** A title and one or two sentences, each one line of plain text. */
export interface AppNote {
  readonly title: string
  readonly text: string
}

/**
 * Writes a message about a claim as a note for the person's app.
 *
 * @throws {RangeError} like `composeClaimMessage`.
 */
export function appNote(input: ClaimMessageInput, wording: Wording): AppNote {
  assertComposable(input)
  const say = sayFor(input, wording, 'mail')
  // The opening of a confirmed plan only leads over to its table.
  const isPlan = input.template === 'plan-confirmed'
  const text = say(isPlan ? 'plan-confirmed.promise' : `${input.template}.opening`)
  return { title: oneLine(say(`${input.template}.subject`)), text: oneLine(text) }
}
