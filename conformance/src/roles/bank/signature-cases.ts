// Form, signature and keys of the statuses that a creditor answers a bank with: a lease counts only where its
// message does.
import { hostileMessagesOf } from '../../catalogue/hostile-messages.ts'
import { GOOD_MESSAGE, SIGNATURE_REFUSALS } from '../../catalogue/signature-facts.ts'
import { type Handler, joseAnswer, jsonAnswer, openHost } from '../../play/host.ts'
import type { Asked } from '../../play/lease-desk.ts'
import { metadataDocument, publishedKey } from '../../play/metadata.ts'
import type { Case, CaseFacts } from '../../run/case.ts'
import type { Trial } from '../../run/trial.ts'
import { type Claims, decodeJws, typOf } from '../../wire/jws.ts'
import { drawKey, type PartyKey } from '../../wire/keys.ts'
import { bankCase, codesFor, PAYS, sameCode } from './cases.ts'
import type { BankScene, BankWorld, SignedAgreement } from './world.ts'

const DAY = 86_400

/** A status that must not be taken for the lease, and the codes one of which the log gives. */
interface BadReply {
  readonly defect: string
  readonly codes: readonly string[]
  readonly make: (asked: Asked) => string
}

/** One turn: each bad reply to the request for a lease of its own, and a good one beside them. */
async function playBadReplies(
  scene: BankScene,
  trial: Trial,
  replies: readonly BadReply[],
): Promise<void> {
  const agreements = replies.map(() => scene.agree())
  const good = scene.agree()
  scene.desk.script = (asked) => {
    const at = agreements.findIndex(
      ({ facts }) => facts.agreementId === asked.agreement.agreementId,
    )
    const jws = replies[at]?.make(asked)
    return jws === undefined ? undefined : joseAnswer(jws)
  }
  const turn = await scene.turn({ agreements: [...agreements, good] })
  for (const [index, { defect, codes }] of replies.entries()) {
    sameCode(trial, `${defect}: the log says`, codesFor(turn, agreements[index] ?? good), codes)
  }
  const [line] = good.facts.lines
  trial.holds(
    'only the good one is paid',
    String(scene.booked()) === line?.endToEndId,
    'others are, or it is not',
  )
}

const goodMessage = bankCase(
  {
    id: GOOD_MESSAGE,
    level: 'MUST',
    clause: 'SIG-11',
    also: ['SIG-18'],
    title: 'a good status is taken',
    sends:
      'Leases signed with ES256: with a member that nobody knows, and by a clock that is 50 seconds ahead.',
    expects: 'Both agreements are paid.',
    control: PAYS,
  },
  async (scene, trial) => {
    const [added, ahead] = [scene.agree(), scene.agree()]
    scene.desk.script = ({ agreement }) =>
      agreement.agreementId === added.facts.agreementId
        ? { members: { later: { added: true } } }
        : { members: { iat: scene.desk.now + 50 } }
    await scene.turn({ agreements: [added, ahead] })
    trial.same('told of the first', scene.told(added), 'ACCP ACSC')
    trial.same('told of the second', scene.told(ahead), 'ACCP ACSC')
    trial.same('payments', scene.booked().length, 2)
  },
)

/** An expired reply may be fetched again (THR-03): it is bound to its message by `prev`. */
const NOT_FOR_REPLIES: ReadonlySet<string> = new Set(['SIG-035'])

const hostileReplies: readonly Case<BankWorld>[] = SIGNATURE_REFUSALS.filter(
  ({ id }) => !NOT_FOR_REPLIES.has(id),
).map((facts) =>
  bankCase(
    {
      ...facts,
      sends: 'To requests for a lease, the good status with this one defect, each way of it.',
      expects:
        'No payment under any of them, each with its code in the log; the good one beside them is paid.',
    },
    async (scene, trial) => {
      const bait = await openHost('bait', trial.transcript)
      const stranger = await drawKey(trial.seeded)
      try {
        const replies = hostileMessagesOf(facts.id).map(({ defect, code, make }) => ({
          ...{ defect, codes: [code] },
          make: (asked: Asked) =>
            make({ ...goodStatus(scene, asked), stranger, bait: bait.origin }),
        }))
        await playBadReplies(scene, trial, replies)
        trial.same('connections to a host that a message names', bait.received.length, 0)
      } finally {
        await bait.close()
      }
    },
  ),
)

/** The parts of the status that grants the lease. */
function goodStatus({ desk }: BankScene, asked: Asked) {
  const { payload } = decodeJws(desk.sign(asked)) ?? { payload: {} }
  const header = { alg: desk.key.alg, typ: typOf('status'), kid: desk.key.kid }
  const claims = payload as Claims
  return { header, claims, key: desk.key, now: desk.now, otherKind: 'receipt' }
}

/** A case whose replies are bad in one way each. */
function badReplyCase(
  facts: CaseFacts,
  repliesOf: (scene: BankScene, trial: Trial) => Promise<readonly BadReply[]>,
): Case<BankWorld> {
  return bankCase({ ...facts, control: GOOD_MESSAGE }, async (scene, trial) =>
    playBadReplies(scene, trial, await repliesOf(scene, trial)),
  )
}

const answersToOthers = badReplyCase(
  {
    id: 'SIG-042',
    level: 'MUST',
    clause: 'THR-01',
    title: 'statuses that answer another message',
    sends:
      'The good status in another thread, at another place, after another message, about another debtor, another request.',
    expects: 'None is taken for the lease; the good one beside them is paid.',
  },
  async ({ desk }, trial) => {
    const places: Readonly<Record<string, Partial<Claims>>> = {
      'another thread': { thr: trial.seeded.id() },
      'a later place': { seq: 3 },
      'the place of the question': { seq: 0 },
      'after another message': { prev: trial.seeded.bytes(32).toString('base64url') },
      'another debtor': { sub: `sub_${trial.seeded.id()}` },
      'another request': { requestId: `pr_${trial.seeded.bytes(13).toString('hex')}` },
    }
    return Object.entries(places).map(([defect, claims]) => ({
      ...{ defect, codes: ['reply-unexpected', 'sequence', 'prev'] },
      make: (asked) => desk.sign(asked, {}, claims),
    }))
  },
)

const unfitKeys = badReplyCase(
  {
    id: 'SIG-045',
    level: 'MUST',
    clause: 'KEY-01',
    title: 'keys of the set that do not verify',
    sends:
      'Statuses under keys with a private part, for encryption, without verify, under another name, listed twice.',
    expects: 'Each is refused with `key-unknown`; the one under the good key of the set is paid.',
  },
  async ({ desk }, trial) => {
    const listings: Readonly<Record<string, (key: PartyKey) => readonly object[]>> = {
      'a key with a private part': (key) => [
        { ...publishedKey(key), d: key.privateKey.export({ format: 'jwk' })['d'] },
      ],
      'a key for encryption': (key) => [{ ...publishedKey(key), use: 'enc' }],
      'a key that may not verify': (key) => [{ ...publishedKey(key), key_ops: ['sign'] }],
      'a key under another name': (key) => [{ ...publishedKey(key), kid: 'A'.repeat(43) }],
      'a key that is listed twice': (key) => [publishedKey(key), publishedKey(key)],
    }
    return await underKeys(desk, trial, {
      listings,
      codeOf: () => ['key-unknown'],
    })
  },
)

const keyTimes = badReplyCase(
  {
    id: 'SIG-067',
    level: 'MUST',
    clause: 'KEY-02',
    title: 'keys before and after their time',
    sends: 'Statuses under a retired, a revoked and a future key.',
    expects: 'Refused with `key-retired`, `key-revoked` and `key-not-yet-valid`.',
  },
  async ({ desk }, trial) => {
    const { now } = desk
    const listings = {
      'key-retired': (key: PartyKey) => [{ ...publishedKey(key), exp: now - 60 }],
      'key-revoked': (key: PartyKey) => [{ ...publishedKey(key), revoked: { at: now - 60 } }],
      'key-not-yet-valid': (key: PartyKey) => [{ ...publishedKey(key), nbf: now + 3600 }],
    }
    return await underKeys(desk, trial, { listings, codeOf: (defect) => [defect] })
  },
)

/** Publishes a key in each way, beside the good one, and answers under it. */
async function underKeys(
  desk: BankScene['desk'],
  trial: Trial,
  {
    listings,
    codeOf,
  }: {
    readonly listings: Readonly<Record<string, (key: PartyKey) => readonly object[]>>
    readonly codeOf: (defect: string) => readonly string[]
  },
): Promise<readonly BadReply[]> {
  const replies: BadReply[] = []
  const listed: object[] = [publishedKey(desk.key)]
  for (const [defect, list] of Object.entries(listings)) {
    const key = await drawKey(trial.seeded)
    listed.push(...list(key))
    const make = (asked: Asked) => desk.sign(asked, {}, {}, key)
    replies.push({ defect, codes: codeOf(defect), make })
  }
  desk.publish(listed as Parameters<typeof desk.publish>[0])
  return replies
}

const unknownKeys = bankCase(
  {
    id: 'SIG-066',
    level: 'MUST',
    clause: 'KEY-05',
    title: 'unknown keys cause one refresh at most',
    sends: 'Twelve statuses under twelve keys of nobody, and a good one beside them.',
    expects: 'The key set is fetched twice at most; only the good one is paid.',
    control: GOOD_MESSAGE,
  },
  async (scene, trial) => {
    const keys = await Promise.all(new Array(12).fill(0).map(() => drawKey(trial.seeded)))
    await playBadReplies(
      scene,
      trial,
      keys.map((key, index) => ({
        ...{ defect: `key ${index + 1}`, codes: ['key-unknown'] },
        make: (asked) => scene.desk.sign(asked, {}, {}, key),
      })),
    )
    const fetches = scene.desk.host.received.filter(({ target }) => target.startsWith(WELL_KNOWN))
    trial.holds('fetches of the key set', fetches.length <= 2, 'more than two')
  },
)

const WELL_KNOWN = '/.well-known/parley'

const otherCreditor = bankCase(
  {
    id: 'SIG-040',
    level: 'MUST',
    clause: 'SIG-16',
    title: 'the key of another creditor that the customer knows',
    sends:
      'Statuses and an agreement of one creditor, signed with the key that another one publishes.',
    expects: 'None is taken; the good one beside them is paid.',
    control: GOOD_MESSAGE,
  },
  async (scene, trial) => {
    const { desk } = scene
    const key = await drawKey(trial.seeded)
    const other = await openHost('other creditor', trial.transcript)
    const endpoints = { messages: `${other.origin}/parley/messages` }
    const publisher = {
      ...({ role: 'creditor', origin: other.origin, endpoints } as const),
      ...{ keys: [publishedKey(key)], signedWith: key },
    }
    other.answerWith(() => jsonAnswer(metadataDocument(publisher, { ...trial, now: desk.now })))
    try {
      await playBadReplies(scene, trial, [
        {
          ...{ defect: 'its key under the name of the creditor', codes: ['key-unknown'] },
          make: (asked) => desk.sign(asked, {}, {}, key),
        },
        {
          ...{ defect: 'its key under its own name', codes: ['iss'] },
          make: (asked) => desk.sign(asked, {}, { iss: other.origin }, key),
        },
      ])
      const own = desk.key
      desk.key = key
      const agreement = scene.agree()
      desk.key = own
      const turn = await scene.turn({ later: 60, agreements: [agreement] })
      const codes = ['party', 'key-unknown']
      sameCode(trial, 'an agreement: the log says', codesFor(turn, agreement), codes)
      trial.same('payments', scene.booked().length, 1)
    } finally {
      await other.close()
    }
  },
)

const rotation = bankCase(
  {
    id: 'SIG-003',
    level: 'MUST',
    clause: 'KEY-03',
    title: 'the next key of a creditor',
    sends:
      'An agreement under the former key, and a lease under the next one; both keys are published.',
    expects: 'It is paid.',
    control: GOOD_MESSAGE,
  },
  async (scene, trial) => {
    const { desk } = scene
    const agreement = scene.agree()
    const former = desk.key
    desk.key = await drawKey(trial.seeded)
    desk.publish([publishedKey(former), publishedKey(desk.key)])
    await scene.turn({ agreements: [agreement] })
    trial.same('told', scene.told(agreement), 'ACCP ACSC')
  },
)

const formerKeys = bankCase(
  {
    id: 'SIG-069',
    level: 'MUST',
    clause: 'KEY-02',
    title: 'an agreement whose key ended after it was signed',
    sends:
      'Two agreements; then the key of one is retired, that of the other revoked; then both are handed in.',
    expects: 'The first is paid, the second refused with `key-revoked`.',
    control: GOOD_MESSAGE,
  },
  async (scene, trial) => {
    const { desk } = scene
    const retired = desk.key
    const standing = scene.agree()
    const revoked = await drawKey(trial.seeded)
    desk.key = revoked
    const doubtful = scene.agree()
    desk.key = await drawKey(trial.seeded)
    const end = desk.now + 30
    desk.publish([
      { ...publishedKey(retired), exp: end },
      { ...publishedKey(revoked), revoked: { at: end } },
      publishedKey(desk.key),
    ])
    const turn = await scene.turn({ later: 60, agreements: [standing, doubtful] })
    trial.same('under the retired key: told', scene.told(standing), 'ACCP ACSC')
    sameCode(trial, 'the log says', codesFor(turn, doubtful), ['key-revoked'])
    trial.same('payments', scene.booked().length, 1)
  },
)

const removed = bankCase(
  {
    id: 'SIG-047',
    level: 'MUST',
    clause: 'KEY-05',
    title: 'a key that is no longer published',
    sends:
      'An agreement for tomorrow; the creditor publishes another key in place of its own, and the former one signs on.',
    expects:
      'Leases and agreements under the former key are refused; under the new one it is paid.',
    control: GOOD_MESSAGE,
  },
  async (scene, trial) => {
    const { desk } = scene
    const agreement = scene.agree({ dueIn: 1 })
    await scene.turn({ agreements: [agreement] })
    const former = desk.key
    const late = scene.agree({ dueIn: 1 })
    desk.key = await drawKey(trial.seeded)
    desk.publish([publishedKey(desk.key)])
    desk.script = (asked) => joseAnswer(desk.sign(asked, {}, {}, former))
    const turn = await scene.turn({ later: DAY, agreements: [late] })
    const gone = ['key-unknown', 'party']
    sameCode(trial, 'a lease: the log says', codesFor(turn, agreement), ['key-unknown'])
    sameCode(trial, 'an agreement: the log says', codesFor(turn, late), gone)
    trial.same('payments under the former key', scene.booked().length, 0)
    desk.script = null
    await scene.turn({ later: 60 })
    trial.same('told', scene.told(agreement), 'ACCP ACSC')
  },
)

/** The creditor's good metadata, with a change of who publishes it or when. */
function metadataOf({ desk }: BankScene, { seeded }: Trial, change: object = {}): object {
  const { origin } = desk.host
  const endpoints = { messages: `${origin}/parley/messages` }
  const { now, ...publisher } = {
    ...({ role: 'creditor', origin, endpoints, now: desk.now } as const),
    ...{ keys: [publishedKey(desk.key)], signedWith: desk.key },
    ...change,
  }
  return metadataDocument(publisher, { seeded, now })
}

/** How a host keeps its good metadata from being read. */
const AWAY: Readonly<Record<string, (good: object, bait: string) => Handler>> = {
  '503': (good) => () => jsonAnswer(good, 503),
  'a page': (good) => () => ({
    status: 200,
    headers: { 'content-type': 'text/html' },
    body: JSON.stringify(good),
  }),
  'a redirect': (_, bait) => () => ({ status: 302, headers: { location: `${bait}${WELL_KNOWN}` } }),
  '1 MB': (good) => () => jsonAnswer({ ...good, pad: 'x'.repeat(1_000_000) }),
  'an answer that never ends':
    () =>
    (_, { response }) => {
      response.writeHead(200, { 'content-type': 'application/json' })
      response.write('{')
      return 'taken-over'
    },
}

const away = bankCase(
  {
    id: 'SIG-046',
    level: 'MUST',
    clause: 'KEY-04',
    title: 'keys that cannot be fetched now',
    sends:
      'An agreement that is taken; on its day the key set answers 503, a page, a redirect, too much, without end; then it answers.',
    expects:
      'No payment while it is away, and none for an agreement that comes meanwhile; nobody is followed; then the first is paid.',
    control: GOOD_MESSAGE,
  },
  async (scene, trial) => {
    const { desk } = scene
    const bait = await openHost('bait', trial.transcript)
    try {
      const agreement = scene.agree({ dueIn: 1 })
      await scene.turn({ agreements: [agreement] })
      desk.now += DAY
      for (const [how, answer] of Object.entries(AWAY)) {
        desk.metadata = answer(metadataOf(scene, trial), bait.origin)
        const late: SignedAgreement = scene.agree()
        const turn = await scene.turn({ later: 60, agreements: [late] })
        sameCode(trial, `${how}: the log says`, codesFor(turn, late), ['key-unavailable'])
        trial.same(`${how}: payments`, scene.booked().length, 0)
      }
      trial.same('connections to where the redirect leads', bait.received.length, 0)
      desk.metadata = null
      await scene.turn({ later: 60 })
      trial.same('told when the keys are back', scene.told(agreement), 'ACCP ACSC')
    } finally {
      await bait.close()
    }
  },
)

const foreignMetadata = bankCase(
  {
    id: 'SIG-068',
    level: 'MUST',
    clause: 'KEY-04',
    title: 'metadata that is not the creditor’s own',
    sends:
      'On the day of an agreement, metadata that another key signed, that names another issuer, that has expired; then the good one.',
    expects: 'No payment until the good one is back.',
    control: GOOD_MESSAGE,
  },
  async (scene, trial) => {
    const { desk } = scene
    const stranger = await drawKey(trial.seeded)
    const agreement = scene.agree({ dueIn: 1 })
    await scene.turn({ agreements: [agreement] })
    desk.now += DAY
    const changes: Readonly<Record<string, object>> = {
      'signed by a stranger': { signedWith: stranger },
      'of another issuer': { origin: 'http://127.0.0.1:9' },
      expired: { now: desk.now - 2 * DAY },
    }
    for (const [how, change] of Object.entries(changes)) {
      desk.metadata = () => jsonAnswer(metadataOf(scene, trial, change))
      await scene.turn({ later: 60 })
      trial.same(`${how}: payments`, scene.booked().length, 0)
    }
    desk.metadata = null
    await scene.turn({ later: 60 })
    trial.same('told under the good one', scene.told(agreement), 'ACCP ACSC')
  },
)

export const signatureCases: readonly Case<BankWorld>[] = [
  ...[goodMessage, ...hostileReplies, answersToOthers, otherCreditor, rotation, unfitKeys],
  ...[keyTimes, formerKeys, unknownKeys, removed, away, foreignMetadata],
]
