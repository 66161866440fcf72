// What a person reads before a telephone call of a journey. Shown on a task, never sent.

import type { Language } from '../wording/language.ts'
import type { TextKey } from '../wording/text-catalog.ts'
import type { Wording } from '../wording/wording.ts'
import type { CallInput } from './claim-message-input.ts'
import { messageValues } from './message-values.ts'
import { assertComposable } from './missing-facts.ts'
import { oneLine } from './safe-text.ts'

/** A script for a call: what it is about and what to say, in order. */
export interface CallScript {
  readonly language: Language
  readonly heading: string
  readonly points: readonly string[]
}

/**
 * Writes the script of a call in the person's language, in which it will be held.
 *
 * @throws {RangeError} like `composeClaimMessage`.
 */
export function callScript(input: CallInput, wording: Wording): CallScript {
  assertComposable(input)
  const values = messageValues(input)
  const say = (key: TextKey) => oneLine(wording.say(input.language, key, values))
  return {
    language: input.language,
    heading: say(`${input.template}.heading`),
    points: [
      say('call.who'),
      say('call.moment'),
      say(`${input.template}.about`),
      say('call.offer'),
      say('call.help'),
      say('call.end'),
    ],
  }
}
