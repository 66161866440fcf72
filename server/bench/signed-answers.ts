// What an agent signs in a negotiation, without deciding anything: it declines the first menu and
// accepts the last row of the next.
import {
  AGREEMENT_TYP,
  agreementSignature,
  choosePlan,
  deriveAgreement,
  type MenuMessage,
  parseAmount,
  peekClaims,
  type RequestMessage,
  type SigningKey,
  signingInputHash,
  signMessage,
  typOf,
} from '@parley/sdk/protocol'
import { randomName } from './enrolled-debtors.ts'

/** A payment request on its way, and the key of the agent that answers it. */
export interface Issued {
  requestJws: string
  key: SigningKey
}

/** Signs that the request's menu does not suit. */
export async function signDecline({ requestJws, key }: Issued): Promise<string> {
  const request = payloadOf<RequestMessage>(requestJws)
  const place = await placeAfter(requestJws, request, 1)
  const { requestId, menu } = request
  const body = { ...place, requestId, menuId: menu.menuId, nothingAcceptable: false }
  return await signMessage(typOf('decline'), body, key)
}

/** Signs for the last row of the menu that followed the decline, at its latest day. */
export async function signAccept({ requestJws, key }: Issued, menuJws: string): Promise<string> {
  const request = payloadOf<RequestMessage>(requestJws)
  const { menu } = payloadOf<MenuMessage>(menuJws)
  const row = menu.rows.at(-1)
  const plan = row && choosePlan(menu, row.rowId, row.firstDueTo)
  const principal = parseAmount(request.amount)
  if (row === undefined || !plan?.ok || !principal.ok) throw new Error('nothing to accept')
  const claims = await placeAfter(menuJws, request, 3)
  const facts = { request, principal: principal.value, plan: plan.value, answer: claims }
  const { agreement, bytes } = await deriveAgreement(facts)
  const body = {
    ...{ requestId: request.requestId, menuId: menu.menuId, rowId: row.rowId },
    ...{ firstDueDate: row.firstDueTo, planHash: agreement.planHash },
    agreementSignature: await agreementSignature(bytes, AGREEMENT_TYP, key),
  }
  return await signMessage(typOf('accept'), { ...claims, ...body }, key)
}

async function placeAfter(jws: string, request: RequestMessage, seq: number) {
  const now = Math.floor(Date.now() / 1000)
  const { aud, iss, sub, thr } = request
  const place = { iss: aud, aud: iss, sub, thr, seq, prev: await signingInputHash(jws) }
  return { ver: '1.0', ...place, jti: randomName(), iat: now, exp: now + 900 } as const
}

function payloadOf<T>(jws: string): T {
  const peeked = peekClaims(jws)
  if (!peeked.ok) throw new Error(`not decodable: ${peeked.error.code}`)
  return peeked.value.payload as T
}
