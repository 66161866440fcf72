// Which use-case does the work of which queue. Payloads are our own: they come from the outbox.
import { acrossCreditors, forCreditor } from '../storage/creditor-scope.ts'
import type { QueueName } from '../storage/events.ts'
import { addressOpenClaims } from '../use-cases/address-open-claims.ts'
import { announceAccount } from '../use-cases/announce-account.ts'
import {
  type DeliverWebhookDeps,
  deliverWebhook,
  giveUpWebhook,
} from '../use-cases/deliver-webhook.ts'
import type { Deps } from '../use-cases/deps.ts'
import { fanOutEvents } from '../use-cases/fan-out-event.ts'
import { proveInbox } from '../use-cases/prove-inbox.ts'
import { type PushDeps, pushToAgent } from '../use-cases/push-to-agent.ts'
import { DONE, type WorkOutcome } from '../use-cases/work-outcome.ts'

/** The payload of a job: ids of what it is about. */
export type JobData = Readonly<Record<string, string | number>> & { readonly creditorId: string }

export interface JobHandler {
  /** Runs the jobs of one batch, which have one outcome together. A throw counts as `again`. */
  run(jobs: readonly JobData[]): Promise<WorkOutcome>
  /** Leaves a named state behind when a job fails for good. Runs at least once. */
  giveUp?(job: JobData): Promise<void>
}

export type JobHandlers = Readonly<Record<QueueName, JobHandler>>

interface ClaimKey {
  creditorId: string
  claimId: string
}

/** Work on messages to people. */
export interface PeopleWork {
  sendMessage(key: { creditorId: string; messageId: string }): Promise<WorkOutcome>
  /** Marks the message as failed. */
  giveUpMessage(key: { creditorId: string; messageId: string }): Promise<void>
  recomputeCharges(key: { creditorId: string; claimId: string }): Promise<void>
  thankDebtor(key: { creditorId: string; claimId: string; paymentId: string }): Promise<unknown>
  /** Offers what is owed to the customer of a claim. */
  settleCredit(key: ClaimKey): Promise<void>
  takeCreditDefault(key: ClaimKey): Promise<void>
  writeOffBalance(key: ClaimKey): Promise<unknown>
}

/** Work on what is learnt from events. */
export interface LearningWork {
  trainModel(key: { creditorId: string }): Promise<unknown>
}

export type HandlerDeps = Pick<
  Deps,
  'db' | 'clock' | 'ids' | 'vault' | 'signer' | 'publicUrl' | 'outboxChanged'
> &
  Pick<DeliverWebhookDeps, 'http' | 'wallClock'> &
  Pick<PushDeps, 'pushes'>

/** Wires every queue to its use-case. Each may run twice, and in two processes. */
export function createHandlers(
  deps: HandlerDeps,
  people: PeopleWork,
  learning: LearningWork,
): JobHandlers {
  return {
    'fan-out-event': {
      async run(jobs) {
        const events = jobs.map((job) => ({
          creditorId: job.creditorId,
          eventId: numberOf(job, 'eventId'),
        }))
        await acrossCreditors(() => fanOutEvents(deps, events))
        return DONE
      },
    },
    'deliver-webhook': {
      run: one((job) => deliverWebhook(deps, webhookKey(job))),
      giveUp: (job) => forCreditor(job.creditorId, () => giveUpWebhook(deps, webhookKey(job))),
    },
    'push-to-agent': {
      run: one(({ creditorId, ...job }) =>
        pushToAgent(deps, { creditorId, deliveryId: numberOf(job, 'deliveryId') }),
      ),
    },
    'send-message': {
      run: one((job) => people.sendMessage(messageKey(job))),
      giveUp: (job) => forCreditor(job.creditorId, () => people.giveUpMessage(messageKey(job))),
    },
    'address-open-claims': {
      run: one(async ({ creditorId, ...job }) => {
        await addressOpenClaims(deps, { creditorId, enrolmentId: textOf(job, 'enrolmentId') })
        return DONE
      }),
    },
    'prove-inbox': {
      run: one(({ creditorId, ...job }) =>
        proveInbox(deps, { creditorId, enrolmentId: textOf(job, 'enrolmentId') }),
      ),
    },
    'announce-account': {
      run: one(async ({ creditorId }) => {
        await announceAccount(deps, { creditorId })
        return DONE
      }),
    },
    'recompute-charges': {
      run: one(async ({ creditorId, ...job }) => {
        await people.recomputeCharges({ creditorId, claimId: textOf(job, 'claimId') })
        return DONE
      }),
    },
    'settle-credit': { run: ofClaim((key) => people.settleCredit(key)) },
    'take-default': { run: ofClaim((key) => people.takeCreditDefault(key)) },
    'write-off-balance': { run: ofClaim((key) => people.writeOffBalance(key)) },
    'train-model': {
      run: one(async ({ creditorId }) => {
        await learning.trainModel({ creditorId })
        return DONE
      }),
    },
    'thank-debtor': {
      run: one(async ({ creditorId, ...job }) => {
        const claimId = textOf(job, 'claimId')
        await people.thankDebtor({ creditorId, claimId, paymentId: textOf(job, 'paymentId') })
        return DONE
      }),
    },
  }
}

const webhookKey = (job: JobData) => ({
  creditorId: job.creditorId,
  deliveryId: textOf(job, 'deliveryId'),
})

const messageKey = (job: JobData) => ({
  creditorId: job.creditorId,
  messageId: textOf(job, 'messageId'),
})

/** For work on a claim that has one effect, however often it runs. */
function ofClaim(work: (key: ClaimKey) => Promise<unknown>): JobHandler['run'] {
  return one(async ({ creditorId, ...job }) => {
    await work({ creditorId, claimId: textOf(job, 'claimId') })
    return DONE
  })
}

/** For the queues that take one job at a time, each for its creditor. */
function one(work: (job: JobData) => Promise<WorkOutcome>): JobHandler['run'] {
  return async ([job]) =>
    job === undefined ? DONE : await forCreditor(job.creditorId, () => work(job))
}

function textOf(job: Readonly<Record<string, string | number>>, name: string): string {
  const value = job[name]
  if (typeof value !== 'string') throw new Error(`the job has no ${name}`)
  return value
}

function numberOf(job: Readonly<Record<string, string | number>>, name: string): number {
  const value = job[name]
  if (typeof value !== 'number') throw new Error(`the job has no ${name}`)
  return value
}
