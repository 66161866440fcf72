// The public surface of `@parley/sdk/creditor`: the typed client of the REST API, and webhooks.

export type {
  BulkLine,
  BulkResult,
  CreditorClient,
  CreditorClientOptions,
  PaymentRequest,
  PaymentRequestInput,
  StatementImport,
} from './create-creditor-client.ts'
export { createCreditorClient } from './create-creditor-client.ts'
export type { components, paths } from './generated/api.ts'
export type { Problem, ProblemFamily } from './problem-error.ts'
export { ProblemError } from './problem-error.ts'
export type { WebhookEvent, WebhookRefusal } from './verify-webhook.ts'
export { verifyWebhook } from './verify-webhook.ts'
