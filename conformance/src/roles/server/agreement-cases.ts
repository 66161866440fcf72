// From an answer to one agreement of both sides.
import { refusalOf } from '../../catalogue/refusals.ts'
import { after } from '../../play/agent.ts'
import { signAccept, signCounter, signDecline } from '../../play/answers.ts'
import type { Case } from '../../run/case.ts'
import { plusDays } from '../../wire/days.ts'
import { planOf } from '../../wire/plan.ts'
import { refusesEach, stateOf } from './refuses.ts'
import { AGREED, agree, answering, keysOf, rowOf, signersOf } from './talk.ts'
import { type ServerWorld, saidBy } from './world.ts'

export const agreementCases: readonly Case<ServerWorld>[] = [
  {
    role: 'server',
    id: 'SRV-201',
    level: 'MUST',
    clause: 'AGR-01',
    title: 'both sides derive the same agreement and sign it',
    sends: 'An accept of the first row of the menu.',
    expects: 'The agreement: the very bytes that the agent derived, with two good signatures.',
    async run(world, trial) {
      const { agent, signed, derived, agreement, issued } = await agree(world, trial)
      const bytes = Buffer.from(signed.payload, 'base64url').toString()
      trial.holds('the bytes are those that the agent derived', bytes === derived, 'other bytes')
      const keys = new Map([...keysOf(world)].map(([kid, { key }]) => [kid, key]))
      keys.set(agent.key.kid, agent.key.publicKey)
      const signers = await signersOf(signed, keys)
      trial.same('signatures', signed.signatures.length, 2)
      trial.holds('one is the agent’s', signers.includes(agent.key.kid))
      trial.same('good ones', new Set(signers).size, 2)
      const claim = await world.read(trial, issued.id)
      trial.holds(
        'the API shows it',
        JSON.stringify(claim.agreement).includes(agreement.agreementId),
      )
      trial.same('conversation', claim.conversation, 'agreed')
    },
  },
  {
    role: 'server',
    id: 'SRV-205',
    level: 'MUST',
    clause: 'NEG-15',
    title: 'an answer that names another plan than it says',
    sends: 'Accepts with the hash of another plan, an unknown menu, row and day.',
    expects: 'plan-hash-mismatch, menu-unknown, row-unknown, date-outside-window; nothing changes.',
    control: 'SRV-201',
    async run(world, trial) {
      const conversation = await world.converse(trial)
      const talk = answering(world, trial, conversation)
      const { menu } = talk.request
      const row = rowOf(menu)
      const offer = { menu, row }
      const late = plusDays(row.firstDueTo, 1)
      await refusesEach(world, trial, conversation, {
        hostile: [
          {
            defect: 'another plan hash',
            refusal: refusalOf('plan-hash-mismatch'),
            jws: signAccept(talk, offer, { members: { planHash: 'A'.repeat(43) } }).jws,
          },
          {
            defect: 'a menu that was never sent',
            refusal: refusalOf('menu-unknown'),
            jws: signAccept(talk, offer, { members: { menuId: 'no-such-menu' } }).jws,
          },
          {
            defect: 'a row that the menu has not',
            refusal: refusalOf('row-unknown'),
            jws: signAccept(talk, offer, { members: { rowId: 'no-such-row' } }).jws,
          },
          {
            defect: 'the day after the window',
            refusal: refusalOf('date-outside-window'),
            jws: signAccept(talk, { ...offer, day: late }).jws,
          },
          {
            defect: 'the day before the window',
            refusal: refusalOf('date-outside-window'),
            jws: signAccept(talk, { ...offer, day: plusDays(row.firstDueFrom, -1) }).jws,
          },
        ],
        good: signAccept(talk, offer).jws,
        answer: AGREED,
      })
    },
  },
  {
    role: 'server',
    id: 'SRV-220',
    level: 'MUST',
    clause: 'AGR-04',
    title: 'the agent’s signature is over the agreement that follows, or the answer is refused',
    sends:
      'Accepts whose agreement has another account, amount, day or creditor, or is signed by a stranger.',
    expects: '422 agreement-mismatch; nothing changes.',
    control: 'SRV-201',
    async run(world, trial) {
      const conversation = await world.converse(trial)
      const talk = answering(world, trial, conversation)
      const { menu, creditor } = talk.request
      const offer = { menu, row: rowOf(menu) }
      const changes: Readonly<Record<string, (text: string) => string>> = {
        'another account': (text) => text.replaceAll(creditor.account.iban, 'NL20INGB0001234567'),
        'another total': (text) =>
          text.replace('"total":{"value":"120.00"', '"total":{"value":"12.00"'),
        'another name of the creditor': (text) => text.replace(creditor.name, 'Another'),
        'another reference': (text) =>
          text.replace(talk.request.remittance.reference, 'RF18539007547034'),
        'one more blank': (text) => text.replace(',"lines"', ', "lines"'),
      }
      await refusesEach(world, trial, conversation, {
        hostile: Object.entries(changes).map(([defect, agreement]) => ({
          defect,
          refusal: refusalOf('agreement-mismatch'),
          jws: signAccept(talk, offer, { agreement }).jws,
        })),
        good: signAccept(talk, offer).jws,
        answer: AGREED,
      })
    },
  },
  {
    role: 'server',
    id: 'SRV-206',
    level: 'MUST',
    clause: 'NEG-11',
    title: 'twenty accepts at once make one agreement',
    sends: 'Twenty accepts of the same offer at once, each another message.',
    expects: 'One agreement; the others are refused with 409.',
    async run(world, trial) {
      const conversation = await world.converse(trial)
      const talk = answering(world, trial, conversation)
      const { menu } = talk.request
      const answers = Array.from({ length: 20 }, () => signAccept(talk, { menu, row: rowOf(menu) }))
      const replies = await Promise.all(answers.map(({ jws }) => conversation.agent.post(jws)))
      const agreed = replies.filter(({ status }) => status === 200)
      trial.same('agreements', agreed.length, 1)
      const others = new Set(
        replies.filter(({ status }) => status !== 200).map(({ status }) => status),
      )
      trial.same('what the others get', [...others], [409])
      const claim = await world.read(trial, conversation.issued.id)
      trial.same('conversation', claim.conversation, 'agreed')
    },
  },
  {
    role: 'server',
    id: 'SRV-207',
    level: 'MUST',
    clause: 'NEG-11',
    title: 'accept and decline at once: one wins',
    sends: 'An accept and a decline of everything at the same time, six times.',
    expects: 'One is taken, the other refused with 409, and the claim shows the one.',
    async run(world, trial) {
      for (const round of [1, 2, 3, 4, 5, 6]) {
        const conversation = await world.converse(trial)
        const talk = answering(world, trial, conversation)
        const { menu } = talk.request
        const [accepted, declined] = await Promise.all([
          conversation.agent.post(signAccept(talk, { menu, row: rowOf(menu) }).jws),
          conversation.agent.post(signDecline(talk, menu, true)),
        ])
        const statuses = [accepted.status, declined.status].sort()
        trial.same(`round ${round}`, statuses, [200, 409])
        const { conversation: state } = await world.read(trial, conversation.issued.id)
        const shown = state === 'agreed' ? 'agreed' : 'not agreed'
        trial.holds(`round ${round}: the claim`, (shown === 'agreed') === (accepted.status === 200))
      }
    },
  },
  {
    role: 'server',
    id: 'SRV-208',
    level: 'MUST',
    clause: 'NEG-11',
    title: 'accept and withdrawal at once: one wins',
    sends: 'An accept, and the creditor’s withdrawal of the request, at the same time, six times.',
    expects: 'Either is stored first; never is a claim agreed by an accept that came second.',
    async run(world, trial) {
      for (const round of [1, 2, 3, 4, 5, 6]) {
        const conversation = await world.converse(trial)
        const talk = answering(world, trial, conversation)
        const { menu } = talk.request
        const office = world.office(trial)
        const [accepted, cancelled] = await Promise.all([
          conversation.agent.post(signAccept(talk, { menu, row: rowOf(menu) }).jws),
          office.call(`/v1/payment-requests/${conversation.issued.id}/cancel`, {
            body: { reason: 'DT01' },
          }),
        ])
        const claim = await world.read(trial, conversation.issued.id)
        trial.holds(
          `round ${round}: the withdrawal is taken or refused`,
          ['200', '409 agreement-exists'].includes(saidBy(cancelled).replace(/ app.*/, '')),
          saidBy(cancelled),
        )
        const story = `${accepted.status === 200 ? 'agreed' : 'refused'} ${cancelled.status === 200 ? 'cancelled' : 'kept'}`
        trial.holds(
          `round ${round}: one of the two counts`,
          ['agreed kept', 'refused cancelled'].includes(story),
          story,
        )
        const shown = claim.claim === 'cancelled' ? 'refused cancelled' : 'agreed kept'
        trial.same(`round ${round}: the claim shows it`, shown, story)
      }
    },
  },
  {
    role: 'server',
    id: 'SRV-209',
    level: 'MUST',
    clause: 'NEG-11',
    title: 'after an agreement there is no answer',
    sends: 'Accept, counter and decline after the agreement.',
    expects: '409 agreement-exists for each; the agreement stays.',
    control: 'SRV-201',
    async run(world, trial) {
      const agreed = await agree(world, trial)
      const { agent, issued, payload } = agreed
      const last = await agent.post(
        agent.sign('query', agreed.next, { requestId: payload['requestId'] }),
      )
      trial.same('the control: a query is answered', saidBy(last), '200 status')
      const talk = answering(world, trial, { ...agreed, place: after(last.text) })
      const { menu } = talk.request
      const before = await stateOf(world, trial, issued.id, () => agent.pull())
      const answers = {
        accept: signAccept(talk, { menu, row: rowOf(menu) }).jws,
        counter: signCounter(talk, planOf(rowOf(menu), rowOf(menu).firstDueFrom)).jws,
        decline: signDecline(talk, menu, true),
      }
      for (const [kind, jws] of Object.entries(answers)) {
        trial.same(kind, saidBy(await agent.post(jws)), refusalOf('agreement-exists'))
      }
      const later = await stateOf(world, trial, issued.id, () => agent.pull())
      trial.holds('nothing has changed', before === later)
    },
  },
  {
    role: 'server',
    id: 'SRV-237',
    level: 'MUST',
    clause: 'NEG-01',
    title: 'an accept that came before the withdrawal is kept',
    sends: 'An accept; then the creditor tries to withdraw without naming the agreement.',
    expects: 'The agreement stands, or is ended by naming it: never silently.',
    async run(world, trial) {
      const { issued, agreement } = await agree(world, trial)
      const reply = await world.office(trial).call(`/v1/payment-requests/${issued.id}/cancel`, {
        body: { reason: 'DT01' },
      })
      trial.same('the withdrawal', saidBy(reply), refusalOf('agreement-exists'))
      const claim = await world.read(trial, issued.id)
      trial.same('the claim', claim.claim, 'open')
      trial.holds(
        'the agreement stands',
        JSON.stringify(claim.agreement).includes(agreement.agreementId),
      )
    },
  },
]
