// A message of ours on its way to an inbox: a POST whose hop is signed. Spec: HOP-01 to HOP-03.
import { encodeUtf8, JOSE_MEDIA_TYPE, toBase64Url } from '@parley/sdk/protocol'
import type { Deps } from './deps.ts'
import type { OutboundCall } from './outbound-ports.ts'

/** Builds the request, with `content-digest`, `signature-input` and `signature`. */
export async function signedPost(
  deps: Pick<Deps, 'clock' | 'ids' | 'signer'>,
  { url, body }: { url: string; body: string },
): Promise<OutboundCall> {
  const headers = { 'content-type': JOSE_MEDIA_TYPE }
  const request = {
    method: 'POST',
    url,
    headers: new Map(Object.entries(headers)),
    body: encodeUtf8(body),
  }
  const nonce = toBase64Url(deps.ids.randomBytes(16))
  const fields = await deps.signer.signHop(request, { now: deps.clock.now(), nonce })
  return { method: 'POST', url, headers: { ...headers, ...fields }, body }
}
