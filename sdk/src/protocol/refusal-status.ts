// The HTTP status that goes with a refusal of the signature layer, the same at every receiver.
import type { RefusalCode } from './refusals.ts'

const STATUSES: Partial<Record<RefusalCode, number>> = {
  'message-too-large': 413,
  serialization: 400,
  encoding: 400,
  expired: 410,
  prev: 409,
  'key-unavailable': 503,
}

/**
 * Returns the status of a refusal: 400 for what is wrong with the form, 401 for what cannot be believed.
 * Spec: PRB-01.
 *
 * @example
 * import { refusalStatus } from '@parley/sdk/protocol'
 * refusalStatus('signature') // => 401
 */
export function refusalStatus(code: RefusalCode): number {
  return STATUSES[code] ?? (code.startsWith('json-') ? 400 : 401)
}
