// Acts on what the person chose for a bill: an answer that is signed and kept, not yet sent.

import { err, ok, type Result } from '../protocol/result.ts'
import type { AgentRefusal } from './agent-refusal.ts'
import { checkedMoney } from './answer.ts'
import { withDecision, withGivenDecision } from './answer-decision.ts'
import { activeEnrolment } from './change-enrolment.ts'
import { type AgentContext, changeThread } from './context.ts'
import type { Decision } from './decide.ts'
import { type PersonChoice, personDecision } from './person-choice.ts'
import type { ThreadKey } from './store.ts'

/** Refuses `not-found` (nothing to choose), `expired`, `content-invalid` and `busy`. */
export async function choose(
  context: AgentContext,
  key: ThreadKey,
  choice: PersonChoice,
): Promise<Result<Decision, AgentRefusal>> {
  const chosen = await changeThread<Result<Decision, AgentRefusal>>(
    context,
    key,
    async (thread) => {
      const isOpen = thread?.stage === 'asking' || thread?.stage === 'quiet'
      if (thread === undefined || !isOpen)
        return { thread: null, outcome: err({ code: 'not-found' }) }
      const enrolment = await activeEnrolment(context, key.enrolmentId)
      if (enrolment === undefined) return { thread: null, outcome: err({ code: 'not-found' }) }
      if (thread.menuUntil <= context.clock())
        return { thread: null, outcome: err({ code: 'expired' }) }
      const principal = checkedMoney(thread.request.amount)
      const given = personDecision(choice, { menu: thread.menu, principal })
      if (!given.ok) return { thread: null, outcome: given }
      const decided =
        given.value === null
          ? await withDecision(context, thread, { confirmed: true })
          : await withGivenDecision(context, thread, given.value)
      const decision = decided.decisions.at(-1)?.decision
      if (decision === undefined) throw new TypeError('a decision was taken')
      return { thread: decided, outcome: ok(decision) }
    },
  )
  if (chosen === null) return err({ code: 'busy' })
  if (chosen.ok) context.emit({ type: 'decided', thread: key, decision: chosen.value })
  return chosen
}
