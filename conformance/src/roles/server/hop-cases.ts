// Signatures of hops and the keys of parties that have an address, on the messages of a bank.
import { refusalOf } from '../../catalogue/refusals.ts'
import { type ListedKey, metadataOf, type PlayedBank } from '../../play/bank.ts'
import type { Handler } from '../../play/host.ts'
import { jsonAnswer } from '../../play/host.ts'
import type { Case } from '../../run/case.ts'
import type { Trial } from '../../run/trial.ts'
import { goodHop, type HopWish, signHop } from '../../wire/hop.ts'
import { drawKey } from '../../wire/keys.ts'
import { agree, withBank } from './talk.ts'
import { type ServerWorld, saidBy } from './world.ts'

const CONTROL = 'SRV-238'
const TAKEN = '200 status'

/** Posts a request for a lease in bad ways, then in a good way: that one has to be taken. */
async function refusesHops(
  world: ServerWorld,
  trial: Trial,
  badWays: (bank: PlayedBank, jws: string) => Promise<readonly Bad[]> | readonly Bad[],
): Promise<void> {
  await withBank(world, trial, async (bank) => {
    const { agreement } = await agree(world, trial, { bank: bank.host.origin })
    const jws = bank.sign({ agreement, status: 'ACCP' })
    for (const { defect, refusal, headers } of await badWays(bank, jws)) {
      trial.same(defect, saidBy(await bank.postWith(jws, headers)), refusalOf(refusal))
    }
    trial.same('the control: a good hop', saidBy(await bank.post(jws)), TAKEN)
  })
}

interface Bad {
  readonly defect: string
  readonly refusal: string
  readonly headers: Readonly<Record<string, string>>
}

/** Hops that differ from a good one in what they say of themselves. */
const wishes =
  (world: ServerWorld, trial: Trial, refusal: string, changes: Readonly<Record<string, Change>>) =>
  (bank: PlayedBank, jws: string): Bad[] =>
    Object.entries(changes).map(([defect, change]) => {
      const request = bank.request(jws)
      const good = goodHop(request, { key: bank.key, now: world.now(), nonce: trial.seeded.id() })
      return { defect, refusal, headers: signHop(request, change(good, world.now()), bank.key) }
    })

type Change = (good: HopWish, now: number) => HopWish

const without =
  (name: string): Change =>
  (good) => ({ ...good, covered: good.covered.filter((one) => one !== name) })

const refusal = (
  id: string,
  clause: string,
  title: string,
  texts: { sends: string; expects: string },
  run: Case<ServerWorld>['run'],
): Case<ServerWorld> => ({
  ...{ role: 'server', id, level: 'MUST', clause, title, ...texts, control: CONTROL, run },
})

/** Refused for want of keys: as the hop that nobody signed, or as the issuer whose keys cannot be had. */
const isKeyless = (said: string) => said === '401 hop-key' || said === '503 key-unavailable'

/** What a host answers in place of its metadata. */
const hostileMetadata: Readonly<Record<string, (good: object, elsewhere: string) => Handler>> = {
  'a redirect': (_, elsewhere) => () => ({ status: 302, headers: { location: elsewhere } }),
  'text/html': () => () => ({
    status: 200,
    headers: { 'content-type': 'text/html' },
    body: '<p>hello',
  }),
  'more than 64 KiB': (good) => () => jsonAnswer({ ...good, filler: 'x'.repeat(200_000) }),
  'another issuer': (good) => () => jsonAnswer({ ...good, issuer: 'https://other.example' }),
  'status 500': (good) => () => jsonAnswer(good, 500),
}

export const hopCases: readonly Case<ServerWorld>[] = [
  refusal(
    'SIG-048',
    'HOP-03',
    'a body that is not the one of Content-Digest',
    {
      sends: 'A signed request whose digest is that of another body, or of another algorithm.',
      expects: '401 hop-digest.',
    },
    (world, trial) =>
      refusesHops(world, trial, (bank, jws) => {
        const request = bank.request(jws)
        const hop = goodHop(request, { key: bank.key, now: world.now(), nonce: trial.seeded.id() })
        const digests = {
          'the digest of another body': 'sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:',
          'another algorithm alone': 'sha-512=:AAAA:',
        }
        return Object.entries(digests).map(([defect, digest]) => {
          const headers = { ...request.headers, 'content-digest': digest }
          return {
            defect,
            refusal: 'hop-digest',
            headers: signHop({ ...request, headers }, hop, bank.key),
          }
        })
      }),
  ),
  refusal(
    'SIG-049',
    'HOP-01',
    'a signature that does not cover what it has to',
    {
      sends: 'Signatures that leave out each component in turn, or name one twice.',
      expects: '401 hop-coverage.',
    },
    (world, trial) =>
      refusesHops(
        world,
        trial,
        wishes(world, trial, 'hop-coverage', {
          'without @method': without('@method'),
          'without @authority': without('@authority'),
          'without @path': without('@path'),
          'without @query': without('@query'),
          'without content-digest': without('content-digest'),
          'without content-type': without('content-type'),
          'a component twice': (good) => ({ ...good, covered: [...good.covered, '@path'] }),
        }),
      ),
  ),
  refusal(
    'SIG-050',
    'HOP-05',
    'not exactly one signature with the tag',
    {
      sends: 'A signature with another tag; two with the tag; a good one over other bytes.',
      expects: '401 hop-signature; another label beside the good one is ignored.',
    },
    (world, trial) =>
      refusesHops(world, trial, (bank, jws) => {
        const request = bank.request(jws)
        const wish = () =>
          goodHop(request, { key: bank.key, now: world.now(), nonce: trial.seeded.id() })
        const good = signHop(request, wish(), bank.key)
        const other = signHop(request, { ...wish(), label: 'second' }, bank.key)
        const both = {
          ...good,
          'signature-input': `${good['signature-input']}, ${other['signature-input']}`,
          signature: `${good['signature']}, ${other['signature']}`,
        }
        const changed = {
          ...good,
          signature: other['signature']?.replace('second', 'parley') ?? '',
        }
        return [
          {
            defect: 'another tag',
            refusal: 'hop-signature',
            headers: signHop(request, { ...wish(), tag: 'other-1' }, bank.key),
          },
          { defect: 'two with the tag', refusal: 'hop-signature', headers: both },
          {
            defect: 'the signature of another request',
            refusal: 'hop-signature',
            headers: changed,
          },
        ]
      }),
  ),
  refusal(
    'SIG-060',
    'HOP-02',
    'parameters that are not those of the profile',
    {
      sends:
        'Signatures with alg, a short nonce, an end before the beginning, an end 301 seconds later.',
      expects: '401 hop-parameters.',
    },
    (world, trial) =>
      refusesHops(
        world,
        trial,
        wishes(world, trial, 'hop-parameters', {
          'alg stands there': (good) => ({ ...good, alg: 'ecdsa-p256-sha256' }),
          'a short nonce': (good) => ({ ...good, nonce: 'short' }),
          'an end before the beginning': (good) => ({ ...good, expires: good.created - 1 }),
          'an end 301 seconds later': (good) => ({ ...good, expires: good.created + 301 }),
        }),
      ),
  ),
  refusal(
    'SIG-061',
    'HOP-04',
    'created too far from now, and a nonce that was used',
    {
      sends: 'Signatures made 40 seconds ahead and 301 seconds ago; then the same good hop twice.',
      expects: '401 hop-created; 401 hop-replay.',
    },
    async (world, trial) => {
      const at = (offset: number): Change => {
        return (good, now) => ({ ...good, created: now + offset, expires: now + offset + 300 })
      }
      await refusesHops(
        world,
        trial,
        wishes(world, trial, 'hop-created', {
          '40 seconds ahead': at(40),
          '310 seconds ago': at(-310),
        }),
      )
      await withBank(world, trial, async (bank) => {
        const { agreement } = await agree(world, trial, { bank: bank.host.origin })
        const jws = bank.sign({ agreement, status: 'ACCP' })
        const request = bank.request(jws)
        const hop = goodHop(request, { key: bank.key, now: world.now(), nonce: trial.seeded.id() })
        const headers = signHop(request, hop, bank.key)
        trial.same('the hop', saidBy(await bank.postWith(jws, headers)), TAKEN)
        trial.same(
          'the same hop again',
          saidBy(await bank.postWith(jws, headers)),
          '401 hop-replay',
        )
      })
    },
  ),
  refusal(
    'SIG-062',
    'HOP-06',
    'keyid of nobody',
    { sends: 'A hop signed with a key that the bank does not publish.', expects: '401 hop-key.' },
    (world, trial) =>
      refusesHops(world, trial, async (bank, jws) => {
        const stranger = await drawKey(trial.seeded)
        const request = bank.request(jws)
        const hop = goodHop(request, { key: stranger, now: world.now(), nonce: trial.seeded.id() })
        return [
          { defect: 'a stranger', refusal: 'hop-key', headers: signHop(request, hop, stranger) },
        ]
      }),
  ),
  refusal(
    'SIG-063',
    'HOP-07',
    'a payment without a signature of its hop',
    { sends: 'A payment message as any agent posts.', expects: '401 hop-missing.' },
    (world, trial) =>
      refusesHops(world, trial, (bank, jws) => [
        { defect: 'no signature', refusal: 'hop-missing', headers: bank.request(jws).headers },
      ]),
  ),
  {
    role: 'server',
    id: 'SIG-064',
    level: 'MUST',
    clause: 'HOP-05',
    title: 'signatures with other tags are ignored',
    sends: 'A good hop with the signature of a gateway beside it.',
    expects: 'It is taken.',
    run: (world, trial) =>
      withBank(world, trial, async (bank) => {
        const { agreement } = await agree(world, trial, { bank: bank.host.origin })
        const jws = bank.sign({ agreement, status: 'ACCP' })
        const request = bank.request(jws)
        const wish = () =>
          goodHop(request, { key: bank.key, now: world.now(), nonce: trial.seeded.id() })
        const good = signHop(request, wish(), bank.key)
        const gateway = signHop(request, { ...wish(), tag: 'gateway', label: 'gw' }, bank.key)
        const headers = {
          ...good,
          'signature-input': `${gateway['signature-input']}, ${good['signature-input']}`,
          signature: `${gateway['signature']}, ${good['signature']}`,
        }
        trial.same('the payment', saidBy(await bank.postWith(jws, headers)), TAKEN)
      }),
  },
  {
    role: 'server',
    id: 'SIG-045',
    level: 'MUST',
    clause: 'KEY-01',
    title: 'keys of a set that are not to be used',
    sends:
      'Sets whose one key is for encryption, may not verify, has another alg, or holds its private part.',
    expects: 'The key is ignored: 401.',
    control: CONTROL,
    async run(world, trial) {
      const spoilt: Readonly<Record<string, (bank: PlayedBank) => ListedKey>> = {
        'use enc': (bank) => ({ ...bank.listed(), use: 'enc' }),
        'key_ops sign': (bank) => ({ ...bank.listed(), key_ops: ['sign'] }),
        'alg of another kind': (bank) => ({ ...bank.listed(), alg: 'Ed25519' }),
        'a private part': (bank) => ({
          ...bank.listed(),
          ...bank.key.privateKey.export({ format: 'jwk' }),
        }),
        'another thumbprint': (bank) => ({ ...bank.listed(), x: 'A'.repeat(43) }),
      }
      for (const [defect, change] of Object.entries(spoilt)) {
        await withBank(world, trial, async (bank) => {
          bank.publish([change(bank)])
          const { agreement } = await agree(world, trial, { bank: bank.host.origin })
          const reply = await bank.post(bank.sign({ agreement, status: 'ACCP' }))
          trial.same(defect, saidBy(reply), '401 hop-key')
        })
      }
    },
  },
  {
    role: 'server',
    id: 'SIG-046',
    level: 'MUST',
    clause: 'KEY-04',
    title: 'key sets that come in a hostile way',
    sends: 'A host that answers its key set with a redirect, HTML, too much, another issuer, 500.',
    expects: '401; nobody follows the redirect.',
    control: CONTROL,
    async run(world, trial) {
      for (const [defect, hostile] of Object.entries(hostileMetadata)) {
        await withBank(world, trial, (elsewhere) =>
          withBank(world, trial, async (bank) => {
            const { agreement } = await agree(world, trial, { bank: bank.host.origin })
            const parts = { seeded: trial.seeded, now: world.now }
            const good = metadataOf(parts, bank.host.origin, bank.key, [bank.listed()])
            bank.host.answerWith(hostile(good, `${elsewhere.host.origin}/.well-known/parley`))
            const reply = await bank.post(bank.sign({ agreement, status: 'ACCP' }))
            trial.holds(defect, isKeyless(saidBy(reply)), saidBy(reply))
            trial.same(`${defect}: requests elsewhere`, elsewhere.host.received.length, 0)
          }),
        )
      }
    },
  },
  {
    role: 'server',
    id: 'SIG-065',
    level: 'MUST',
    clause: 'KEY-04',
    title: 'a key set that never ends',
    sends: 'A host that answers the key set and then sends nothing more.',
    expects: '401 within six seconds.',
    control: CONTROL,
    run: (world, trial) =>
      withBank(world, trial, async (bank) => {
        const { agreement } = await agree(world, trial, { bank: bank.host.origin })
        bank.host.answerWith((_, { response }) => {
          response.writeHead(200, { 'content-type': 'application/json' })
          response.write('{')
          return 'taken-over'
        })
        const startedAt = performance.now()
        const reply = await bank.post(bank.sign({ agreement, status: 'ACCP' }))
        const seconds = (performance.now() - startedAt) / 1000
        trial.holds('the payment', isKeyless(saidBy(reply)), saidBy(reply))
        trial.holds('the deadline', seconds < 8, 'it took longer')
      }),
  },
  {
    role: 'server',
    id: 'SIG-066',
    level: 'MUST',
    clause: 'KEY-05',
    title: 'unknown keys cause one refresh a minute at most',
    sends: 'Thirty payments, each signed by another key that the bank does not publish.',
    expects: '401 each; the key set is fetched twice at most.',
    control: CONTROL,
    run: (world, trial) =>
      withBank(world, trial, async (bank) => {
        const { agreement } = await agree(world, trial, { bank: bank.host.origin })
        const said = new Set<string>()
        for (let count = 0; count < 30; count++) {
          const key = await drawKey(trial.seeded)
          const jws = bank.sign({ agreement, status: 'ACCP', key })
          const request = bank.request(jws)
          const hop = goodHop(request, { key, now: world.now(), nonce: trial.seeded.id() })
          said.add(saidBy(await bank.postWith(jws, signHop(request, hop, key))))
        }
        trial.same('the payments', [...said], ['401 hop-key'])
        trial.holds('fetches', bank.fetches() <= 2, `${bank.fetches()} fetches`)
      }),
  },
  {
    role: 'server',
    id: 'SIG-047',
    level: 'MUST',
    clause: 'KEY-05',
    title: 'a key that was revoked is trusted five minutes at most',
    sends:
      'A lease; the bank publishes another key in place of the first; five minutes later the first signs again.',
    expects: 'The first is refused with 401; the new one is taken.',
    control: CONTROL,
    run: (world, trial) =>
      withBank(world, trial, async (bank) => {
        const { agreement } = await agree(world, trial, { bank: bank.host.origin })
        const first = bank.sign({ agreement, status: 'ACCP' })
        trial.same('the lease', saidBy(await bank.post(first)), TAKEN)
        const next = await drawKey(trial.seeded)
        const parts = { seeded: trial.seeded, now: world.now }
        world.goTo(world.now() + 301)
        bank.host.answerWith(() =>
          jsonAnswer(metadataOf(parts, bank.host.origin, next, [bank.listed(next)])),
        )
        const other = await agree(world, trial, { bank: bank.host.origin })
        const old = await bank.post(bank.sign({ agreement: other.agreement, status: 'ACCP' }))
        trial.same('the first key', saidBy(old), '401 hop-key')
        const jws = bank.sign({ agreement: other.agreement, status: 'ACCP', key: next })
        const request = bank.request(jws)
        const hop = goodHop(request, { key: next, now: world.now(), nonce: trial.seeded.id() })
        const taken = await bank.postWith(jws, signHop(request, hop, next))
        trial.same('the new key', saidBy(taken), TAKEN)
      }),
  },
  {
    role: 'server',
    id: 'SIG-067',
    level: 'MUST',
    clause: 'KEY-02',
    title: 'keys that are retired, revoked or not yet valid',
    sends: 'A set whose one key has an end, was revoked, or begins later.',
    expects: '401 for each.',
    control: CONTROL,
    async run(world, trial) {
      const times: Readonly<Record<string, (now: number) => object>> = {
        'retired a minute ago': (now) => ({ exp: now - 60 }),
        'revoked a minute ago': (now) => ({ revoked: { at: now - 60 } }),
        'valid from an hour on': (now) => ({ nbf: now + 3600 }),
      }
      for (const [defect, members] of Object.entries(times)) {
        await withBank(world, trial, async (bank) => {
          bank.publish([{ ...bank.listed(), ...members(world.now()) }])
          const { agreement } = await agree(world, trial, { bank: bank.host.origin })
          const reply = await bank.post(bank.sign({ agreement, status: 'ACCP' }))
          trial.same(defect, saidBy(reply), '401 hop-key')
        })
      }
    },
  },
]
