// Threads, enrolment and keys as an agent has to keep them, and what it does when its creditor's answers get lost.
import { CREDITOR, dayAfter, OTHER_IBAN } from '../../play/bill.ts'
import type { PlayedCreditor } from '../../play/creditor.ts'
import { type Answer, openHost } from '../../play/host.ts'
import { publishedKey } from '../../play/metadata.ts'
import { placeAfter, problem, statusOf } from '../../play/replies.ts'
import type { Said } from '../../play/said.ts'
import type { Case } from '../../run/case.ts'

import { decodeJws, signMessage } from '../../wire/jws.ts'
import { drawKey } from '../../wire/keys.ts'
import {
  AGREES,
  answersIn,
  answersOf,
  bindingIn,
  refusedBills,
  refusedWith,
  sceneCase,
} from './bills.ts'
import type { AgentWorld } from './world.ts'

const stranger = sceneCase(
  {
    id: 'AGT-603',
    level: 'MUST',
    clause: 'TRU-01',
    title: 'a bill of a creditor that the person is not enrolled with',
    sends: 'A request that another creditor signed with its own published key, and one to anyone.',
    expects: 'Neither is answered, and nobody is asked for the keys of the other creditor.',
    control: AGREES,
  },
  async (scene, trial) => {
    const other = await openHost('other creditor', trial.transcript)
    try {
      const key = await drawKey(trial.seeded)
      const { creditor } = scene
      const turn = await scene.turn({
        before() {
          const [request = ''] = creditor.open().messages
          const { payload } = decodeJws(request) ?? { payload: {} }
          const foreign = { ...payload, iss: other.origin, jti: trial.seeded.id() }
          creditor.deliver(signMessage('request', foreign as never, key))
          creditor.deliver(
            creditor.sign(
              'request',
              placeAfter({ thr: trial.seeded.id(), messages: [] }),
              creditor.open().bill ?? {},
              { aud: 'urn:parley:anyone', sub: 'urn:parley:anyone' },
            ),
          )
        },
      })
      trial.same('answers', answersOf(scene), '')
      trial.same(
        'refused messages',
        turn.events.filter(({ event }) => event === 'refused').length,
        2,
      )
      trial.same('requests to the other creditor', other.received.length, 0)
    } finally {
      await other.close()
    }
  },
)

const account = refusedBills(
  {
    id: 'AGT-604',
    level: 'MUST',
    clause: 'ENR-03',
    title: 'another account than the pinned one',
    sends: 'Bills with another account, and of another creditor under the same key.',
    expects: 'Each is refused with `account`, and the good one beside them is agreed to.',
  },
  [
    {
      defect: 'another account',
      codes: ['account'],
      members: () => ({ creditor: { ...CREDITOR, account: { iban: OTHER_IBAN } } }),
    },
    {
      defect: 'another creditor',
      codes: ['account'],
      members: () => ({ creditor: { ...CREDITOR, id: 'cr_2' } }),
    },
  ],
)

const announced = sceneCase(
  {
    id: 'AGT-627',
    level: 'MUST',
    clause: 'ENR-07',
    title: 'an announced account waits for its cooling-off',
    sends: 'The notice of another account from today on, then a bill with it.',
    expects: 'The notice is `noted`; no answer binds the person, also a day later.',
    control: AGREES,
  },
  async (scene, trial) => {
    const { creditor } = scene
    await scene.turn()
    const enrolment = creditor.customer?.thread
    if (enrolment === undefined) throw new TypeError('the agent is enrolled')
    const next = { ...CREDITOR, account: { iban: OTHER_IBAN } }
    const notice = {
      ...{ creditor: next, previousAccount: CREDITOR.account },
      effectiveOn: dayAfter(creditor.now, 0),
    }
    await scene.bills([{ creditor: next }], {
      later: 60,
      before: () => creditor.deliver(creditor.next(enrolment, 'account-change', notice)),
    })
    // The notice lies behind the bill in the inbox of the first turn; the next bill comes after it.
    const { thread } = await scene.bill({ creditor: next }, { later: 60 })
    await scene.turn({ later: 86_400 })
    trial.same(
      'the notice',
      scene.saidIn(enrolment).filter(({ kind }) => kind === 'noted').length,
      1,
    )
    trial.same('answers that bind', bindingIn(scene, thread), '')
  },
)

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

const places = sceneCase(
  {
    id: 'AGT-612',
    level: 'MUST',
    clause: 'THR-02',
    title: 'places of a thread that are taken, missing or follow another message',
    sends:
      'In a conversation that is agreed: a status with a gap, one on a taken place, one with another prev; the same request again.',
    expects:
      'Refused with `sequence`, `sequence-stale` and `prev`; the request again has no effect.',
    control: AGREES,
  },
  async (scene, trial) => {
    const { creditor } = scene
    const { thread } = await scene.bill()
    const [request = '', accept = ''] = thread.messages
    const place = placeAfter(thread)
    const status = statusOf(thread.bill, 'agreed')
    const spoilt = {
      sequence: creditor.sign('status', { ...place, seq: place.seq + 2 }, status),
      'sequence-stale': creditor.sign(
        'status',
        placeAfter({ thr: thread.thr, messages: [request] }),
        status,
      ),
      prev: creditor.sign(
        'status',
        { ...place, prev: placeAfter({ thr: '', messages: [request] }).prev },
        status,
      ),
    }
    const before = creditor.said.length
    const turn = await scene.turn({
      later: 60,
      before: () =>
        creditor.deliver(request, spoilt['sequence-stale'], spoilt.prev, spoilt.sequence),
    })
    for (const [code, jws] of Object.entries(spoilt)) trial.same(code, refusedWith(turn, jws), code)
    const more = creditor.said.slice(before).filter(({ kind }) => kind !== 'ack')
    trial.same(
      'messages about it',
      more.map(({ kind }) => kind),
      [],
    )
    trial.holds('the answer stands', accept !== '')
  },
)

const equivocation = sceneCase(
  {
    id: 'AGT-626',
    level: 'MUST',
    clause: 'THR-05',
    title: 'two messages under one place',
    sends:
      'Two different requests at the first place of a thread, then a menu that follows the first.',
    expects:
      'The second is refused with `equivocation`, and nothing more is answered in the thread.',
    control: AGREES,
  },
  async (scene, trial) => {
    const { creditor } = scene
    const large = { amount: { value: '900.00', currency: 'EUR' } }
    const { thread } = await scene.bill(large)
    const twin = creditor.sign(
      'request',
      placeAfter({ thr: thread.thr, messages: [] }),
      thread.bill,
    )
    const menu = {
      requestId: thread.bill.requestId,
      menu: { ...thread.bill.menu, menuId: 'm-1', tier: 1 },
    }
    const turn = await scene.turn({
      later: 60,
      before: () => creditor.deliver(twin, creditor.next(thread, 'menu', menu)),
    })
    trial.same('the second', refusedWith(turn, twin), 'equivocation')
    trial.same('answers', answersIn(scene, thread), '')
  },
)

const superseded = sceneCase(
  {
    id: 'AGT-628',
    level: 'MUST',
    clause: 'REV-01',
    title: 'the same revision again is none',
    sends:
      'After a bill that waits for the person another request in its thread, with the same number.',
    expects: 'Refused with `revision-superseded`.',
    control: AGREES,
  },
  async (scene, trial) => {
    const { creditor } = scene
    const { thread } = await scene.bill({ amount: { value: '900.00', currency: 'EUR' } })
    const again = creditor.sign('request', placeAfter(thread), {
      ...thread.bill,
      amount: { value: '100.00', currency: 'EUR' },
    })
    const turn = await scene.turn({ later: 60, before: () => creditor.deliver(again) })
    trial.same('refused with', refusedWith(turn, again), 'revision-superseded')
    trial.same('answers', answersIn(scene, thread), '')
  },
)

const agreements: Readonly<
  Record<string, (creditor: PlayedCreditor, said: Said, text: string) => Answer>
> = {
  'another amount': (creditor, said, text) =>
    creditor.agreementAnswer(said, text.replace(/"value":"1/g, '"value":"9')),
  'another id of the agreement': (creditor, said, text) =>
    creditor.agreementAnswer(
      said,
      text.replace(/"agreementId":"[^"]{43}"/, `"agreementId":"${'A'.repeat(43)}"`),
    ),
  'white space': (creditor, said, text) => creditor.agreementAnswer(said, text.replace('{', '{ ')),
  'without the creditor’s signature': (creditor, said, text) =>
    withSignatures(creditor.agreementAnswer(said, text), (both) => both.slice(1)),
  'with the agent’s signature twice': (creditor, said, text) =>
    withSignatures(creditor.agreementAnswer(said, text), ([, own]) => [own, own]),
  'with a third signature': (creditor, said, text) =>
    withSignatures(creditor.agreementAnswer(said, text), ([first, own]) => [first, own, first]),
}

const changedAgreements = sceneCase(
  {
    id: 'AGT-608',
    level: 'MUST',
    clause: 'AGR-05',
    title: 'an agreement that is not the one that was signed',
    sends:
      'To an accept, agreements with other contents or signatures, one a turn; at last the right one.',
    expects:
      'None is taken for an agreement; the same accept comes again, until the right one ends it.',
    control: AGREES,
  },
  async (scene, trial) => {
    const { creditor } = scene
    let how = ''
    creditor.script = (said, thread) => {
      const make = agreements[how]
      const text = thread.agreement ?? creditor.agreementOf(said, thread)
      return said.kind === 'accept' && make !== undefined && text !== null
        ? make(creditor, said, text)
        : undefined
    }
    const thread = { messages: [] as readonly string[] }
    for (const name of Object.keys(agreements)) {
      how = name
      const turn =
        thread.messages.length === 0
          ? await scene.bill().then((first) => {
              thread.messages = first.thread.messages
              return first.turn
            })
          : await scene.turn({ later: 60 })
      const isAgreed = turn.events.some(({ event }) => event === 'agreed')
      trial.holds(`${name}: it is no agreement`, !isAgreed, 'the agent agreed')
    }
    how = ''
    const last = await scene.turn({ later: 60 })
    trial.holds(
      'the right one is taken',
      last.events.some(({ event }) => event === 'agreed'),
    )
    trial.same('different answers', answersOf(scene), 'accept')
  },
)

const lost = sceneCase(
  {
    id: 'AGT-615',
    level: 'MUST',
    clause: 'THR-04',
    title: 'answers that are lost, or are none',
    sends:
      'To an accept no answer, a page, garbage, 503, 429 with Retry-After, a redirect; at last the agreement.',
    expects:
      'The same bytes again in a later turn, until the agreement ends it; nobody follows the redirect.',
    control: AGREES,
    hint: 'Keep the signed answer before you send it, and send those bytes until a reply settles it.',
  },
  async (scene, trial) => {
    const { creditor } = scene
    const bait = await openHost('bait', trial.transcript)
    const bad: Readonly<Record<string, Answer | 'cut'>> = {
      'no answer': 'cut',
      'a page': { status: 200, headers: { 'content-type': 'text/html' }, body: '<html></html>' },
      garbage: { status: 200, headers: { 'content-type': 'application/jose' }, body: 'x.y.z' },
      '503': { status: 503 },
      '429': problem(429, 'too-many', { 'retry-after': '30' }),
      'a redirect': { status: 307, headers: { location: `${bait.origin}/messages` } },
    }
    try {
      let how: string | null = Object.keys(bad)[0] ?? null
      creditor.script = (said) => (said.kind === 'accept' && how !== null ? bad[how] : undefined)
      const { thread } = await scene.bill()
      for (const name of Object.keys(bad)) {
        how = name
        if (name !== 'no answer') await scene.turn({ later: 60 })
        trial.same(`${name}: different answers`, answersIn(scene, thread), 'accept')
      }
      how = null
      const last = await scene.turn({ later: 60 })
      trial.holds(
        'it ends with the agreement',
        last.events.some(({ event }) => event === 'agreed'),
      )
      trial.same('different answers', answersIn(scene, thread), 'accept')
      trial.same('connections to where the redirect leads', bait.received.length, 0)
    } finally {
      await bait.close()
    }
  },
)

const stale = sceneCase(
  {
    id: 'AGT-616',
    level: 'MUST',
    clause: 'THR-04',
    title: 'an answer that came too late is decided again',
    sends:
      'While the agent accepts, the creditor has revised the bill; the accept is refused as stale.',
    expects:
      'The agent fetches the revision and accepts its menu at the next place, never the former one there.',
    control: AGREES,
  },
  async (scene, trial) => {
    const { creditor } = scene
    let isRevised = false
    creditor.script = (said, thread) => {
      if (said.kind !== 'accept' || isRevised) return undefined
      isRevised = true
      const { bill } = thread
      const menu = { ...bill?.menu, menuId: 'm-r2' }
      creditor.deliver(creditor.next(thread, 'request', { ...bill, revision: 2, menu }))
      return problem(409, 'sequence-stale')
    }
    const { thread } = await scene.bill()
    await scene.turn({ later: 60 })
    const accepts = scene.saidIn(thread).filter(({ kind }) => kind === 'accept')
    trial.same(
      'the answers',
      accepts.map(({ claims }) => `${claims.seq} ${claims['menuId']}`),
      ['1 m-0', '2 m-r2'],
    )
  },
)

const revoked = sceneCase(
  {
    id: 'AGT-619',
    level: 'MUST',
    clause: 'ENR-05',
    title: 'the person ends the enrolment',
    sends: 'The order to revoke, then a bill.',
    expects: 'A `revoke` in the thread of the enrolment, and no answer to the bill.',
    control: AGREES,
  },
  async (scene, trial) => {
    const { creditor } = scene
    await scene.turn()
    await scene.turn({ later: 60, context: { revoke: true } })
    const enrolment = creditor.customer?.thread
    const said = enrolment === undefined ? [] : scene.saidIn(enrolment)
    trial.same(
      'in the thread of the enrolment',
      said.map(({ kind }) => kind),
      ['enrol', 'revoke'],
    )
    await scene.bill({}, { later: 60 })
    trial.same('answers', answersOf(scene), '')
  },
)

const ended = sceneCase(
  {
    id: 'AGT-631',
    level: 'MUST',
    clause: 'ENR-05',
    title: 'the creditor ends the enrolment',
    sends: 'A `revoke`, then a bill.',
    expects: 'It is noted, and the bill gets no answer.',
    control: AGREES,
  },
  async (scene, trial) => {
    const { creditor } = scene
    await scene.turn()
    const enrolment = creditor.customer?.thread
    if (enrolment === undefined) throw new TypeError('the agent is enrolled')
    await scene.turn({
      later: 60,
      before: () => creditor.deliver(creditor.next(enrolment, 'revoke', {})),
    })
    trial.same(
      'the notice',
      scene.saidIn(enrolment).map(({ kind }) => kind),
      ['enrol', 'noted'],
    )
    await scene.bill({}, { later: 60 })
    trial.same('answers', answersOf(scene), '')
  },
)

const acknowledges = sceneCase(
  {
    id: 'AGT-633',
    level: 'SHOULD',
    clause: 'DLV-04',
    title: 'a verified message is acknowledged',
    sends: 'A bill.',
    expects: 'An `ack` RCVD that names it, in the thread of acknowledgements.',
    control: AGREES,
  },
  async (scene, trial) => {
    const { creditor } = scene
    const { thread } = await scene.bill()
    await scene.turn({ later: 60 })
    const acks = creditor.said.filter(({ kind }) => kind === 'ack')
    const received = acks.filter(
      ({ claims }) =>
        claims['status'] === 'RCVD' &&
        claims['ref'] === placeAfter({ ...thread, messages: thread.messages.slice(0, 1) }).prev,
    )
    trial.holds('it is acknowledged', received.length > 0, 'nothing names it')
  },
)

/** An agreement with other signatures; the first is the creditor's. */
function withSignatures(
  answer: Answer,
  change: (both: readonly unknown[]) => readonly unknown[],
): Answer {
  const general = JSON.parse(String(answer.body)) as { payload: string; signatures: unknown[] }
  return { ...answer, body: JSON.stringify({ ...general, signatures: change(general.signatures) }) }
}

export const threadCases: readonly Case<AgentWorld>[] = [
  ...[rotation, keySets, keyTimes, stranger, account, announced, unreachable, refreshes, skew],
  ...[
    places,
    equivocation,
    superseded,
    changedAgreements,
    lost,
    stale,
    revoked,
    ended,
    acknowledges,
  ],
]
