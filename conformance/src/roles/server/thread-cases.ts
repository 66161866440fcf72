// Places in threads, repetition, and who may speak where.
import { refusalOf } from '../../catalogue/refusals.ts'
import { after, postEnrolment, signEnrolment } from '../../play/agent.ts'
import type { Case } from '../../run/case.ts'
import { CaseIncomplete } from '../../run/verdicts.ts'
import { hashOf, sha256 } from '../../wire/jws.ts'
import { drawKey, thumbprintUri } from '../../wire/keys.ts'
import { refusesEach } from './refuses.ts'
import { goodQuery } from './signature-cases.ts'
import { bodyOf, type Conversation, type ServerWorld, saidBy } from './world.ts'

const query = ({ payload }: Conversation) => ({ requestId: payload['requestId'] })

export const threadCases: readonly Case<ServerWorld>[] = [
  {
    role: 'server',
    id: 'SRV-211',
    level: 'MUST',
    clause: 'THR-02',
    title: 'a gap, a place that is taken, a wrong prev',
    sends:
      'Queries at the wrong place of the thread: too far ahead, at the place of the request, after another message.',
    expects:
      'sequence, sequence-stale, prev; nothing changes, and the query at its place is answered.',
    control: 'SIG-001',
    async run(world, trial) {
      const conversation = await world.converse(trial)
      const { agent, place } = conversation
      const at = (other: object) => agent.sign('query', { ...place, ...other }, query(conversation))
      await refusesEach(world, trial, conversation, {
        hostile: [
          { defect: 'a gap', refusal: refusalOf('sequence'), jws: at({ seq: 3 }) },
          {
            defect: 'the place of the request',
            refusal: refusalOf('sequence-stale'),
            jws: at({ seq: 0, prev: null }),
          },
          {
            defect: 'after a message that is not there',
            refusal: refusalOf('prev'),
            jws: at({ prev: sha256('another message') }),
          },
          {
            defect: 'the sub of somebody else',
            refusal: refusalOf('sub'),
            jws: at({ sub: 'sub_01ARZ3NDEKTSV4RRFFQ69G5FAV' }),
          },
          {
            defect: 'a later message without prev',
            refusal: refusalOf('prev'),
            jws: at({ prev: null }),
          },
        ],
        good: at({}),
        answer: '200 status',
      })
    },
  },
  {
    role: 'server',
    id: 'SRV-232',
    level: 'MUST',
    clause: 'THR-01',
    title: 'seq counts without a gap over both directions',
    sends: 'Three queries, each after the status before it.',
    expects: 'Each status stands right after its query: seq plus 1, prev its hash.',
    async run(world, trial) {
      const conversation = await world.converse(trial)
      const { agent } = conversation
      let { place } = conversation
      for (const round of [1, 2, 3]) {
        const asked = agent.sign('query', place, query(conversation))
        const reply = await agent.post(asked)
        trial.same(`query ${round}`, saidBy(reply), '200 status')
        const next = after(reply.text)
        trial.same(`seq of status ${round}`, next.seq - 1, place.seq + 1)
        const prev = JSON.parse(Buffer.from(reply.text.split('.')[1] ?? '', 'base64url').toString())
        trial.holds(`prev of status ${round} is the query`, prev.prev === hashOf(asked))
        place = next
      }
    },
  },
  {
    role: 'server',
    id: 'SIG-042',
    level: 'MUST',
    clause: 'THR-03',
    title: 'the same message again gets the same reply',
    sends: 'A dispute three times, byte for byte.',
    expects: 'The same bytes three times, and one effect.',
    async run(world, trial) {
      const conversation = await world.converse(trial)
      const { agent, place, issued } = conversation
      const amount = { value: '20.00', currency: 'EUR' }
      const jws = agent.sign('dispute', place, {
        ...query(conversation),
        ...{ disputed: amount, reason: { code: 'amount-wrong' } },
      })
      const first = await agent.post(jws)
      trial.same('the dispute', saidBy(first), '200 status')
      const inbox = (await agent.pull()).length
      const state = JSON.stringify(await world.read(trial, issued.id))
      for (const again of ['the second time', 'the third time']) {
        const reply = await agent.post(jws)
        trial.same(again, saidBy(reply), '200 status')
        trial.holds(`${again}: the same bytes`, reply.bytes.equals(first.bytes), 'other bytes')
      }
      trial.same('the claim', JSON.stringify(await world.read(trial, issued.id)) === state, true)
      trial.same('messages in the inbox', (await agent.pull()).length, inbox)
    },
  },
  {
    role: 'server',
    id: 'SIG-044',
    level: 'MUST',
    clause: 'THR-03',
    title: 'the same message again after its exp gets the same reply',
    sends: 'A query; the clock goes past its exp; the same query.',
    expects: 'The same bytes.',
    async run(world, trial) {
      const conversation = await world.converse(trial)
      const { agent, place } = conversation
      const now = world.now()
      const jws = agent.sign('query', place, query(conversation), { exp: now + 60 })
      const first = await agent.post(jws)
      trial.same('the query', saidBy(first), '200 status')
      world.goTo(now + 61)
      const late = await agent.post(jws)
      trial.same('after its exp', saidBy(late), '200 status')
      trial.holds('the same bytes', late.bytes.equals(first.bytes), 'other bytes')
    },
  },
  {
    role: 'server',
    id: 'SIG-043',
    level: 'MUST',
    clause: 'THR-03',
    title: 'two senders may use one jti',
    sends: 'Queries of two agents with the same jti, each in its own conversation.',
    expects: 'Both are answered, each about its own claim.',
    async run(world, trial) {
      const jti = trial.seeded.id()
      const one = await world.converse(trial)
      const other = await world.converse(trial)
      for (const conversation of [one, other]) {
        const { agent, place, payload } = conversation
        const reply = await agent.post(agent.sign('query', place, query(conversation), { jti }))
        trial.same('the query', saidBy(reply), '200 status')
        const said = JSON.parse(Buffer.from(reply.text.split('.')[1] ?? '', 'base64url').toString())
        trial.holds('it is about its own claim', said.requestId === payload['requestId'])
      }
    },
  },
  {
    role: 'server',
    id: 'SIG-057',
    level: 'MUST',
    clause: 'SIG-17',
    title: 'a jti is used once',
    sends: 'Another query with the jti of the one before, at the next place.',
    expects: '401 jti.',
    control: 'SIG-001',
    async run(world, trial) {
      const conversation = await world.converse(trial)
      const { agent, place } = conversation
      const jti = trial.seeded.id()
      const first = await agent.post(agent.sign('query', place, query(conversation), { jti }))
      trial.same('the first query', saidBy(first), '200 status')
      const next = after(first.text)
      const moved = { ...conversation, place: next }
      await refusesEach(world, trial, moved, {
        hostile: [
          {
            defect: 'another message with its jti',
            refusal: refusalOf('jti'),
            jws: agent.sign('query', next, query(conversation), { jti }),
          },
        ],
        good: agent.sign('query', next, query(conversation)),
        answer: '200 status',
      })
    },
  },
  {
    role: 'server',
    id: 'SIG-040',
    level: 'MUST',
    clause: 'SIG-16',
    title: 'a key verifies messages of its own party only',
    sends: 'A query that names the agent as sender, signed with the key of another enrolled agent.',
    expects: '401 key-unknown; nothing changes.',
    control: 'SIG-001',
    async run(world, trial) {
      const conversation = await world.converse(trial)
      const other = await world.converse(trial)
      const { agent, place } = conversation
      await refusesEach(world, trial, conversation, {
        hostile: [
          {
            defect: 'the key of another enrolled agent',
            refusal: refusalOf('key-unknown'),
            jws: other.agent.sign('query', place, query(conversation), { ...agent.addressing }),
          },
        ],
        good: agent.sign('query', place, query(conversation)),
        answer: '200 status',
      })
    },
  },
  {
    role: 'server',
    id: 'SRV-213',
    level: 'MUST',
    clause: 'PRB-03',
    also: ['SIG-16'],
    title: 'no agent answers for another, nor learns that there is something to answer',
    sends:
      'A decline in the conversation of another agent, under its own name and with its own key, also one for ' +
      'another receiver; the same in a conversation that does not exist.',
    expects:
      '404 with the same body but for ids of the request; the claim stays open, and its own agent may still speak.',
    control: 'SIG-001',
    async run(world, trial) {
      const conversation = await world.converse(trial)
      const other = await world.converse(trial)
      const { agent, place } = conversation
      const decline = (thr: string, aud: string) =>
        other.agent.sign(
          'decline',
          { ...place, thr },
          {
            ...query(conversation),
            ...{ menuId: conversation.payload['menu'].menuId, nothingAcceptable: true },
          },
          { aud },
        )
      const nowhere = trial.seeded.id()
      const strangers = [agent.addressing.aud, 'https://other.example'].map((aud) => ({
        foreign: decline(place.thr, aud),
        unknown: decline(nowhere, aud),
      }))
      for (const { foreign, unknown } of strangers) {
        const [known, none] = [await other.agent.post(foreign), await other.agent.post(unknown)]
        trial.holds('the bodies are the same', bodyOf(known) === bodyOf(none), 'they differ')
      }
      await refusesEach(world, trial, conversation, {
        hostile: strangers.map(({ foreign }) => ({
          defect: 'an answer by a stranger to the thread',
          refusal: refusalOf('not-found'),
          jws: foreign,
        })),
        good: agent.sign('query', place, query(conversation)),
        answer: '200 status',
      })
    },
  },
  {
    role: 'server',
    id: 'SRV-212',
    level: 'MUST',
    clause: 'PRB-03',
    title: 'what is unknown and what is another’s look alike',
    sends: 'The other creditor asks for a claim of the first one, and for one that does not exist.',
    expects: '404 with the same body but for ids of the request.',
    async run(world, trial) {
      const office = world.otherOffice(trial)
      const { issued } = await world.converse(trial)
      const bodies: string[] = []
      for (const id of [issued.id, `pr_${'0'.repeat(26)}`]) {
        for (const path of ['', '/evidence', '/events']) {
          const reply = await office.call(`/v1/payment-requests/${id}${path}`)
          trial.same(
            `${id === issued.id ? 'another’s' : 'unknown'}${path}`,
            saidBy(reply),
            '404 not-found',
          )
          bodies.push(bodyOf(reply))
        }
      }
      const [foreign, unknown] = [bodies.slice(0, 3), bodies.slice(3)]
      trial.holds('the bodies are the same', foreign.join() === unknown.join(), 'they differ')
      const list = await office.call('/v1/payment-requests?limit=100')
      const ids = (list.json?.data ?? []).map(({ id }: { id: string }) => id)
      trial.holds('the list of the other creditor lacks it', !ids.includes(issued.id))
      const cancelled = await office.call(`/v1/payment-requests/${issued.id}/cancel`, {
        body: { reason: 'DT01' },
      })
      trial.same('withdrawing it', saidBy(cancelled), '404 not-found')
    },
  },
  {
    role: 'server',
    id: 'SRV-210',
    level: 'MUST',
    clause: 'THR-05',
    also: ['EVI-04'],
    title: 'two messages under one place prove that the sender equivocates',
    sends: 'A query, then another message under the same place.',
    expects: 'The second is refused (equivocation), has no effect, and is kept as proof.',
    control: 'SIG-001',
    async run(world, trial) {
      const conversation = await world.converse(trial)
      const { agent, place, issued } = conversation
      const first = await agent.post(agent.sign('query', place, query(conversation)))
      trial.same('the first message', saidBy(first), '200 status')
      const second = agent.sign('dispute', place, {
        ...query(conversation),
        disputed: { value: '20.00', currency: 'EUR' },
        reason: { code: 'amount-wrong' },
      })
      trial.same('the second', saidBy(await agent.post(second)), refusalOf('equivocation'))
      const claim = await world.read(trial, issued.id)
      trial.same('what is disputed', claim.disputed.value, '0.00')
      const evidence = await world.office(trial).call(`/v1/payment-requests/${issued.id}/evidence`)
      if (evidence.status !== 200) throw new CaseIncomplete('the evidence could not be read')
      const text = JSON.stringify(evidence.json?.equivocations ?? [])
      trial.holds('the proof has the second message', text.includes(second), 'it does not')
    },
  },
  {
    role: 'server',
    id: 'SIG-002',
    level: 'MUST',
    clause: 'SIG-18',
    title: 'iat 60 seconds ahead is taken',
    sends: 'A query whose iat lies 5, then 60 seconds ahead of the server’s clock.',
    expects: 'Both are answered: clocks differ a little.',
    async run(world, trial) {
      for (const ahead of world.target.clockFile === undefined ? [5] : [5, 60]) {
        const conversation = await world.converse(trial)
        const good = await goodQuery(world, trial, conversation)
        const iat = good.now + ahead
        const jws = conversation.agent.sign('query', conversation.place, query(conversation), {
          iat,
        })
        trial.same(`${ahead} s ahead`, saidBy(await conversation.agent.post(jws)), '200 status')
      }
    },
  },
  {
    role: 'server',
    id: 'SIG-054',
    level: 'SHOULD',
    clause: 'SIG-11',
    title: 'Ed25519 is verified',
    sends: 'An agent with an Ed25519 key enrols and asks.',
    expects: 'It is enrolled, and answered.',
    async run(world, trial) {
      const parts = world.agentParts(trial)
      const activationCode = await world.newCode(trial, await world.newDebtor(trial))
      const key = await drawKey(trial.seeded, 'Ed25519')
      const reply = await postEnrolment(parts, signEnrolment(parts, key, { activationCode }))
      trial.same('its enrolment', saidBy(reply), '201 enrolled')
      const conversation = await world.converse(trial, { alg: 'Ed25519' })
      const jws = conversation.agent.sign('query', conversation.place, query(conversation))
      trial.same('the query', saidBy(await conversation.agent.post(jws)), '200 status')
    },
  },
  {
    role: 'server',
    id: 'SIG-058',
    level: 'MUST',
    clause: 'MSG-01',
    also: ['MSG-02'],
    title: 'a payload that breaks the schema of its kind',
    sends:
      'Disputes with a member of the wrong type, without a member, with a code that is none, with an amount that ' +
      'has a member more.',
    expects: '400 schema with the pointer of the fault; nothing changes.',
    control: 'SIG-042',
    async run(world, trial) {
      const conversation = await world.converse(trial)
      const { agent, place, issued } = conversation
      const good = {
        ...query(conversation),
        disputed: { value: '20.00', currency: 'EUR' },
        reason: { code: 'amount-wrong' },
      }
      const before = JSON.stringify(await world.read(trial, issued.id))
      const spoilt: Readonly<Record<string, [object, string]>> = {
        'an amount as number': [{ disputed: { value: 20, currency: 'EUR' } }, '/disputed/value'],
        'an amount with a member more': [
          { disputed: { ...good.disputed, later: true } },
          '/disputed/later',
        ],
        'no reason': [{ reason: undefined }, '/reason'],
        'a reason without code': [{ reason: {} }, '/reason/code'],
        'a code with a blank': [{ reason: { code: 'a b' } }, '/reason/code'],
      }
      for (const [defect, [change, pointer]] of Object.entries(spoilt)) {
        const reply = await agent.post(agent.sign('dispute', place, { ...good, ...change }))
        trial.same(defect, saidBy(reply), refusalOf('schema'))
        const [first] = reply.json?.errors ?? []
        trial.holds(
          `${defect}: the pointer leads there`,
          pointer.startsWith(String(first?.pointer ?? '?')),
          String(first?.pointer),
        )
      }
      const after = JSON.stringify(await world.read(trial, issued.id))
      trial.holds('the claim is as before', before === after)
      trial.same(
        'the control',
        saidBy(await agent.post(agent.sign('dispute', place, good))),
        '200 status',
      )
    },
  },
  {
    role: 'server',
    id: 'SIG-059',
    level: 'MUST',
    clause: 'PTY-02',
    title: 'an agent is named by the thumbprint of its key',
    sends: 'Nothing: it looks at how the request addresses the agent.',
    expects: 'aud is the RFC 9278 URI of the key that enrolled; sub is no data of the debtor.',
    async run(world, trial) {
      const { agent, payload } = await world.converse(trial)
      trial.holds('aud is the thumbprint URI', payload['aud'] === thumbprintUri(agent.key))
      trial.holds('sub is the one of the enrolment', payload['sub'] === agent.enrolled['sub'])
    },
  },
]
