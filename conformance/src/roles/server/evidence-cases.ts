// What the server signs, and what proves it later.
import { compactVerify } from 'jose'
import type { Case } from '../../run/case.ts'
import { decodeJws } from '../../wire/jws.ts'
import { about, agree, keysOf, pay } from './talk.ts'
import { kindIn, type ServerWorld } from './world.ts'

function isCanonical(jws: string): boolean {
  const parts = jws.split('.')
  return (
    parts.length === 3 &&
    parts.every((part) => Buffer.from(part, 'base64url').toString('base64url') === part)
  )
}

export const evidenceCases: readonly Case<ServerWorld>[] = [
  {
    role: 'server',
    id: 'SRV-231',
    level: 'MUST',
    clause: 'EVI-01',
    title: 'the evidence holds every message, and verifies',
    sends: 'The creditor asks for the evidence of an agreed claim.',
    expects:
      'Every message as it was sent, in the order of seq, each with a good signature by jose; the agreement; the keys.',
    async run(world, trial) {
      const agreed = await agree(world, trial)
      const { issued, request, payload, agent } = agreed
      const reply = await world.office(trial).call(`/v1/payment-requests/${issued.id}/evidence`)
      trial.same('the evidence', reply.status, 200)
      const { threads, agreements, parties } = reply.json as {
        threads: { thr: string; messages: string[] }[]
        agreements: { payload: string }[]
        parties: { iss: string; jwks: { keys: { kid: string }[] } }[]
      }
      const messages = threads.find(({ thr }) => thr === payload['thr'])?.messages ?? []
      trial.holds('it has the request as it was sent', messages.includes(request))
      trial.same('kinds', messages.map(kindIn), ['request', 'accept'])
      trial.same('agreements', agreements.length, 1)
      trial.holds('its agreement is that one', agreements[0]?.payload === agreed.signed.payload)
      const known = new Map([...keysOf(world)].map(([kid, { key }]) => [kid, key]))
      known.set(agent.key.kid, agent.key.publicKey)
      for (const [index, jws] of messages.entries()) {
        const kid = String(decodeJws(jws)?.header['kid'])
        const key = known.get(kid)
        const isGood =
          key !== undefined &&
          (await compactVerify(jws, key).then(
            () => true,
            () => false,
          ))
        trial.holds(`the signature of message ${index}`, isGood)
        const listed = parties.some(({ jwks }) => jwks.keys.some((one) => one.kid === kid))
        trial.holds(`its key stands in the bundle: ${index}`, listed)
        trial.same(`seq of message ${index}`, decodeJws(jws)?.payload['seq'], index)
      }
    },
  },
  {
    role: 'server',
    id: 'SRV-255',
    level: 'MUST',
    clause: 'SIG-14',
    title: 'what the server signs has the form that it demands',
    sends: 'Nothing: it looks at the messages that the server sent in a whole conversation.',
    expects:
      'Canonical parts, exactly alg, typ and kid, all claims, a jti of 128 bits, a lifetime of at most 400 days, a good signature.',
    async run(world, trial) {
      const agreed = await agree(world, trial)
      const status = await agreed.agent.post(agreed.agent.sign('query', agreed.next, about(agreed)))
      await pay(world, trial, agreed, { amount: '150.00' })
      const messages = [
        ...(await agreed.agent.pull()),
        ...[agreed.agent.enrolment.got, status.text, String(world.metadata['signedMetadata'])],
      ]
      trial.holds('messages', messages.length >= 5, `${messages.length}`)
      const keys = keysOf(world)
      for (const jws of messages) {
        const kind = kindIn(jws)
        const { header, payload } = decodeJws(jws) ?? { header: {}, payload: {} }
        trial.holds(`${kind}: canonical parts`, isCanonical(jws))
        trial.same(`${kind}: header`, Object.keys(header).sort(), ['alg', 'kid', 'typ'])
        const missing = [
          'ver',
          'iss',
          'aud',
          'sub',
          'jti',
          'iat',
          'exp',
          'thr',
          'seq',
          'prev',
        ].filter((claim) => !(claim in payload))
        trial.same(`${kind}: missing claims`, missing, [])
        const jti = Buffer.from(String(payload['jti']), 'base64url')
        trial.holds(`${kind}: jti of 128 bits`, jti.length >= 16)
        const lifetime = Number(payload['exp']) - Number(payload['iat'])
        trial.holds(`${kind}: lifetime`, lifetime > 0 && lifetime <= 400 * 86_400)
        const key = keys.get(String(header['kid']))?.key
        const isGood =
          key !== undefined &&
          (await compactVerify(jws, key).then(
            () => true,
            () => false,
          ))
        trial.holds(`${kind}: signature`, isGood)
      }
    },
  },
]
