// An agent whose messages a fault signs by hand, to send them as no well-behaved agent would.
import {
  type MenuMessage,
  type RequestMessage,
  signingInputHash,
  signMessage,
  typOf,
} from '@parley/sdk/protocol'
import { enrolHttpAgent, payloadOf } from '../test/support/http-agent.ts'
import { until, type World } from './world.ts'

export interface HandAgent {
  readonly debtorId: string
  /** Issues a bill to it and returns the signed request. */
  nextRequest(): Promise<string>
  accept(requestJws: string): Promise<string>
  decline(requestJws: string): Promise<string>
  /** Declines under a jti of choice. */
  declineAs(requestJws: string, jti: string): Promise<string>
  /** Sends a message; returns the status, 0 when nobody answered. */
  send(jws: string): Promise<number>
}

let people = 0

/** Makes a debtor and enrols an agent for it. */
export async function moveInByHand(world: World): Promise<HandAgent> {
  people += 1
  const number = `hand-${people}`
  const debtor = await insist(world, '/v1/debtors', { name: number }, number)
  const debtorId = String(debtor['id'])
  const codes = `/v1/debtors/${debtorId}/activation-codes`
  const { code } = await insist(world, codes, undefined, `${number}-code`)
  const fetchAs = world.fetchAs('agents')
  const agent = await enrolHttpAgent(
    {
      server: world.origin,
      now: world.clock.now,
      async wire(path, body) {
        const headers = { 'content-type': 'application/jose' }
        const post = body === undefined ? {} : { method: 'POST', body, headers }
        const signal = AbortSignal.timeout(10_000)
        const reply = await fetchAs(`${world.origin}${path}`, { ...post, signal })
        return { status: reply.status, contentType: '', text: await reply.text() }
      },
    },
    { activationCode: String(code) },
  )
  if (agent.enrolled.status !== 201) throw new Error(`${number} does not enrol`)
  let bills = 0
  return {
    debtorId,
    async nextRequest() {
      bills += 1
      const invoiceNumber = `${number}-${bills}`
      const amount = { value: '50.00', currency: 'EUR' }
      const body = { invoiceNumber, debtorId, amount, dueDate: '2026-03-24' }
      const issued = await insist(world, '/v1/payment-requests', body, invoiceNumber)
      return String(issued['signedRequest'])
    },
    accept: (request) => agent.accept(request),
    decline: (request) => agent.decline(request),
    async declineAs(requestJws, jti) {
      const request = payloadOf<RequestMessage & { menu: MenuMessage['menu'] }>(requestJws)
      const { requestId, aud, iss, sub, thr } = request
      const now = world.clock.now()
      const place = {
        iss: aud,
        aud: iss,
        sub,
        thr,
        seq: 1,
        prev: await signingInputHash(requestJws),
      }
      const times = { iat: now, exp: now + 900 }
      const body = { requestId, menuId: request.menu.menuId, nothingAcceptable: true }
      const claims = { ver: '1.0', ...place, jti, ...times, ...body }
      return await signMessage(typOf('decline'), claims, agent.key)
    },
    send: (jws) =>
      agent.send(jws).then(
        ({ status }) => status,
        () => 0,
      ),
  }
}

/** A POST that is sent again until it is answered. */
async function insist(world: World, path: string, body: object | undefined, key: string) {
  let json: Record<string, never> = {}
  await until(`${key} is answered`, async () => {
    const reply = await world.post(path, body, key)
    json = reply?.json ?? {}
    return reply?.status === 201
  })
  return json
}
