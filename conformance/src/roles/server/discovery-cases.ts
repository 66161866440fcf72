// What a server says of itself, and that it is true.
import { compactVerify } from 'jose'
import type { Case } from '../../run/case.ts'
import { decodeJws, sha256 } from '../../wire/jws.ts'
import { about, keysOf } from './talk.ts'
import { type ServerWorld, saidBy } from './world.ts'

export const discoveryCases: readonly Case<ServerWorld>[] = [
  {
    role: 'server',
    id: 'SRV-320',
    level: 'MUST',
    clause: 'PTY-04',
    also: ['PTY-01'],
    title: 'a server says who it is',
    sends: 'GET /.well-known/parley and its key set, without any credential.',
    expects:
      'JSON with all facts; a signed meta over the same; public keys under their thumbprints; no debtor.',
    async run(world, trial) {
      const { metadata, target } = world
      const { issuer } = metadata
      trial.holds('its name is where it is reached', issuer === target.url, String(issuer))
      trial.holds('its name is an origin', new URL(target.url).origin === metadata['issuer'])
      for (const member of ['jwks', 'endpoints', 'limits', 'capabilities', 'signedMetadata']) {
        trial.holds(`it has ${member}`, metadata[member] !== undefined)
      }
      const jws = String(metadata['signedMetadata'])
      const { header, payload } = decodeJws(jws) ?? { header: {}, payload: {} }
      trial.same('typ', header['typ'], 'parley-meta+jwt')
      trial.same('aud', payload['aud'], 'urn:parley:anyone')
      const key = keysOf(world).get(String(header['kid']))?.key
      trial.holds('its key is listed', key !== undefined)
      if (key !== undefined) await compactVerify(jws, key)
      for (const member of ['jwks', 'endpoints', 'limits', 'capabilities', 'roles']) {
        const isSame = JSON.stringify(payload[member]) === JSON.stringify(metadata[member])
        trial.holds(`signed and unsigned ${member} are the same`, isSame)
      }
      const set = await world.client.send({ url: String(metadata['endpoints'].jwks) })
      trial.same('the key set', set.status, 200)
      const keys = set.json?.keys as Record<string, unknown>[]
      trial.holds(
        'no private part (KEY-01)',
        keys.every((one) => one['d'] === undefined),
      )
      trial.holds(
        'only P-256 and Ed25519',
        keys.every(({ crv }) => crv === 'P-256' || crv === 'Ed25519'),
      )
      for (const one of keys) {
        const { crv, kty, x, y } = one as Record<string, string>
        const members = kty === 'EC' ? { crv, kty, x, y } : { crv, kty, x }
        trial.holds('kid is the thumbprint', sha256(JSON.stringify(members)) === one['kid'])
      }
    },
  },
  {
    role: 'server',
    id: 'SRV-266',
    level: 'MUST',
    clause: 'PTY-05',
    title: 'a capability that is advertised works',
    sends: 'Each message that stands for a capability, in a claim that takes it.',
    expects: 'None is refused as unknown (typ).',
    async run(world, trial) {
      const capabilities = world.metadata['capabilities'] as string[]
      const bodies: Readonly<Record<string, object>> = {
        query: {},
        quote: { asOf: world.day(0) },
        dispute: { disputed: { value: '1.00', currency: 'EUR' }, reason: { code: 'other' } },
        assistance: {},
        contest: { step: 'invoice', text: 'not right' },
      }
      for (const [capability, members] of Object.entries(bodies)) {
        if (!capabilities.includes(capability)) continue
        const conversation = await world.converse(trial)
        const { agent, place } = conversation
        const kind = capability === 'quote' ? 'query' : capability
        const reply = await agent.post(
          agent.sign(kind, place, { ...about(conversation), ...members }),
        )
        trial.holds(
          capability,
          !saidBy(reply).endsWith(' typ') && reply.status < 500,
          saidBy(reply),
        )
      }
    },
  },
]
