// The keys of a creditor, as they come, go and cannot be had.
import { type Answer, openHost } from '../../play/host.ts'
import { publishedKey } from '../../play/metadata.ts'
import { placeAfter } from '../../play/replies.ts'
import type { Case } from '../../run/case.ts'
import { drawKey } from '../../wire/keys.ts'
import { AGREES, answersIn, answersOf, refusedWith, sceneCase } from './bills.ts'
import type { AgentWorld } from './world.ts'

const unreachable = sceneCase(
  {
    id: 'AGT-605',
    level: 'MUST',
    clause: 'KEY-04',
    title: 'keys that cannot be fetched now',
    sends:
      'A bill while the key set answers 503, a page, a redirect, and too much; later it answers.',
    expects: 'No answer while it is away, nobody is followed; then the same bill is agreed to.',
    control: AGREES,
  },
  async (scene, trial) => {
    const { creditor } = scene
    const bait = await openHost('bait', trial.transcript)
    try {
      await scene.turn()
      const thread = creditor.open()
      creditor.deliver(...thread.messages)
      const away: readonly (readonly [string, Answer])[] = [
        ['503', { status: 503 }],
        [
          'a page',
          { status: 200, headers: { 'content-type': 'text/html' }, body: '<html></html>' },
        ],
        ['a redirect', { status: 302, headers: { location: `${bait.origin}/keys` } }],
        [
          '1 MB',
          {
            status: 200,
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify({ pad: 'x'.repeat(1_000_000) }),
          },
        ],
      ]
      for (const [how, answer] of away) {
        creditor.metadata = () => answer
        await scene.turn({ later: 600 })
        trial.same(`${how}: answers`, answersIn(scene, thread), '')
      }
      trial.same('connections to where the redirect leads', bait.received.length, 0)
      creditor.metadata = null
      await scene.turn({ later: 600 })
      trial.same('when the keys are back', answersIn(scene, thread), 'accept')
    } finally {
      await bait.close()
    }
  },
)

const refreshes = sceneCase(
  {
    id: 'AGT-634',
    level: 'MUST',
    clause: 'KEY-05',
    title: 'unknown keys cause one refresh at most',
    sends: 'Twenty messages under twenty keys of nobody, then a good one.',
    expects: 'The key set is fetched twice at most, and the good one is agreed to.',
    control: AGREES,
  },
  async (scene, trial) => {
    const { creditor } = scene
    await scene.turn()
    const keys = await Promise.all(new Array(20).fill(0).map(() => drawKey(trial.seeded)))
    const asked = () =>
      creditor.host.received.filter(({ target }) => target.startsWith('/.well-known')).length
    const before = asked()
    await scene.bill(
      {},
      {
        later: 600,
        before() {
          for (const key of keys) {
            const place = placeAfter({ thr: trial.seeded.id(), messages: [] })
            creditor.deliver(creditor.sign('request', place, creditor.open().bill ?? {}, {}, key))
          }
        },
      },
    )
    trial.holds('two fetches at most', asked() - before <= 2, `${asked() - before} fetches`)
    trial.same('answers', answersOf(scene), 'accept')
  },
)

const keySets = sceneCase(
  {
    id: 'SIG-045',
    level: 'MUST',
    clause: 'KEY-01',
    title: 'keys of the set that do not verify',
    sends:
      'Bills under keys with a private part, for encryption, without verify, or listed under another name.',
    expects: 'Each is refused with `key-unknown`.',
    control: 'SIG-001',
  },
  async (scene, trial) => {
    const { creditor } = scene
    const faults = [
      'with a private part',
      'for encryption',
      'to sign alone',
      'under another name',
      'listed twice',
    ]
    const keys = await Promise.all(faults.map(() => drawKey(trial.seeded)))
    const listed = keys.map((key) => publishedKey(key))
    const [secret = {}, other = {}, signer = {}, named = {}, twice = {}] = listed
    creditor.publish([
      publishedKey(creditor.key),
      { ...secret, d: keys[0]?.privateKey.export({ format: 'jwk' })['d'] },
      { ...other, use: 'enc' },
      { ...signer, key_ops: ['sign'] },
      { ...named, kid: 'A'.repeat(43) },
      ...[twice, twice],
    ])
    const sent: string[] = []
    const turn = await scene.turn({
      before() {
        for (const [index, key] of keys.entries()) {
          const place = placeAfter({ thr: trial.seeded.id(), messages: [] })
          const by = index === 3 ? { ...key, kid: 'A'.repeat(43) } : key
          sent.push(creditor.sign('request', place, creditor.open().bill ?? {}, {}, by))
        }
        creditor.deliver(...sent)
      },
    })
    for (const [index, fault] of faults.entries()) {
      const code = refusedWith(turn, sent[index] ?? '')
      trial.same(`a key ${fault}`, code === 'kid' ? 'key-unknown' : code, 'key-unknown')
    }
    trial.same('answers', answersOf(scene), '')
  },
)

const keyTimes = sceneCase(
  {
    id: 'SIG-067',
    level: 'MUST',
    clause: 'KEY-02',
    title: 'keys before and after their time',
    sends: 'Bills under a retired, a revoked and a future key.',
    expects: 'Refused with `key-retired`, `key-revoked` and `key-not-yet-valid`.',
    control: 'SIG-001',
  },
  async (scene, trial) => {
    const { creditor } = scene
    const { now } = creditor
    const times = [
      ['key-retired', { exp: now - 60 }],
      ['key-revoked', { revoked: { at: now - 60 } }],
      ['key-not-yet-valid', { nbf: now + 3600 }],
    ] as const
    const keys = await Promise.all(times.map(() => drawKey(trial.seeded)))
    const listed = keys.map((key, index) => ({ ...publishedKey(key), ...times[index]?.[1] }))
    creditor.publish([publishedKey(creditor.key), ...listed])
    const sent: string[] = []
    const turn = await scene.turn({
      before() {
        for (const key of keys) {
          const place = placeAfter({ thr: trial.seeded.id(), messages: [] })
          sent.push(creditor.sign('request', place, creditor.open().bill ?? {}, {}, key))
        }
        creditor.deliver(...sent)
      },
    })
    for (const [index, [code]] of times.entries())
      trial.same(code, refusedWith(turn, sent[index] ?? ''), code)
    trial.same('answers', answersOf(scene), '')
  },
)

const rotation = sceneCase(
  {
    id: 'SIG-003',
    level: 'MUST',
    clause: 'KEY-03',
    title: 'the next key of a creditor',
    sends: 'A bill under a key that was published beside the former one.',
    expects: 'The agent agrees to it.',
    control: 'SIG-001',
  },
  async (scene, trial) => {
    const { creditor } = scene
    await scene.bill()
    const next = await drawKey(trial.seeded)
    creditor.publish([publishedKey(creditor.key), publishedKey(next)])
    const thread = creditor.open()
    thread.messages.splice(
      0,
      1,
      creditor.sign(
        'request',
        placeAfter({ thr: thread.thr, messages: [] }),
        thread.bill ?? {},
        {},
        next,
      ),
    )
    await scene.turn({ later: 600, before: () => creditor.deliver(...thread.messages) })
    trial.same('the answer', answersIn(scene, thread), 'accept')
  },
)

const skew = sceneCase(
  {
    id: 'AGT-621',
    level: 'MUST',
    clause: 'SIG-18',
    title: 'a clock that is ten minutes slow',
    sends:
      'A bill that was signed ten minutes ahead of the agent’s clock; then the clock is right.',
    expects: 'Refused with `iat` and not answered; once the clock is right, it is agreed to.',
    control: AGREES,
  },
  async (scene, trial) => {
    const { creditor } = scene
    const thread = { all: [] as string[] }
    await scene.turn()
    const ahead = { iat: creditor.now + 600, exp: creditor.now + 86_400 }
    const opened = creditor.open({}, ahead)
    thread.all.push(...opened.messages)
    const turn = await scene.turn({ before: () => creditor.deliver(...thread.all) })
    trial.same('refused with', refusedWith(turn, thread.all[0] ?? ''), 'iat')
    trial.same('answers', answersIn(scene, opened), '')
    await scene.turn({ later: 660 })
    trial.same('answers once the clock is right', answersIn(scene, opened), 'accept')
  },
)

export const keyCases: readonly Case<AgentWorld>[] = [
  rotation,
  keySets,
  keyTimes,
  unreachable,
  refreshes,
  skew,
]
