// Offers, answers and agreements.
import { refusalOf } from '../../catalogue/refusals.ts'
import { after } from '../../play/agent.ts'
import {
  type Menu,
  type OfferedRequest,
  signAccept,
  signCounter,
  signDecline,
} from '../../play/answers.ts'
import type { Case } from '../../run/case.ts'
import { CaseIncomplete } from '../../run/verdicts.ts'
import type { Reply } from '../../wire/client.ts'
import { plusDays } from '../../wire/days.ts'
import { envelopeRows } from '../../wire/envelope.ts'
import { decodeJws } from '../../wire/jws.ts'
import { type Amount, amountOf, minorOf } from '../../wire/money.ts'
import { type MenuRow, type PlanTerms, partsOf, planOf } from '../../wire/plan.ts'
import { refusesEach, stateOf } from './refuses.ts'
import { agree, answering, keysOf, newest, rowOf, signersOf } from './talk.ts'
import { type Conversation, type ServerWorld, saidBy } from './world.ts'

const AGREED = '200 application/jose+json'

const payloadIn = ({ text }: Pick<Reply, 'text'>) => decodeJws(text)?.payload ?? {}
const menuIn = (reply: Reply) => payloadIn(reply)['menu'] as Menu

/** Every plan of a row, as keys: `<row without window>/<day>`. */
function* plansOf({ rows }: Pick<Menu, 'rows'>): Generator<string> {
  for (const row of rows) {
    for (let day = row.firstDueFrom; day <= row.firstDueTo; day = plusDays(day, 1)) {
      yield JSON.stringify(planOf(row, day))
    }
  }
}

/** Declines until the final menu, and returns every menu with the place after the last. */
async function everyMenu(world: ServerWorld, conversation: Conversation) {
  const { agent, payload } = conversation
  const menus = [payload['menu'] as Menu]
  let { place } = conversation
  while (menus.at(-1)?.final !== true) {
    const request = payload as unknown as OfferedRequest
    const talk = { agent, seeded: {} as never, now: world.now(), request, place }
    const reply = await agent.post(signDecline(talk, menus.at(-1) as Menu, false))
    if (saidBy(reply) !== '200 menu') {
      throw new CaseIncomplete(`a decline got ${saidBy(reply)}, not the next menu`)
    }
    menus.push(menuIn(reply))
    place = after(reply.text)
    if (menus.length > 6) break
  }
  return { menus, place }
}

/** A plan outside of the policy: the same as the row's, but far too late. */
const tooLate = (row: MenuRow): PlanTerms => planOf(row, plusDays(row.firstDueTo, 400))

export const negotiationCases: readonly Case<ServerWorld>[] = [
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
    id: 'SRV-202',
    level: 'MUST',
    clause: 'NEG-07',
    title: 'a counter inside the policy is agreed to',
    sends:
      'A counter with a plan in instalments that the envelope has, and the first menu has not.',
    expects: 'The agreement; its lines sum to the total, what is left over in the first.',
    async run(world, trial) {
      const conversation = await world.converse(trial, { value: '100.01' })
      const talk = answering(world, trial, conversation)
      const { menu, amount } = talk.request
      if (menu.envelope === undefined) {
        throw new CaseIncomplete('the menu has no envelope: publish it in the policy')
      }
      const rows = envelopeRows(amount, menu.envelope)
      const row = rows.find(({ instalments }) => instalments === 3) ?? rows.at(-1)
      if (row === undefined) throw new CaseIncomplete('the envelope has no row')
      const answer = signCounter(talk, planOf(row, row.firstDueTo))
      const reply = await conversation.agent.post(answer.jws)
      trial.same('the counter', saidBy(reply), AGREED)
      const { payload } = JSON.parse(reply.text)
      const agreement = JSON.parse(Buffer.from(payload, 'base64url').toString())
      const parts = partsOf(amount, row).map((minor) => amountOf(minor, 'EUR').value)
      trial.same(
        'the lines',
        agreement.lines.map((line: { amount: Amount }) => line.amount.value),
        parts,
      )
      const sum = agreement.lines.reduce(
        (total: bigint, line: { amount: Amount }) => total + minorOf(line.amount),
        0n,
      )
      trial.same('their sum', String(sum), String(minorOf(agreement.total)))
    },
  },
  {
    role: 'server',
    id: 'SRV-203',
    level: 'MUST',
    clause: 'NEG-09',
    title: 'a negotiation without agreement ends with a status',
    sends: 'A decline: nothing is acceptable.',
    expects: 'A status: refused or impasse, and the next step.',
    async run(world, trial) {
      const conversation = await world.converse(trial)
      const talk = answering(world, trial, conversation)
      const reply = await conversation.agent.post(signDecline(talk, talk.request.menu, true))
      trial.same('the decline', saidBy(reply), '200 status')
      const said = payloadIn(reply)
      trial.holds(
        'conversation',
        ['refused', 'impasse'].includes(String(said['conversation'])),
        String(said['conversation']),
      )
      trial.holds('it says the next step', said['nextStep'] !== undefined)
      trial.same('the claim', said['claim'], 'open')
    },
  },
  {
    role: 'server',
    id: 'SRV-204',
    level: 'MUST',
    clause: 'REV-01',
    title: 'no offer of a former revision can be accepted',
    sends: 'The creditor revises the request; an accept of the menu before it.',
    expects: '409 revision-superseded; nothing changes, and the new menu can be accepted.',
    control: 'SRV-201',
    async run(world, trial) {
      const conversation = await world.converse(trial)
      const { agent, issued } = conversation
      const revised = await world
        .office(trial)
        .call(`/v1/payment-requests/${issued.id}/revisions`, {
          body: { amount: { value: '99.00', currency: 'EUR' }, reason: 'price-corrected' },
        })
      trial.same('the revision', revised.status, 200)
      const request = await newest(agent, 'request')
      if (request === undefined) throw new CaseIncomplete('the revised request did not come')
      const payload = decodeJws(request)?.payload ?? {}
      trial.same('its revision', payload['revision'], 2)
      trial.same('its amount', (payload['amount'] as Amount).value, '99.00')
      const former = answering(world, trial, { ...conversation, place: after(request) })
      const present = answering(world, trial, { agent, payload, place: after(request) })
      const formerMenu = former.request.menu
      const newMenu = present.request.menu
      trial.holds('the new menu has another name', formerMenu.menuId !== newMenu.menuId)
      await refusesEach(world, trial, conversation, {
        hostile: [
          {
            defect: 'a row of the former revision',
            refusal: refusalOf('revision-superseded'),
            jws: signAccept(former, { menu: formerMenu, row: rowOf(formerMenu) }).jws,
          },
        ],
        good: signAccept(present, { menu: newMenu, row: rowOf(newMenu) }).jws,
        answer: AGREED,
      })
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
    id: 'SRV-216',
    level: 'MUST',
    clause: 'NEG-14',
    title: 'a counter that is no plan',
    sends:
      'Counters with an interval for one instalment, none for several, a pay day in weeks, a day that does not exist, lines of nothing.',
    expects: '422 plan-invalid; nothing changes.',
    control: 'SRV-202',
    async run(world, trial) {
      const conversation = await world.converse(trial)
      const talk = answering(world, trial, conversation)
      const { menu } = talk.request
      const row = rowOf(menu)
      const day = row.firstDueFrom
      const plans: Readonly<Record<string, PlanTerms>> = {
        'an interval for one instalment': planOf(
          { instalments: 1, interval: 'P1M', priceBps: 0 },
          day,
        ),
        'no interval for two': planOf({ instalments: 2, interval: null, priceBps: 0 }, day),
        'a pay day in weeks': planOf(
          { instalments: 2, interval: 'P1W', priceBps: 0, payDay: 25 },
          day,
        ),
        'a rebate of everything': planOf(
          { instalments: 2, interval: 'P1M', priceBps: -10_000 },
          day,
        ),
      }
      const hostile = Object.entries(plans).map(([defect, plan]) => ({
        defect,
        refusal: refusalOf('plan-invalid'),
        jws: signCounter(talk, plan).jws,
      }))
      const noDay = {
        defect: 'a day that does not exist',
        refusal: refusalOf('plan-invalid'),
        jws: signCounter(talk, planOf(row, day), {
          members: { plan: planOf(row, '2026-02-30') },
        }).jws,
      }
      await refusesEach(world, trial, conversation, {
        hostile: [...hostile, noDay],
        good: signAccept(talk, { menu, row }).jws,
        answer: AGREED,
      })
    },
  },
  {
    role: 'server',
    id: 'SRV-217',
    level: 'MUST',
    clause: 'NEG-07',
    title: 'a counter outside the policy is not agreed to',
    sends: 'A counter 400 days too late, one for a tenth of the price, one of 60 instalments.',
    expects: 'Each gets the next menu, never an agreement.',
    async run(world, trial) {
      const outside: Readonly<Record<string, (row: MenuRow) => PlanTerms>> = {
        'far too late': tooLate,
        'for a tenth': (row) => ({ ...planOf(row, row.firstDueFrom), priceBps: -9000 }),
        'of 60 instalments': (row) =>
          planOf({ instalments: 60, interval: 'P1M', priceBps: 0 }, row.firstDueFrom),
      }
      for (const [defect, planOfRow] of Object.entries(outside)) {
        const conversation = await world.converse(trial)
        const talk = answering(world, trial, conversation)
        const plan = planOfRow(rowOf(talk.request.menu))
        const reply = await conversation.agent.post(signCounter(talk, plan).jws)
        trial.same(defect, saidBy(reply), '200 menu')
      }
    },
  },
  {
    role: 'server',
    id: 'SRV-218',
    level: 'MUST',
    clause: 'NEG-07',
    title: 'a negotiation ends in bounded rounds',
    sends: 'Counters outside the policy, one after the other.',
    expects:
      'At most six menus and one repetition of the final one; then a status: refused or impasse.',
    async run(world, trial) {
      const conversation = await world.converse(trial)
      let talk = answering(world, trial, conversation)
      const plan = tooLate(rowOf(talk.request.menu))
      const kinds: string[] = []
      for (let round = 0; round < 8 && kinds.at(-1) !== '200 status'; round++) {
        const reply = await conversation.agent.post(signCounter(talk, plan).jws)
        kinds.push(saidBy(reply))
        if (reply.type !== 'application/jose') break
        talk = { ...talk, place: after(reply.text) }
        if (kinds.at(-1) === '200 status') {
          trial.holds(
            'how it ended',
            ['refused', 'impasse'].includes(String(payloadIn(reply)['conversation'])),
          )
        }
      }
      trial.same('the last reply', kinds.at(-1) ?? 'none', '200 status')
      trial.holds('rounds', kinds.length <= 7, `${kinds.length} rounds`)
      trial.same('before it', [...new Set(kinds.slice(0, -1))], ['200 menu'])
    },
  },
  {
    role: 'server',
    id: 'SRV-221',
    level: 'MUST',
    clause: 'NEG-10',
    title: 'an answer after exp of the menu is too late',
    sends: 'The clock goes past exp of the request; then an accept.',
    expects: '410 offer-expired; no agreement.',
    control: 'SRV-201',
    async run(world, trial) {
      const before = world.now()
      const conversation = await world.converse(trial)
      try {
        world.goTo(Number(conversation.payload['exp']) + 1)
        const talk = answering(world, trial, conversation)
        const { menu } = talk.request
        const reply = await conversation.agent.post(
          signAccept(talk, { menu, row: rowOf(menu) }).jws,
        )
        trial.same('the accept', saidBy(reply), refusalOf('offer-expired'))
        const claim = await world.read(trial, conversation.issued.id)
        trial.holds('there is no agreement', claim.agreement === null)
      } finally {
        if (world.target.clockFile !== undefined) world.goTo(before)
      }
    },
  },
  {
    role: 'server',
    id: 'SRV-233',
    level: 'MUST',
    clause: 'NEG-03',
    also: ['NEG-16', 'NEG-04'],
    title: 'a later menu has every plan of the one before',
    sends: 'Declines until the final menu.',
    expects:
      'Each menu has every plan of the former, is the next tier, names the same policy and the same envelope; at most six.',
    async run(world, trial) {
      const conversation = await world.converse(trial, { value: '600.00' })
      const { menus } = await everyMenu(world, conversation)
      trial.holds('menus', menus.length >= 1 && menus.length <= 6, `${menus.length}`)
      const neighbour = (await world.converse(trial)).payload['menu'] as Menu
      trial.holds(
        'another debtor has the same policy',
        neighbour.policyHash === menus[0]?.policyHash,
      )
      trial.same('tiers rise', isRising(menus.map(({ tier }) => tier)), true)
      trial.same('the last is final', menus.at(-1)?.final, true)
      for (const [index, menu] of menus.entries()) {
        const former = menus[index - 1]
        if (former === undefined) continue
        const plans = new Set(plansOf(menu))
        const lost = [...plansOf(former)].filter((plan) => !plans.has(plan))
        trial.same(`plans that menu ${index} lost`, lost.length, 0)
        const isSame = ['policyVersion', 'policyHash', 'envelope'].every(
          (name) =>
            JSON.stringify(menu[name as keyof Menu]) === JSON.stringify(former[name as keyof Menu]),
        )
        trial.holds(`menu ${index} has the policy and envelope of the one before`, isSame)
      }
    },
  },
  {
    role: 'server',
    id: 'SRV-234',
    level: 'MUST',
    clause: 'NEG-17',
    title: 'the final menu has exactly the rows of the envelope',
    sends: 'Declines until the final menu of claims over several amounts.',
    expects:
      'Its rows are those that section 4 derives from the envelope, with their ids and windows.',
    async run(world, trial) {
      for (const value of ['45.00', '120.00', '1234.56']) {
        const conversation = await world.converse(trial, { value })
        const { menus } = await everyMenu(world, conversation)
        const final = menus.at(-1)
        if (final?.envelope === undefined) {
          throw new CaseIncomplete('the final menu has no envelope: publish it in the policy')
        }
        const amount = { value, currency: 'EUR' }
        const wanted = envelopeRows(amount, final.envelope)
        trial.same(
          `rows for ${value}`,
          final.rows.map(({ rowId }) => rowId),
          wanted.map(({ rowId }) => rowId),
        )
        const isSame = final.rows.every((row, index) => {
          const other = wanted[index]
          return row.firstDueFrom === other?.firstDueFrom && row.firstDueTo === other.firstDueTo
        })
        trial.holds(`windows for ${value}`, isSame, 'they differ')
      }
    },
  },
  {
    role: 'server',
    id: 'SRV-226',
    level: 'MUST',
    clause: 'NEG-07',
    title: 'counters are agreed to if and only if the policy has them',
    sends: 'Counters drawn at random around the bounds of the envelope.',
    expects: 'An agreement for those inside, a menu or a status for those outside.',
    async run(world, trial) {
      for (let round = 1; round <= 12; round++) {
        const conversation = await world.converse(trial, { value: '300.00' })
        const talk = answering(world, trial, conversation)
        const { menu, amount } = talk.request
        if (menu.envelope === undefined) throw new CaseIncomplete('the menu has no envelope')
        const rows = envelopeRows(amount, menu.envelope)
        const row = rows[trial.choices.below(rows.length)]
        if (row === undefined) throw new CaseIncomplete('the envelope has no row')
        const edge = trial.choices.below(2) === 0 ? row.firstDueFrom : row.firstDueTo
        const day = plusDays(edge, trial.choices.below(3) - 1)
        const isInside = day >= row.firstDueFrom && day <= row.firstDueTo
        const reply = await conversation.agent.post(signCounter(talk, planOf(row, day)).jws)
        const said = saidBy(reply)
        trial.holds(
          `counter ${round}, ${isInside ? 'inside' : 'outside'}`,
          isInside ? said === AGREED : said === '200 menu' || said === '200 status',
          said,
        )
      }
    },
  },
  {
    role: 'server',
    id: 'SRV-235',
    level: 'MUST',
    clause: 'NEG-18',
    title: 'no plan with a fee where the law does not allow it',
    sends: 'A counter with a fee.',
    expects:
      'No agreement; no row of the menu has a fee either, unless the law that the envelope states allows it.',
    async run(world, trial) {
      const conversation = await world.converse(trial)
      const talk = answering(world, trial, conversation)
      const { menu } = talk.request
      const isFree = menu.envelope?.law?.freeOfChargeOnly !== false
      const fees = menu.rows.filter(({ priceBps }) => priceBps > 0)
      trial.holds('rows with a fee', !isFree || fees.length === 0, `${fees.length}`)
      const row = rowOf(menu)
      const plan = { ...planOf(row, row.firstDueFrom), priceBps: 900 }
      const reply = await conversation.agent.post(signCounter(talk, plan).jws)
      trial.holds('a fee of 9 %', saidBy(reply) !== AGREED, saidBy(reply))
    },
  },
  {
    role: 'server',
    id: 'SRV-236',
    level: 'MUST',
    clause: 'PLN-01',
    title: 'what follows when a line is late is told before',
    sends: 'Nothing: it looks at the request.',
    expects: 'lateTerms.',
    async run(world, trial) {
      const { payload } = await world.converse(trial)
      trial.holds('the request has lateTerms', typeof payload['lateTerms'] === 'object')
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

function isRising(numbers: readonly number[]): boolean {
  return numbers.every((number, index) => index === 0 || number > (numbers[index - 1] ?? number))
}
