// The situation of a claim in the eyes of its journey: who was asked, and who has answered. Pure.
import type { JourneySegment } from './journey.ts'
import type { StepFacts } from './step-facts.ts'

/**
 * Returns the situation a claim is in, `agreed`, or `agent-may-answer` before `respondBy`.
 *
 * A negotiation rests on a hold with a stated end. Once both that and `respondBy` have passed, the
 * agent counts as silent: no state of a conversation may stop reminders for ever.
 */
export function segmentOf(
  facts: Pick<StepFacts, 'conversation' | 'now'> & { readonly respondBy: number },
): JourneySegment | 'agreed' | 'agent-may-answer' {
  switch (facts.conversation) {
    case 'none':
      return 'no-agent'
    case 'refused':
      return 'agent-refused'
    case 'impasse':
    case 'agreed':
      return facts.conversation
    case 'timed-out':
      return 'agent-silent'
    default:
      return facts.now < facts.respondBy ? 'agent-may-answer' : 'agent-silent'
  }
}
