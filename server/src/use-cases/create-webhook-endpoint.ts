// Adds an endpoint that hears of a creditor's events.
import { err, ok, type Result } from '@parley/sdk/protocol'
import { type Refusal, refusal } from '../domain/refusal.ts'
import { insertEndpoint, type WebhookEndpoint } from '../storage/webhook-endpoints.ts'
import type { Deps, Tx } from './deps.ts'

export interface WebhookEndpointInput {
  url: string
  /** Types of events; all when left out. */
  events?: string[] | undefined
}

const SECRET_BYTES = 32

/**
 * Adds the endpoint and returns it with its secret, `whsec_` and the base64 of 32 random bytes
 * (Standard Webhooks), which is readable nowhere afterwards. Refuses `url-not-allowed` for an
 * address that may not be called: not https, a private address, credentials in it.
 */
export async function createWebhookEndpoint(
  deps: Pick<Deps, 'clock' | 'ids' | 'vault' | 'addresses'>,
  tx: Tx,
  { creditorId, input }: { creditorId: string; input: WebhookEndpointInput },
): Promise<Result<WebhookEndpoint & { secret: string }, Refusal>> {
  if (!deps.addresses.allows(input.url)) {
    const detail = 'the url must be a public https address on port 443, without a user or password'
    return err(refusal('url-not-allowed', detail, '/url'))
  }
  const secret = `whsec_${Buffer.from(deps.ids.randomBytes(SECRET_BYTES)).toString('base64')}`
  const endpoint: WebhookEndpoint = {
    creditorId,
    endpointId: deps.ids.newId('we'),
    url: input.url,
    events: input.events ?? null,
    createdAt: deps.clock.now(),
  }
  await insertEndpoint(tx, { ...endpoint, encryptedSecret: deps.vault.seal(secret) })
  return ok({ ...endpoint, secret })
}
