// Signs what somebody did, before it is written to the timeline: the event then proves itself with our
// published keys.
import { ACT_TYP, actBytes, detached } from '../domain/desk/signed-act.ts'
import type { NewEvent } from '../storage/events.ts'
import type { Deps } from './deps.ts'

/** The event with a detached JWS over it in `data.jws`. Never call it inside a transaction. */
export async function signAct(
  { signer, publicUrl }: Pick<Deps, 'signer' | 'publicUrl'>,
  event: NewEvent,
): Promise<NewEvent> {
  const { claimId: paymentRequestId, type, at, data, words } = event
  const said = { ...data, ...words }
  const bytes = actBytes({ iss: publicUrl, paymentRequestId, type, at, data: said })
  const jws = detached(await signer.sign(ACT_TYP, bytes))
  return { ...event, data: { ...data, jws } }
}
