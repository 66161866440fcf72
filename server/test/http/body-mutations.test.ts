// For every operation with a JSON body, every rule of its schema is broken once: the refusal names
// the member at fault and the rule.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readApiDocument } from '../../src/http/api-document.ts'
import {
  AGENCY_REPORT,
  CANCELLATION,
  CHARGE_WAIVER,
  COLLECTION_FAILURE,
  CONSENT,
  CREDIT_CHOICE,
  CREDIT_NOTE,
  CREDITOR_PATCH,
  DEBTOR_PATCH,
  DISPUTE_RESOLUTION,
  debtorInput,
  EXPERIMENT,
  HOLD,
  invoiceOf,
  invoiceWithDebtor,
  JOURNEY_ASSIGNMENT,
  matchOf,
  PERSON_REPLY,
  POLICY_PREVIEW,
  POLICY_TERMS,
  RECALL,
  REFUND_REFUSAL,
  REVISION,
  SET_ASIDE,
  TASK_COMPLETION,
  UNMATCH,
  WEBHOOK_ENDPOINT,
} from '../support/api-samples.ts'
import { buildTestApp, expectProblem, type Sent, type TestApp } from '../support/build-test-app.ts'
import { type Mutation, mutationsOf, type Schema } from '../support/schema-mutations.ts'

const { schemas } = readApiDocument().components
const resolve = (ref: string) => schemas[ref.split('/').at(-1) ?? ''] as Schema

let test: TestApp
let debtorId = 'db_not-made-yet'
let paymentRequestId: string
beforeAll(async () => {
  test = await buildTestApp()
  const made = await test.send({ method: 'POST', url: '/v1/debtors', body: debtorInput() })
  debtorId = String(made.json['id'])
  const body = invoiceOf(debtorId)
  const issued = await test.send({ method: 'POST', url: '/v1/payment-requests', body })
  paymentRequestId = String(issued.json['id'])
})
afterAll(() => test?.close())

interface Case {
  operation: string
  schema: string
  method: NonNullable<Sent['method']>
  url: () => string
  body: () => object
  /** What the valid body is answered with. */
  status: number
  /** Which mutations are tried, when others cover the rest. */
  only?: (mutation: Mutation) => boolean
}

const all = () => true

const CASES: readonly Case[] = [
  {
    operation: 'updateCreditor',
    schema: 'CreditorPatch',
    method: 'PATCH',
    url: () => '/v1/creditor',
    body: () => CREDITOR_PATCH,
    status: 200,
  },
  {
    operation: 'putNegotiationPolicy',
    schema: 'NegotiationPolicyTerms',
    method: 'PUT',
    url: () => '/v1/negotiation-policies/students',
    body: () => POLICY_TERMS,
    status: 200,
  },
  {
    operation: 'putJourneyAssignment',
    schema: 'JourneyAssignmentInput',
    method: 'PUT',
    url: () => '/v1/journey-assignments/students',
    body: () => JOURNEY_ASSIGNMENT,
    status: 200,
    // No challenger may be said in so many words; then its share is refused, elsewhere.
    only: ({ what }) => what !== 'challenger: null',
  },
  {
    operation: 'putActionPolicy',
    schema: 'ActionPolicyInput',
    method: 'PUT',
    url: () => '/v1/action-policy',
    body: () => ({ mode: 'best-action' }),
    status: 200,
  },
  {
    operation: 'createExperiment',
    schema: 'ExperimentInput',
    method: 'POST',
    url: () => '/v1/experiments',
    body: () => EXPERIMENT,
    status: 201,
  },
  {
    operation: 'previewNegotiationPolicy',
    schema: 'NegotiationPreviewInput',
    method: 'POST',
    url: () => '/v1/negotiation-policies/preview',
    body: () => POLICY_PREVIEW,
    status: 200,
    only: ({ pointer }) => !pointer.startsWith('/terms/'),
  },
  {
    operation: 'createDebtor',
    schema: 'DebtorInput',
    method: 'POST',
    url: () => '/v1/debtors',
    body: debtorInput,
    status: 201,
  },
  {
    operation: 'updateDebtor',
    schema: 'DebtorPatch',
    method: 'PATCH',
    url: () => `/v1/debtors/${debtorId}`,
    body: () => DEBTOR_PATCH,
    status: 200,
  },
  {
    operation: 'giveConsent',
    schema: 'ConsentInput',
    method: 'POST',
    url: () => `/v1/debtors/${debtorId}/consents`,
    body: () => CONSENT,
    status: 201,
  },
  {
    operation: 'createPaymentRequest, with the debtor',
    schema: 'PaymentRequestInput',
    method: 'POST',
    url: () => '/v1/payment-requests',
    body: invoiceWithDebtor,
    status: 201,
  },
  {
    operation: 'createPaymentRequest, for a known debtor',
    schema: 'PaymentRequestInput',
    method: 'POST',
    url: () => '/v1/payment-requests',
    body: () => invoiceOf(debtorId),
    status: 201,
    only: ({ pointer }) => pointer.startsWith('/debtorId'),
  },
  {
    operation: 'createWebhookEndpoint',
    schema: 'WebhookEndpointInput',
    method: 'POST',
    url: () => '/v1/webhook-endpoints',
    body: () => WEBHOOK_ENDPOINT,
    status: 201,
  },
  {
    operation: 'revisePaymentRequest',
    schema: 'RevisionInput',
    method: 'POST',
    url: () => `/v1/payment-requests/${paymentRequestId}/revisions`,
    body: () => REVISION,
    status: 200,
  },
  {
    operation: 'resolveDispute',
    schema: 'DisputeResolutionInput',
    method: 'POST',
    url: () => `/v1/payment-requests/${paymentRequestId}/dispute-resolution`,
    body: () => DISPUTE_RESOLUTION,
    // Nobody disputes anything.
    status: 409,
  },
  {
    operation: 'createCreditNote',
    schema: 'CreditNoteInput',
    method: 'POST',
    url: () => `/v1/payment-requests/${paymentRequestId}/credit-notes`,
    body: () => CREDIT_NOTE,
    status: 201,
  },
  {
    operation: 'chooseCredit',
    schema: 'CreditChoiceInput',
    method: 'POST',
    url: () => `/v1/payment-requests/${paymentRequestId}/credit-choice`,
    body: () => CREDIT_CHOICE,
    // Nothing is owed to the customer.
    status: 404,
  },
  {
    operation: 'approveRefund',
    schema: 'ByStaff',
    method: 'POST',
    url: () => '/v1/refunds/rf_none/approval',
    body: () => ({ by: 'Eva' }),
    status: 404,
  },
  {
    operation: 'refuseRefund',
    schema: 'RefundRefusal',
    method: 'POST',
    url: () => '/v1/refunds/rf_none/refusal',
    body: () => REFUND_REFUSAL,
    status: 404,
  },
  {
    operation: 'exportRefunds',
    schema: 'RefundExportInput',
    method: 'POST',
    url: () => '/v1/refund-exports',
    body: () => ({ by: 'Eva', currency: 'EUR' }),
    // No refund is approved.
    status: 409,
  },
  {
    operation: 'waiveCharge',
    schema: 'ChargeWaiverInput',
    method: 'POST',
    url: () => `/v1/payment-requests/${paymentRequestId}/charges/interest/2026-H1/waiver`,
    body: () => CHARGE_WAIVER,
    // Nothing was charged.
    status: 404,
  },
  {
    operation: 'setHold',
    schema: 'HoldInput',
    method: 'POST',
    url: () => `/v1/payment-requests/${paymentRequestId}/holds`,
    body: () => HOLD,
    status: 200,
  },
  {
    operation: 'recordCollectionFailure',
    schema: 'CollectionFailureInput',
    method: 'POST',
    url: () => `/v1/payment-requests/${paymentRequestId}/collection-failures`,
    body: () => COLLECTION_FAILURE,
    status: 200,
  },
  {
    operation: 'takeReply',
    schema: 'ReplyInput',
    method: 'POST',
    url: () => `/v1/payment-requests/${paymentRequestId}/replies`,
    body: () => PERSON_REPLY,
    status: 200,
  },
  {
    operation: 'completeTask',
    schema: 'TaskCompletion',
    method: 'POST',
    url: () => '/v1/tasks/tk_none/completion',
    body: () => TASK_COMPLETION,
    // There is no such task.
    status: 404,
  },
  {
    operation: 'matchBankTransaction',
    schema: 'MatchInput',
    method: 'POST',
    url: () => '/v1/bank-transactions/bt_none/match',
    body: () => matchOf(paymentRequestId),
    // There is no such transaction.
    status: 404,
    // Any text may be an id.
    only: ({ what }) => !what.endsWith('paymentRequestId: "text"'),
  },
  {
    operation: 'unmatchBankTransaction',
    schema: 'UnmatchInput',
    method: 'POST',
    url: () => '/v1/bank-transactions/bt_none/unmatch',
    body: () => UNMATCH,
    status: 404,
  },
  {
    operation: 'setAsideBankTransaction',
    schema: 'SetAsideInput',
    method: 'POST',
    url: () => '/v1/bank-transactions/bt_none/set-aside',
    body: () => SET_ASIDE,
    status: 404,
  },
  {
    operation: 'reportFromAgency',
    schema: 'AgencyReportInput',
    method: 'POST',
    url: () => `/v1/payment-requests/${paymentRequestId}/agency-reports`,
    body: () => AGENCY_REPORT,
    // The claim is not with an agency.
    status: 409,
  },
  {
    operation: 'recallPaymentRequest',
    schema: 'RecallInput',
    method: 'POST',
    url: () => `/v1/payment-requests/${paymentRequestId}/recall`,
    body: () => RECALL,
    status: 409,
  },
  {
    operation: 'cancelPaymentRequest',
    schema: 'CancelInput',
    method: 'POST',
    url: () => `/v1/payment-requests/${paymentRequestId}/cancel`,
    body: () => CANCELLATION,
    status: 200,
  },
]

describe.each(CASES)('$operation', ({ only = all, schema, method, url, body, status }) => {
  const mutations = mutationsOf(resolve(schema), body(), resolve).filter(only)

  it.each(mutations)('refuses $what', async ({ value, pointer, code }) => {
    const text = JSON.stringify(value)
    const reply = await test.send({ method, url: url(), body: text, type: 'application/json' })
    const { errors } = expectProblem(reply, 400, 'body-invalid')
    expect(errors, reply.text).toContainEqual(expect.objectContaining({ pointer, code }))
  })

  it('takes the body that all of these break', async () => {
    const reply = await test.send({ method, url: url(), body: body() })
    expect(reply.status, reply.text).toBe(status)
  })
})

describe('createPaymentRequest', () => {
  it.each([
    ['both a debtor and a debtorId', () => ({ ...invoiceWithDebtor(), debtorId })],
    ['neither a debtor nor a debtorId', () => ({ ...invoiceOf(debtorId), debtorId: undefined })],
  ])('refuses %s', async (_what, body) => {
    const reply = await test.send({ method: 'POST', url: '/v1/payment-requests', body: body() })
    expect(expectProblem(reply, 400, 'body-invalid').errors).not.toHaveLength(0)
  })
})

it('every operation with a JSON body is tried', () => {
  const found = Object.values(readApiDocument().paths).flatMap((item) =>
    Object.values(item).flatMap((operation) => {
      const { operationId, requestBody } = operation as {
        operationId?: string
        requestBody?: { content: object }
      }
      // A callback's JSON is the provider's own; its reader refuses what it cannot be.
      if (operationId === 'receiveTextMessage') return []
      return requestBody && 'application/json' in requestBody.content ? [operationId] : []
    }),
  )
  const tried = new Set(CASES.map(({ operation }) => operation.split(',')[0]))
  expect(new Set(found)).toEqual(tried)
})

describe.each(CASES)('$operation', ({ method, url, body }) => {
  const texts = textsIn(body())

  it.each(texts)('takes or refuses hostile characters in $pointer', async ({ replaced }) => {
    for (const hostile of ['\0', '\u001b[2J', '\u202e', '\u200b', '\ufeff', '\u2028']) {
      const text = JSON.stringify(replaced(hostile))
      const reply = await test.send({ method, url: url(), body: text, type: 'application/json' })
      expect(reply.status, `${JSON.stringify(hostile)}: ${reply.text}`).toBeLessThan(500)
    }
  })
})

/** Every text of a value, with a way to append something to it. */
function textsIn(value: unknown): { pointer: string; replaced: (more: string) => unknown }[] {
  if (typeof value === 'string') return [{ pointer: '', replaced: (more) => `${value}${more}` }]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, member]) =>
    textsIn(member).map(({ pointer, replaced }) => ({
      pointer: `/${name}${pointer}`,
      replaced: (more: string) =>
        Array.isArray(value)
          ? value.with(Number(name), replaced(more))
          : { ...value, [name]: replaced(more) },
    })),
  )
}
