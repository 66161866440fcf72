// Operations of the tag desk: tasks, the hand-over to an agency and what comes back from it.
import type { components } from '@parley/sdk/creditor'
import { formatAmount, ok, type Result } from '@parley/sdk/protocol'
import type { RecallReason } from '../../domain/claim/end-claim.ts'
import { taskKind } from '../../domain/desk/task-kinds.ts'
import type { AgencyReport } from '../../domain/hand-over/agency-report.ts'
import type { Kpi } from '../../domain/kpi/compute-kpis.ts'
import type { Refusal } from '../../domain/refusal.ts'
import { describeFact, describeReasons } from '../../domain/wording/describe-fact.ts'
import type { Wording } from '../../domain/wording/wording.ts'
import { type CompleteTask, completeTask, type TaskAction } from '../../use-cases/complete-task.ts'
import type { Deps } from '../../use-cases/deps.ts'
import { exportCaseBundle } from '../../use-cases/export-case-bundle.ts'
import { readKpis } from '../../use-cases/read-kpis.ts'
import { readPaymentRequest } from '../../use-cases/read-payment-requests.ts'
import {
  type ContestedView,
  listTasks,
  readTask,
  type TaskDetailView,
  type TaskView,
} from '../../use-cases/read-tasks.ts'
import { recallClaim } from '../../use-cases/recall-claim.ts'
import { takeAgencyReport } from '../../use-cases/take-agency-report.ts'
import type { Call, Handler } from '../operation.ts'
import { bankTransactionDetailOnWire } from './bank-transaction-on-wire.ts'
import { onceAfter } from './once.ts'
import { refundOnWire } from './refund-on-wire.ts'
import { instant, paymentRequestOnWire } from './wire.ts'

type Schemas = components['schemas']

export type DeskDeps = Deps & { wording: Wording }

const claimOf = (call: Call) => ({
  creditorId: call.creditorId,
  claimId: call.params['paymentRequestId'] ?? '',
})

const taskOf = (call: Call) => ({
  creditorId: call.creditorId,
  taskId: call.params['taskId'] ?? '',
})

const text = (call: Call, name: string) => call.query[name] as string | undefined

export function deskOperations(deps: DeskDeps): Record<string, Handler> {
  const shownTask = async (call: Call, done: Result<void, Refusal>) => {
    if (!done.ok) return done
    const found = await readTask(deps, taskOf(call))
    if (!found.ok) return found
    return ok({ status: 200, body: taskDetailOnWire(found.value, deps.wording) })
  }
  const shownClaim = async (call: Call, done: Result<void, Refusal>) => {
    if (!done.ok) return done
    const found = await readPaymentRequest(deps, claimOf(call))
    return found.ok ? ok({ status: 200, body: paymentRequestOnWire(found.value) }) : found
  }
  return {
    async listTasks(call) {
      const { data, next } = await listTasks(deps, {
        creditorId: call.creditorId,
        kind: text(call, 'kind'),
        cursor: text(call, 'cursor'),
        limit: Number(call.query['limit']),
      })
      return ok({ status: 200, body: { data: data.map(taskOnWire), nextCursor: next } })
    },

    getTask: (call) => shownTask(call, ok(undefined)),

    completeTask: (call) =>
      onceAfter(deps, `completeTask ${taskOf(call).taskId}`, call, async () => {
        const command = { ...taskOf(call), ...readCompletion(call) }
        return await shownTask(call, await completeTask(deps, command))
      }),

    async readKpis(call) {
      const segment = text(call, 'segment')
      const report = await readKpis(deps, {
        creditorId: call.creditorId,
        from: text(call, 'from'),
        to: text(call, 'to'),
        segment,
      })
      if (!report.ok) return report
      const { from, to, kpis } = report.value
      const body = { from, to, segment: segment ?? null, kpis: kpis.map(kpiOnWire) }
      return ok({ status: 200, body })
    },

    async getCaseBundle(call) {
      const bundle = await exportCaseBundle(deps, claimOf(call))
      return bundle.ok ? ok({ status: 200, body: bundle.value }) : bundle
    },

    reportFromAgency: (call) =>
      onceAfter(deps, `reportFromAgency ${claimOf(call).claimId}`, call, async () => {
        const report = call.body as AgencyReport
        const origin = call.idempotency.key
        return await shownClaim(
          call,
          await takeAgencyReport(deps, { ...claimOf(call), report, origin }),
        )
      }),

    recallPaymentRequest: (call) =>
      onceAfter(deps, `recallPaymentRequest ${claimOf(call).claimId}`, call, async () => {
        const input = call.body as { reason: RecallReason; by: string }
        return await shownClaim(call, await recallClaim(deps, { ...claimOf(call), ...input }))
      }),
  }
}

function readCompletion(call: Call): Omit<CompleteTask, 'creditorId' | 'taskId'> {
  const { action, ...rest } = call.body as Schemas['TaskCompletion']
  if (action === undefined) return rest
  const { hold, ...others } = action
  const until = hold?.until === undefined ? null : Math.floor(Date.parse(hold.until) / 1000)
  const held = hold === undefined ? {} : { hold: { reason: hold.reason, until } }
  return { ...rest, action: { ...others, ...held } as TaskAction }
}

function taskOnWire(task: TaskView): Schemas['Task'] {
  const { title, advice, actions } = taskKind(task.kind)
  return {
    id: task.taskId,
    kind: task.kind,
    title,
    advice,
    urgency: task.urgency,
    dueAt: instant(task.dueAt),
    createdAt: instant(task.createdAt),
    state: task.state,
    endedAt: task.endedAt === null ? null : instant(task.endedAt),
    endedBy: task.endedBy,
    paymentRequestId: task.claimId,
    bankTransactionId: task.transactionId,
    invoiceNumber: task.invoiceNumber,
    debtorId: task.debtorId,
    debtorName: task.debtorName,
    outstanding: formatAmount({ minor: task.outstanding, currency: task.currency }),
    actions: [...actions],
  }
}

function taskDetailOnWire(detail: TaskDetailView, wording: Wording): Schemas['TaskDetail'] {
  const task = taskOnWire(detail)
  if (detail.about === 'booking') {
    const nothing = {
      words: null,
      proposed: null,
      script: null,
      gaps: [],
      timeline: [],
      contested: null,
      refund: null,
    }
    const bankTransaction = bankTransactionDetailOnWire(detail.booking)
    return { task, ...nothing, paymentRequest: null, bankTransaction }
  }
  const { channel, text: words, proposed, script, gaps, timeline } = detail
  return {
    task,
    words: words === null ? null : { channel, text: words },
    proposed,
    script: script === null ? null : { ...script, points: [...script.points] },
    gaps,
    contested: contestedOnWire(detail.contested, wording),
    refund: detail.refund && refundOnWire(detail.refund),
    paymentRequest: paymentRequestOnWire(detail.paymentRequest),
    bankTransaction: null,
    timeline: timeline.map(({ eventId, type, at, data }) => ({
      id: String(eventId),
      type: type as Schemas['EventType'],
      at: instant(at),
      data,
    })),
  }
}

function contestedOnWire(
  contested: ContestedView | null,
  wording: Wording,
): Schemas['TaskDetail']['contested'] {
  if (contested === null) return null
  const { contest, fact } = contested
  const speaker = { language: 'en', wording } as const
  return {
    id: contest.contestId,
    kind: contest.kind,
    subject: contest.subject,
    sentence: fact === null ? null : describeFact(fact.fact, speaker),
    reasons: fact === null ? [] : describeReasons(fact, speaker),
  }
}

function kpiOnWire({ definition, values }: Kpi): Schemas['Kpi'] {
  const { id, name, formula, unit } = definition
  return { id, name, formula, unit, values: [...values] }
}
