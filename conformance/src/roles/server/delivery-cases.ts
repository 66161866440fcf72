// What the server sends: to the inboxes of agents and to webhook endpoints, and where it must not go.
import { after, agentOf, type PlayedAgent, postEnrolment, signEnrolment } from '../../play/agent.ts'
import { type Handler, type Host, joseAnswer, openHost, type Received } from '../../play/host.ts'
import type { Case } from '../../run/case.ts'
import type { Trial } from '../../run/trial.ts'
import { CaseIncomplete } from '../../run/verdicts.ts'
import { faultOfHop } from '../../wire/hop.ts'
import { decodeJws, hashOf, signMessage } from '../../wire/jws.ts'
import { drawKey, type PartyKey, thumbprintUri } from '../../wire/keys.ts'
import { eventually, keysOf } from './talk.ts'
import { kindIn, type ServerWorld, saidBy } from './world.ts'

/** Addresses that no server may be made to call. */
const PRIVATE_URLS: readonly string[] = [
  'https://10.0.0.1/hook',
  'https://172.16.0.1/hook',
  'https://192.168.1.1/hook',
  'https://169.254.169.254/latest/meta-data/',
  'https://100.64.0.1/hook',
  'https://0.0.0.0/hook',
  'https://198.18.0.1/hook',
  'https://224.0.0.1/hook',
  'https://255.255.255.255/hook',
  'https://[fe80::1]/hook',
  'https://[fc00::1]/hook',
  'https://[::ffff:10.0.0.1]/hook',
  'https://[::ffff:169.254.169.254]/hook',
  'https://[64:ff9b::a00:1]/hook',
  'https://[2002:a00:1::]/hook',
  'https://0x0a000001/hook',
  'https://167772161/hook',
  'https://012.0.0.1/hook',
  'https://user:secret@example.com/hook',
  'http://example.com/hook',
  'https://example.com:22/hook',
]

/** The agent's proof that an inbox is its own (ENR-04). */
function notedOver(world: ServerWorld, trial: Trial, key: PartyKey, challenge: string): string {
  const { aud, iss, sub } = decodeJws(challenge)?.payload ?? {}
  const now = world.now()
  const common = {
    ...{ ver: '1.0', iss: String(aud), aud: String(iss), sub: String(sub), jti: trial.seeded.id() },
    ...{ iat: now, exp: now + 600, ...after(challenge) },
  }
  return signMessage('noted', { ...common, ref: hashOf(challenge) }, key)
}

interface WithInbox {
  readonly inbox: Host
  readonly key: PartyKey
  readonly agent: PlayedAgent
  readonly debtorId: string
}

/** Enrols an agent with an inbox that answers like `handler`, and runs. */
async function withInbox(
  world: ServerWorld,
  trial: Trial,
  handlerOf: (key: PartyKey) => Handler,
  use: (parts: WithInbox) => Promise<void>,
): Promise<void> {
  const key = await drawKey(trial.seeded)
  const inbox = await openHost('inbox', trial.transcript, handlerOf(key))
  try {
    const debtorId = await world.newDebtor(trial)
    const activationCode = await world.newCode(trial, debtorId)
    const parts = world.agentParts(trial)
    const sent = signEnrolment(parts, key, { activationCode, inbox: `${inbox.origin}/inbox` })
    const reply = await postEnrolment(parts, sent)
    const agent = agentOf(parts, key, { sent, reply })
    if (agent === undefined) throw new CaseIncomplete(`no agent could enrol: ${saidBy(reply)}`)
    await use({ inbox, key, agent, debtorId })
  } finally {
    await inbox.close()
  }
}

const kindsAt = ({ received }: Host) => received.map(({ body }) => kindIn(body.toString()))

/** Answers the challenge as its agent, everything else with 204. */
const goodInbox =
  (world: ServerWorld, trial: Trial) =>
  (key: PartyKey): Handler =>
  ({ body }) => {
    const jws = body.toString()
    return kindIn(jws) === 'challenge'
      ? joseAnswer(notedOver(world, trial, key, jws))
      : { status: 204 }
  }

/** Waits until a message of a kind has arrived. */
const arrived = (inbox: Host, kind: string): Promise<Received | undefined> =>
  eventually(async () => inbox.received.find(({ body }) => kindIn(body.toString()) === kind))

/** Answers that prove nothing. */
const unproven: Readonly<
  Record<string, (world: ServerWorld, trial: Trial) => (key: PartyKey) => Handler>
> = {
  'no proof': () => () => () => ({ status: 200, body: 'ok' }),
  'a redirect': () => () => () => ({ status: 302, headers: { location: 'http://127.0.0.1:9/' } }),
  'a proof by a stranger': (world, trial) => () => {
    const stranger = drawKey(trial.seeded.within('stranger'))
    return async ({ body }) => joseAnswer(notedOver(world, trial, await stranger, body.toString()))
  },
}

export const deliveryCases: readonly Case<ServerWorld>[] = [
  {
    role: 'server',
    id: 'SRV-414',
    level: 'MUST',
    clause: 'ENR-04',
    title: 'a proven inbox gets what waits',
    sends: 'An agent enrols with an inbox and answers the challenge; the creditor issues a claim.',
    expects: 'First the challenge, then the request; each with the signature of its hop.',
    run: (world, trial) =>
      withInbox(world, trial, goodInbox(world, trial), async ({ inbox, debtorId, key }) => {
        await arrived(inbox, 'challenge')
        const issued = await world.issue(trial, debtorId)
        trial.same('the claim', issued.status, 201)
        const request = await arrived(inbox, 'request')
        trial.holds('the request arrived', request !== undefined, 'it did not')
        trial.same('what came first', kindsAt(inbox)[0], 'challenge')
        const keys = [...keysOf(world)].map(([kid, { key: publicKey, jwk }]) => ({
          ...{ kid, publicKey },
          alg: jwk.kty === 'EC' ? ('ES256' as const) : ('Ed25519' as const),
        }))
        for (const { method, target, headers, body } of inbox.received) {
          const sent = { method, url: `${inbox.origin}${target}`, headers, body: body.toString() }
          const fault = faultOfHop(sent, { keys, now: world.now() })
          trial.holds(`the hop of ${kindIn(sent.body)} (HOP-01)`, fault === undefined, fault)
        }
        const payload = decodeJws(request?.body.toString() ?? '')?.payload
        trial.holds('it is addressed to the agent', payload?.['aud'] === thumbprintUri(key))
      }),
  },
  {
    role: 'server',
    id: 'SRV-408',
    level: 'MUST',
    clause: 'ENR-04',
    title: 'no data of a debtor goes to an inbox that is not proven',
    sends:
      'Inboxes that answer the challenge with nothing, a redirect, a proof by a stranger; then a claim.',
    expects: 'Nothing but challenges arrives; the claim waits in the pull inbox.',
    control: 'SRV-414',
    async run(world, trial) {
      for (const [defect, handlerOf] of Object.entries(unproven)) {
        await withInbox(
          world,
          trial,
          handlerOf(world, trial),
          async ({ inbox, agent, debtorId }) => {
            const issued = await world.issue(trial, debtorId)
            trial.same(`${defect}: the claim`, issued.status, 201)
            await eventually(async () => (inbox.received.length > 0 ? true : undefined))
            // Long enough for the job that a proven inbox is served by.
            await new Promise((resolve) => setTimeout(resolve, 500))
            trial.same(`${defect}: what arrived`, [...new Set(kindsAt(inbox))], ['challenge'])
            const waits = (await agent.pull()).map(kindIn)
            trial.holds(`${defect}: the request waits`, waits.includes('request'), waits.join())
          },
        )
      }
    },
  },
  {
    role: 'server',
    id: 'SRV-404',
    level: 'MUST',
    clause: 'DLV-05',
    title: 'redirects of an inbox are not followed',
    sends: 'A proven inbox that answers the request with a redirect to another host.',
    expects: 'Nothing arrives at the other host; the request waits in the pull inbox.',
    control: 'SRV-414',
    async run(world, trial) {
      const elsewhere = await openHost('elsewhere', trial.transcript)
      try {
        for (const status of [301, 302, 307, 308]) {
          await withInbox(
            world,
            trial,
            goodInbox(world, trial),
            async ({ inbox, debtorId, agent, key }) => {
              await arrived(inbox, 'challenge')
              const good = goodInbox(world, trial)(key)
              inbox.answerWith((sent, raw) =>
                kindIn(sent.body.toString()) === 'challenge'
                  ? good(sent, raw)
                  : { status, headers: { location: `${elsewhere.origin}/inbox` } },
              )
              await world.issue(trial, debtorId)
              const pushed = await arrived(inbox, 'request')
              trial.holds(`${status}: the request was tried`, pushed !== undefined)
              await new Promise((resolve) => setTimeout(resolve, 300))
              trial.same(`${status}: requests elsewhere`, elsewhere.received.length, 0)
              const waits = (await agent.pull()).map(kindIn)
              trial.holds(`${status}: it waits`, waits.includes('request'))
            },
          )
        }
      } finally {
        await elsewhere.close()
      }
    },
  },
  {
    role: 'server',
    id: 'SRV-405',
    level: 'MUST',
    clause: 'DLV-05',
    title: 'an inbox that never answers holds up nobody',
    sends:
      'An inbox that takes the request and says nothing; a claim for another agent with a good inbox.',
    expects: 'The other one gets its request while the first is silent.',
    control: 'SRV-414',
    run: (world, trial) =>
      withInbox(world, trial, goodInbox(world, trial), (silent) =>
        withInbox(world, trial, goodInbox(world, trial), async (good) => {
          await arrived(silent.inbox, 'challenge')
          await arrived(good.inbox, 'challenge')
          silent.inbox.answerWith(() => 'taken-over')
          await world.issue(trial, silent.debtorId)
          trial.holds(
            'the silent one is tried',
            (await arrived(silent.inbox, 'request')) !== undefined,
          )
          await world.issue(trial, good.debtorId)
          trial.holds(
            'the other one is served',
            (await arrived(good.inbox, 'request')) !== undefined,
          )
        }),
      ),
  },
  {
    role: 'server',
    id: 'SRV-401',
    level: 'MUST',
    clause: 'DLV-05',
    title: 'addresses that are not public are no webhook endpoints',
    sends:
      'Endpoints at private, link-local, mapped, numeric and other addresses; with credentials; with odd ports.',
    expects: '422 url-not-allowed, or 400 for what is no address.',
    async run(world, trial) {
      const office = world.office(trial)
      for (const url of PRIVATE_URLS) {
        const said = saidBy(await office.call('/v1/webhook-endpoints', { body: { url } }))
        trial.holds(url, ['422 url-not-allowed', '400 body-invalid'].includes(said), said)
      }
    },
  },
  {
    role: 'server',
    id: 'SRV-412',
    level: 'MUST',
    clause: 'DLV-05',
    title: 'addresses that are not public are no inboxes',
    sends: 'Enrolments with an inbox at each of the addresses.',
    expects: '422 inbox-not-allowed, or 400 for what is no address; the code still works.',
    control: 'SRV-256',
    async run(world, trial) {
      const debtorId = await world.newDebtor(trial)
      const activationCode = await world.newCode(trial, debtorId)
      const parts = world.agentParts(trial)
      const key = await drawKey(trial.seeded)
      for (const inbox of PRIVATE_URLS) {
        const reply = await postEnrolment(
          parts,
          signEnrolment(parts, key, { activationCode, inbox }),
        )
        const said = saidBy(reply)
        trial.holds(inbox, ['422 inbox-not-allowed', '400 schema'].includes(said), said)
      }
      const good = await postEnrolment(parts, signEnrolment(parts, key, { activationCode }))
      trial.same('the control', saidBy(good), '201 enrolled')
    },
  },
  {
    role: 'server',
    id: 'SRV-415',
    level: 'MUST',
    clause: 'DLV-02',
    title: 'the pull inbox gives each message until it was stored',
    sends: 'Pulls without after, with the cursor of the first message, with that of the last.',
    expects: 'All; those behind it; none. What was named is gone, what was not stays.',
    async run(world, trial) {
      const { agent, debtorId } = await world.converse(trial)
      await world.issue(trial, debtorId)
      const pull = async (query: string) => {
        const { json } = await world.client.send({
          url: `${agent.enrolled['pull']}${query}`,
          as: 'agent',
        })
        return json.messages as { cursor: string; jws: string }[]
      }
      const all = await pull('')
      trial.same('messages', all.length, 2)
      trial.same('again', (await pull('')).length, 2)
      const behind = await pull(`?after=${all[0]?.cursor}`)
      trial.holds('behind the first', behind[0]?.jws === all[1]?.jws)
      trial.same('behind the last', (await pull(`?after=${all[1]?.cursor}`)).length, 0)
      const unknown = `${String(agent.enrolled['pull']).slice(0, -6)}AAAAAA`
      const foreign = await world.client.send({ url: unknown, as: 'agent' })
      trial.same('an inbox of nobody', saidBy(foreign), '404 not-found')
    },
  },
]
