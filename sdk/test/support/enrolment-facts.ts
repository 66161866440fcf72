// What tests of an enrolment's life name and ask: the creditor, its next account, the one enrolment.
import type { ActiveEnrolment } from '../../src/index.ts'
import type { AgentWorld } from './agent-world.ts'
import { OTHER_IBAN } from './fixtures.ts'

export const MESSAGES = '/parley/messages'
export const DAY = 86_400
export const CREDITOR = { id: 'cr1', name: 'Stadtwerke Beispiel' }
export const NEXT_ACCOUNT = { ...CREDITOR, account: { iban: OTHER_IBAN } }

/** What the creditor took, in order. */
export const kindsOf = ({ peer }: AgentWorld) => peer.taken.map(({ kind }) => kind)

/** The one enrolment of a world, in force. */
export async function activeOf({ store }: AgentWorld): Promise<ActiveEnrolment> {
  const enrolment = (await store.enrolments())[0]
  if (enrolment?.state !== 'active') throw new Error('not enrolled')
  return enrolment
}
