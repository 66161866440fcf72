// How each kind of work is run: how much at once, how often, how long. Data only.
import type { QueueName } from '../storage/events.ts'

export interface QueueSettings {
  /** How many fetch and run beside each other in one process. */
  readonly workers: number
  /** How many jobs one worker takes and settles together. */
  readonly batchSize: number
  /** How many of one lane may run beside each other, so that one slow peer does not stop the rest. */
  readonly perLane?: number
  /** Tries in all; the delays between them double, with jitter. */
  readonly tries: number
  readonly firstDelaySeconds: number
  /** After this time a run counts as failed. */
  readonly expireSeconds: number
}

const NETWORK = { workers: 8, batchSize: 1, perLane: 4, expireSeconds: 300 }
const STORE = { workers: 2, batchSize: 1, tries: 6, firstDelaySeconds: 2, expireSeconds: 300 }

export const QUEUE_SETTINGS: Readonly<Record<QueueName, QueueSettings>> = {
  'fan-out-event': { ...STORE, workers: 1, batchSize: 200 },
  // 1 to 2 minutes at first, 1 to 2 hours at last: two to four hours in all.
  'deliver-webhook': { ...NETWORK, workers: 12, tries: 8, firstDelaySeconds: 60 },
  // Afterwards the message waits for the agent to pull it.
  'push-to-agent': { ...NETWORK, tries: 3, firstDelaySeconds: 5 },
  'send-message': { ...NETWORK, workers: 5, tries: 8, firstDelaySeconds: 60 },
  'address-open-claims': STORE,
  // Half a day in all; until then, and afterwards, messages wait for the agent to pull them.
  'prove-inbox': { ...NETWORK, workers: 2, tries: 12, firstDelaySeconds: 5 },
  'announce-account': STORE,
  'thank-debtor': STORE,
  'recompute-charges': STORE,
  'settle-credit': STORE,
  'take-default': STORE,
  'write-off-balance': STORE,
  // A processor for seconds: one at a time, and not at all before tomorrow when it fails.
  'train-model': { ...STORE, workers: 1, tries: 2 },
}
