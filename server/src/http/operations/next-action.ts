// Operations about the next action: who chooses it, what was chosen and why, and experiments.
import type { components } from '@parley/sdk/creditor'
import { ok } from '@parley/sdk/protocol'
import { experimentChart } from '../../domain/experiments/experiment-chart.ts'
import type { WeighedAction } from '../../domain/next-action/choose-action.ts'
import type { Deps } from '../../use-cases/deps.ts'
import {
  type ActionChoiceRow,
  type ActionMode,
  type ActionPolicy,
  asLogged,
  listActionChoices,
  readActionPolicy,
  setActionPolicy,
} from '../../use-cases/manage-action-policy.ts'
import {
  beginExperiment,
  type Experiment,
  type ExperimentInput,
  type ExperimentReport,
  listExperiments,
  readExperiment,
  stopExperiment,
} from '../../use-cases/manage-experiments.ts'
import type { Call, Handler } from '../operation.ts'
import { once } from './once.ts'
import { instant } from './wire.ts'

type Schemas = components['schemas']

export function nextActionOperations(
  deps: Pick<Deps, 'db' | 'clock' | 'ids' | 'vault'>,
): Record<string, Handler> {
  return {
    async getActionPolicy({ creditorId }) {
      const policy = await readActionPolicy(deps, creditorId)
      return ok({ status: 200, body: policyOnWire(policy) })
    },

    async putActionPolicy({ creditorId, body }) {
      const { mode } = body as { mode: ActionMode }
      const policy = await setActionPolicy(deps, { creditorId, mode })
      return ok({ status: 200, body: policyOnWire(policy) })
    },

    async listActionChoices(call) {
      const page = await listActionChoices(deps, {
        creditorId: call.creditorId,
        claimId: call.query['paymentRequestId'] as string | undefined,
        cursor: call.query['cursor'] as string | undefined,
        limit: Number(call.query['limit']),
      })
      return ok({ status: 200, body: { data: page.data.map(choiceOnWire), nextCursor: page.next } })
    },

    createExperiment: (call) =>
      once(deps, 'createExperiment', call, async (tx) => {
        const input = call.body as ExperimentInput
        const begun = await beginExperiment(deps, tx, { creditorId: call.creditorId, input })
        return begun.ok ? ok({ status: 201, body: experimentOnWire(begun.value) }) : begun
      }),

    async listExperiments({ creditorId }) {
      const data = (await listExperiments(deps, creditorId)).map(experimentOnWire)
      return ok({ status: 200, body: { data } })
    },

    async getExperiment(call) {
      const found = await readExperiment(deps, keyOf(call))
      return found.ok ? ok({ status: 200, body: reportOnWire(found.value) }) : found
    },

    stopExperiment: (call) => {
      const key = keyOf(call)
      return once(deps, `stopExperiment ${key.experimentId}`, call, async (tx) => {
        const stopped = await stopExperiment(deps, tx, key)
        return stopped.ok ? ok({ status: 200, body: experimentOnWire(stopped.value) }) : stopped
      })
    },

    async getExperimentChart(call) {
      const found = await readExperiment(deps, keyOf(call))
      if (!found.ok) return found
      const { markup } = experimentChart(found.value.result.days)
      return ok({ status: 200, contentType: 'image/svg+xml', body: markup })
    },
  }
}

function keyOf({ creditorId, params }: Call): { creditorId: string; experimentId: string } {
  return { creditorId, experimentId: params['experimentId'] ?? '' }
}

function policyOnWire({ mode, since }: ActionPolicy): Schemas['ActionPolicy'] {
  return { mode, since: since === null ? null : instant(since) }
}

/** A choice of an action in its wire form. */
export function choiceOnWire(row: ActionChoiceRow): Schemas['ActionChoice'] {
  const { weighed, chosen, isTriedOut, reasons, standing, experimentId } = row.choice
  const { valuesVersion, segmentsVersion } = row.choice
  const candidates = weighed.map(weighedOnWire)
  return {
    id: row.choiceId,
    paymentRequestId: row.claimId,
    debtorId: row.debtorId,
    step: row.step,
    segment: row.segment,
    chosenAt: instant(row.chosenAt),
    chosen: candidates[chosen] as Schemas['WeighedAction'],
    candidates,
    triedOut: isTriedOut,
    reasons: [...reasons],
    facts: [...standing.facts],
    policyVersion: `values ${valuesVersion}, segments ${segmentsVersion}`,
    experimentId,
    outcome: row.outcome,
    logged: asLogged(row) as Schemas['LoggedChoice'] | null,
  }
}

function weighedOnWire({ action, ...weighed }: WeighedAction): Schemas['WeighedAction'] {
  const { kind, channel, at, hour } = action
  return { kind, channel, at: instant(at), hour, ...weighed }
}

function experimentOnWire(experiment: Experiment): Schemas['Experiment'] {
  const { creditorId: _, experimentId, startedAt, endedAt, ...stated } = experiment
  return {
    id: experimentId,
    ...stated,
    startedAt: instant(startedAt),
    endedAt: endedAt === null ? null : instant(endedAt),
  }
}

function reportOnWire({ experiment, result }: ExperimentReport): Schemas['ExperimentReport'] {
  const { verdict, sentence, broken, arms, days } = result
  return {
    experiment: experimentOnWire(experiment),
    ...{ verdict, sentence, brokenGuardRails: [...broken], arms: [...arms], days: [...days] },
  }
}
