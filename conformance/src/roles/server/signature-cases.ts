// Form and signature of messages, carried to the server as a `query` in the conversation about a claim.
import { asItIs, type GoodMessage, hostileMessagesOf } from '../../catalogue/hostile-messages.ts'
import { refusalOf } from '../../catalogue/refusals.ts'
import { GOOD_MESSAGE, SIGNATURE_REFUSALS } from '../../catalogue/signature-facts.ts'
import { openHost } from '../../play/host.ts'
import type { Case } from '../../run/case.ts'
import type { Trial } from '../../run/trial.ts'
import { type Claims, typOf } from '../../wire/jws.ts'
import { drawKey } from '../../wire/keys.ts'
import { refusesEach } from './refuses.ts'
import { type Conversation, type ServerWorld, saidBy } from './world.ts'

/** The parts of a query that the server awaits next. */
export async function goodQuery(
  world: ServerWorld,
  trial: Trial,
  { agent, payload, place }: Conversation,
  bait = 'http://127.0.0.1:9',
): Promise<GoodMessage> {
  const now = world.now()
  const claims: Claims = {
    ...{ ver: '1.0', ...agent.addressing, jti: trial.seeded.id() },
    ...{ iat: now, exp: now + 600, ...place, requestId: String(payload['requestId']) },
  }
  return {
    header: { alg: agent.key.alg, typ: typOf('query'), kid: agent.key.kid },
    ...{ claims, key: agent.key, now, bait },
    stranger: await drawKey(trial.seeded, agent.key.alg),
    otherKind: 'reminder',
  }
}

const goodMessage: Case<ServerWorld> = {
  role: 'server',
  id: GOOD_MESSAGE,
  level: 'MUST',
  clause: 'SIG-11',
  also: ['MSG-02'],
  title: 'a good message is taken',
  sends: 'A query signed with ES256, with a member that nobody knows.',
  expects: 'It is answered by a status.',
  async run(world, trial) {
    const conversation = await world.converse(trial)
    const good = await goodQuery(world, trial, conversation)
    const jws = asItIs({ ...good, claims: { ...good.claims, later: { added: true } } })
    trial.same('the query', saidBy(await conversation.agent.post(jws)), '200 status')
  },
}

const refusals: readonly Case<ServerWorld>[] = SIGNATURE_REFUSALS.map((facts) => ({
  ...facts,
  role: 'server',
  async run(world, trial) {
    const conversation = await world.converse(trial)
    const bait = await openHost('bait', trial.transcript)
    try {
      const good = await goodQuery(world, trial, conversation, bait.origin)
      await refusesEach(world, trial, conversation, {
        hostile: hostileMessagesOf(facts.id).map(({ defect, code, isForeign, make }) => ({
          defect,
          refusal: refusalOf(isForeign === true ? 'not-found' : code),
          jws: make(good),
        })),
        good: asItIs(good),
        answer: '200 status',
      })
      trial.same('connections to a host that a message names', bait.received.length, 0)
    } finally {
      await bait.close()
    }
  },
}))

export const signatureCases: readonly Case<ServerWorld>[] = [goodMessage, ...refusals]
