// Puts the agent's questions to the person through the app's own hook, and acts on the answers. A
// question is asked once at a time; one without an answer stays open.

import type { RequestMessage } from '../protocol/generated/messages.ts'
import type { AgentContext } from './context.ts'
import type { AskDecision } from './decide.ts'
import type { PersonChoice } from './person-choice.ts'
import type { ThreadKey, ThreadRecord } from './store.ts'

/** A bill that waits for the person's yes. */
export interface PersonQuestion {
  readonly thread: ThreadKey
  readonly request: RequestMessage
  readonly decision: AskDecision
}

/** Asks the person; null leaves the question open for `choose`. */
export type AskPerson = (question: PersonQuestion) => Promise<PersonChoice | null>

/** The agent's open questions. */
export interface PersonQuestions {
  /** Asks what a conversation waits for, if it waits for the person. */
  ask(key: ThreadKey): Promise<void>
  askAll(): Promise<void>
}

/** Creates the questions of an agent; `choose` acts on an answer. Without a hook nothing is asked. */
export function createPersonQuestions(
  { store }: Pick<AgentContext, 'store'>,
  askPerson: AskPerson | undefined,
  choose: (key: ThreadKey, choice: PersonChoice) => Promise<unknown>,
): PersonQuestions {
  if (askPerson === undefined) return { ask: async () => undefined, askAll: async () => undefined }
  const asking = new Set<string>()

  async function put(thread: ThreadRecord, hook: AskPerson): Promise<void> {
    const question = questionOf(thread)
    const { enrolmentId, thr } = thread
    const name = `${enrolmentId}/${thr}`
    if (question === null || asking.has(name)) return
    asking.add(name)
    try {
      const choice = await hook(question)
      if (choice !== null) await choose(question.thread, choice)
    } finally {
      asking.delete(name)
    }
  }

  return {
    async ask(key) {
      const thread = await store.thread(key)
      if (thread !== undefined) await put(thread, askPerson)
    },
    async askAll() {
      for (const thread of await store.threads()) await put(thread, askPerson)
    },
  }
}

function questionOf({ enrolmentId, thr, request, stage, decisions }: ThreadRecord) {
  const decision = decisions.at(-1)?.decision
  if (stage !== 'asking' || decision?.kind !== 'ask') return null
  return { thread: { enrolmentId, thr }, request, decision }
}
