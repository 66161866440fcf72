// Operations about the journeys of segments.
import type { components } from '@parley/sdk/creditor'
import { ok } from '@parley/sdk/protocol'
import type { Deps } from '../../use-cases/deps.ts'
import {
  type AssignmentInput,
  listJourneyAssignments,
  readJourneyAssignment,
  readJourneyResults,
  removeJourneyAssignment,
  type StoredAssignment,
  setJourneyAssignment,
} from '../../use-cases/manage-journey-assignments.ts'
import type { Call, Handler } from '../operation.ts'
import { instant } from './wire.ts'

export function journeyAssignmentOperations(
  deps: Pick<Deps, 'db' | 'clock' | 'journeys' | 'unsupportedJourneys'>,
): Record<string, Handler> {
  return {
    async listJourneyAssignments({ creditorId }) {
      const data = (await listJourneyAssignments(deps, creditorId)).map(onWire)
      return ok({ status: 200, body: { data } })
    },

    async getJourneyAssignment(call) {
      const found = await readJourneyAssignment(deps, keyOf(call))
      return found.ok ? ok({ status: 200, body: onWire(found.value) }) : found
    },

    async putJourneyAssignment(call) {
      const input = call.body as AssignmentInput
      const set = await setJourneyAssignment(deps, { ...keyOf(call), input })
      return set.ok ? ok({ status: 200, body: onWire(set.value) }) : set
    },

    async deleteJourneyAssignment(call) {
      const removed = await removeJourneyAssignment(deps, keyOf(call))
      return removed.ok ? ok({ status: 204 }) : removed
    },

    async getJourneyResults(call) {
      const results = await readJourneyResults(deps, keyOf(call))
      if (!results.ok) return results
      const assignment = onWire(results.value.assignment)
      return ok({ status: 200, body: { ...results.value, assignment } })
    },
  }
}

function keyOf({ creditorId, params }: Call): { creditorId: string; segment: string } {
  return { creditorId, segment: params['segment'] ?? '' }
}

function onWire(assignment: StoredAssignment): components['schemas']['JourneyAssignment'] {
  const { since, updatedAt, ...stated } = assignment
  return { ...stated, since: instant(since), updatedAt: instant(updatedAt) }
}
