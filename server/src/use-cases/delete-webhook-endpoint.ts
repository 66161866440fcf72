// Removes an endpoint; what is still on its way to it is not sent.
import { err, ok, type Result } from '@parley/sdk/protocol'
import { type Refusal, refusal } from '../domain/refusal.ts'
import { removeEndpoint } from '../storage/webhook-endpoints.ts'
import type { Deps } from './deps.ts'

/** Refuses `not-found` for an endpoint that the creditor does not have, or has removed. */
export async function deleteWebhookEndpoint(
  deps: Pick<Deps, 'db' | 'clock'>,
  key: { creditorId: string; endpointId: string },
): Promise<Result<void, Refusal>> {
  if (await removeEndpoint(deps.db, key, deps.clock.now())) return ok(undefined)
  return err(refusal('not-found', 'you have no webhook endpoint with this id'))
}
