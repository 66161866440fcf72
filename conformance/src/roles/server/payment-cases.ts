// What a bank may do at the creditor's server: leases, reports, and the money itself.
import { refusalOf } from '../../catalogue/refusals.ts'
import { after } from '../../play/agent.ts'
import type { PlayedBank } from '../../play/bank.ts'
import type { Case } from '../../run/case.ts'
import type { Trial } from '../../run/trial.ts'
import type { Reply } from '../../wire/client.ts'
import { decodeJws, sha256 } from '../../wire/jws.ts'
import { type Agreed, agree, awaited, pay, withBank } from './talk.ts'
import { bodyOf, type ServerWorld, saidBy } from './world.ts'

interface Lease {
  readonly granted: boolean
  readonly fencing?: number
  readonly until?: number
  readonly reason?: { readonly code: string }
}

const leaseIn = ({ text }: Reply) => decodeJws(text)?.payload['lease'] as Lease | undefined

/** Asks for the lease of line 1 and expects it. */
async function takeLease(trial: Trial, bank: PlayedBank, { agreement }: Agreed) {
  const reply = await bank.post(bank.sign({ agreement, status: 'ACCP' }))
  trial.same('the lease', saidBy(reply), '200 status')
  const lease = leaseIn(reply)
  trial.same('it is granted', lease?.granted, true)
  return { fencing: lease?.fencing ?? 0, until: lease?.until ?? 0, place: after(reply.text), reply }
}

const agreeWith = (world: ServerWorld, trial: Trial, bank: PlayedBank) =>
  agree(world, trial, { bank: bank.host.origin })

export const paymentCases: readonly Case<ServerWorld>[] = [
  {
    role: 'server',
    id: 'SRV-238',
    level: 'MUST',
    clause: 'PAY-02',
    title: 'a line has one live lease at most',
    sends: 'The bank asks for the lease of a line, and again; the lease runs out; and again.',
    expects:
      'Granted with a fencing number and an end; not granted while it lives; a higher number afterwards.',
    run: (world, trial) =>
      withBank(world, trial, async (bank) => {
        const agreed = await agreeWith(world, trial, bank)
        const { agreement } = agreed
        const first = await takeLease(trial, bank, agreed)
        trial.holds('it has a fencing number', first.fencing >= 1)
        trial.holds('it has an end', first.until > world.now())
        const again = await bank.post(bank.sign({ agreement, status: 'ACCP', place: first.place }))
        trial.same('while it lives', leaseIn(again)?.granted, false)
        if (world.target.clockFile === undefined) return
        world.goTo(first.until + 1)
        const later = await bank.post(
          bank.sign({ agreement, status: 'ACCP', place: after(again.text) }),
        )
        trial.same('after its end', leaseIn(later)?.granted, true)
        trial.holds('the number rises', (leaseIn(later)?.fencing ?? 0) > first.fencing)
      }),
  },
  {
    role: 'server',
    id: 'SRV-239',
    level: 'MUST',
    clause: 'PAY-06',
    title: 'a report carries the fencing number of the lease',
    sends: 'Reports with another number, and with none; then with the right one.',
    expects: '409 lease-fencing; the right one is taken.',
    control: 'SRV-238',
    run: (world, trial) =>
      withBank(world, trial, async (bank) => {
        const agreed = await agreeWith(world, trial, bank)
        const { agreement } = agreed
        const { fencing, place } = await takeLease(trial, bank, agreed)
        const report = (number?: number) =>
          bank.sign({
            ...{ agreement, status: 'PDNG', place },
            ...(number === undefined ? {} : { fencing: number }),
          })
        trial.same(
          'another number',
          saidBy(await bank.post(report(fencing + 1))),
          refusalOf('lease-fencing'),
        )
        trial.same('no number', saidBy(await bank.post(report())), refusalOf('lease-fencing'))
        trial.same(
          'the control: the right one',
          saidBy(await bank.post(report(fencing))),
          '200 status',
        )
      }),
  },
  {
    role: 'server',
    id: 'SRV-240',
    level: 'MUST',
    clause: 'PAY-01',
    title: 'only the bank that the agreement names',
    sends: 'Another bank, and one where the agreement names none, asks for the lease.',
    also: ['PRB-03'],
    expects: '404, as for an agreement that does not exist; the named bank gets it afterwards.',
    control: 'SRV-238',
    run: (world, trial) =>
      withBank(world, trial, (bank) =>
        withBank(world, trial, async (other) => {
          const agreed = await agreeWith(world, trial, bank)
          const { agreement } = agreed
          const stranger = await other.post(other.sign({ agreement, status: 'ACCP' }))
          trial.same('another bank', saidBy(stranger), refusalOf('not-found'))
          const none = { ...agreement, agreementId: sha256('an agreement of nobody') }
          const unknown = await other.post(other.sign({ agreement: none, status: 'ACCP' }))
          trial.holds(
            'the bodies are the same',
            bodyOf(stranger) === bodyOf(unknown),
            'they differ',
          )
          const unnamed = await agree(world, trial)
          const nobody = await bank.post(
            bank.sign({ agreement: unnamed.agreement, status: 'ACCP' }),
          )
          trial.same('an agreement without a bank', saidBy(nobody), refusalOf('not-found'))
          await takeLease(trial, bank, agreed)
        }),
      ),
  },
  {
    role: 'server',
    id: 'SRV-241',
    level: 'MUST',
    clause: 'PAY-04',
    title: 'amount and name of a payment are those of the agreement',
    sends: 'Requests for a lease over another amount, currency, line, end-to-end id.',
    expects:
      'amount-invalid, currency-mismatch, line-unknown; the right one is granted afterwards.',
    control: 'SRV-238',
    run: (world, trial) =>
      withBank(world, trial, async (bank) => {
        const agreed = await agreeWith(world, trial, bank)
        const { agreement } = agreed
        const spoilt: Readonly<Record<string, [object, string]>> = {
          'a cent more': [{ amount: { value: '120.01', currency: 'EUR' } }, '422 amount-invalid'],
          'another currency': [
            { amount: { value: '120.00', currency: 'USD' } },
            refusalOf('currency-mismatch'),
          ],
          'another end-to-end id': [{ endToEndId: 'ANOTHER-1' }, '422 line-unknown'],
        }
        for (const [defect, [members, refusal]] of Object.entries(spoilt)) {
          const jws = bank.sign({ agreement, status: 'ACCP', members })
          trial.same(defect, saidBy(await bank.post(jws)), refusal)
        }
        await takeLease(trial, bank, agreed)
      }),
  },
  {
    role: 'server',
    id: 'SRV-242',
    level: 'MUST',
    clause: 'PAY-10',
    title: 'ACSC is a claim of the bank, the account decides',
    sends: 'ACSC under a lease; then the money, by a bank statement.',
    expects:
      'After ACSC all is outstanding still; after the statement nothing, and the agent has a receipt.',
    run: (world, trial) =>
      withBank(world, trial, async (bank) => {
        const agreed = await agreeWith(world, trial, bank)
        const { agreement, issued, agent } = agreed
        const { fencing, place } = await takeLease(trial, bank, agreed)
        const told = await bank.post(bank.sign({ agreement, status: 'ACSC', fencing, place }))
        trial.same('ACSC', saidBy(told), '200 status')
        const before = await world.read(trial, issued.id)
        trial.same('outstanding after ACSC', before.outstanding.value, '120.00')
        trial.same('the claim after ACSC', before.claim, 'open')
        await pay(world, trial, agreed, { amount: '120.00' })
        const settled = await world.read(trial, issued.id)
        trial.same('the claim after the money', settled.claim, 'settled')
        const receipt = await awaited(agent, 'receipt')
        trial.holds('the agent has a receipt', receipt !== undefined)
        const said = decodeJws(receipt ?? '')?.payload
        trial.same('what it says is outstanding', said?.['outstanding'], {
          value: '0.00',
          currency: 'EUR',
        })
      }),
  },
  {
    role: 'server',
    id: 'SRV-243',
    level: 'MUST',
    clause: 'PAY-03',
    title: 'no lease for what is paid, disputed or withdrawn',
    sends:
      'The bank asks for a lease after the money came, after a dispute over all, after the withdrawal.',
    expects: 'An answer without a grant, each with its reason.',
    control: 'SRV-238',
    run: (world, trial) =>
      withBank(world, trial, async (bank) => {
        const office = world.office(trial)
        const ends: Readonly<Record<string, (agreed: Agreed) => Promise<void>>> = {
          paid: (agreed) => pay(world, trial, agreed, { amount: '120.00' }),
          disputed: async ({ agent, next, payload }) => {
            const amount = { value: '120.00', currency: 'EUR' }
            const dispute = agent.sign('dispute', next, {
              ...{ requestId: payload['requestId'], disputed: amount },
              reason: { code: 'not-received' },
            })
            trial.same('the dispute', saidBy(await agent.post(dispute)), '200 status')
          },
          withdrawn: async ({ issued, agreement }) => {
            const body = { reason: 'DT01', agreementId: agreement.agreementId }
            const reply = await office.call(`/v1/payment-requests/${issued.id}/cancel`, { body })
            trial.same('the withdrawal', reply.status, 200)
          },
        }
        for (const [state, end] of Object.entries(ends)) {
          const agreed = await agreeWith(world, trial, bank)
          await end(agreed)
          const reply = await bank.post(bank.sign({ agreement: agreed.agreement, status: 'ACCP' }))
          trial.same(`a lease for what is ${state}`, leaseIn(reply)?.granted, false)
          trial.holds(`why: ${state}`, leaseIn(reply)?.reason !== undefined)
        }
      }),
  },
  {
    role: 'server',
    id: 'SRV-244',
    level: 'MUST',
    clause: 'PAY-05',
    title: 'a line whose outcome is open is not leased again',
    sends: 'PDNG under a lease; the lease runs out; another request for a lease.',
    expects: 'Not granted.',
    control: 'SRV-238',
    run: (world, trial) =>
      withBank(world, trial, async (bank) => {
        const agreed = await agreeWith(world, trial, bank)
        const { agreement } = agreed
        const { fencing, place, until } = await takeLease(trial, bank, agreed)
        const open = await bank.post(bank.sign({ agreement, status: 'PDNG', fencing, place }))
        trial.same('PDNG', saidBy(open), '200 status')
        world.goTo(until + 1)
        const again = await bank.post(
          bank.sign({ agreement, status: 'ACCP', place: after(open.text) }),
        )
        trial.same('another lease', leaseIn(again)?.granted, false)
      }),
  },
  {
    role: 'server',
    id: 'SRV-224',
    level: 'MUST',
    clause: 'PAY-11',
    title: 'money is credited whatever the state, each booking once',
    sends: 'The same statement twice; then more money after the claim is settled.',
    expects: 'The first counts once; the rest is owed to the debtor, who is told by a credit.',
    async run(world, trial) {
      const agreed = await agree(world, trial)
      const { issued, agent } = agreed
      const id = trial.seeded.id()
      for (const time of ['first', 'second']) {
        await pay(world, trial, agreed, { amount: '50.00', id })
        const claim = await world.read(trial, issued.id)
        trial.same(`outstanding after the ${time} time`, claim.outstanding.value, '70.00')
      }
      await pay(world, trial, agreed, { amount: '100.00' })
      const claim = await world.read(trial, issued.id)
      trial.same('the claim', claim.claim, 'settled')
      trial.same('what is over', claim.overpaid.value, '30.00')
      const credit = await awaited(agent, 'credit')
      trial.holds('the agent is told by a credit', credit !== undefined)
      const said = decodeJws(credit ?? '')?.payload
      trial.same('its amount', said?.['amount'], { value: '30.00', currency: 'EUR' })
      const choices = (said?.['choices'] ?? []) as string[]
      trial.holds('refund-to-origin is a choice (CRD-01)', choices.includes('refund-to-origin'))
    },
  },
  {
    role: 'server',
    id: 'SRV-222',
    level: 'MUST',
    clause: 'REV-02',
    title: 'what is agreed or paid is not opened again',
    sends: 'Revisions of a claim that is agreed, and of one that is paid.',
    expects: '409 agreement-exists, and 409 for the paid one; both stay as they are.',
    control: 'SRV-204',
    async run(world, trial) {
      const office = world.office(trial)
      const body = { amount: { value: '99.00', currency: 'EUR' } }
      const agreed = await agree(world, trial)
      const path = `/v1/payment-requests/${agreed.issued.id}/revisions`
      trial.same(
        'the agreed one',
        saidBy(await office.call(path, { body })),
        refusalOf('agreement-exists'),
      )
      await pay(world, trial, agreed, { amount: '120.00' })
      const paid = await office.call(path, { body })
      trial.same('the paid one', paid.status, 409)
      trial.same('the claim', (await world.read(trial, agreed.issued.id)).claim, 'settled')
    },
  },
  {
    role: 'server',
    id: 'SRV-223',
    level: 'MUST',
    clause: 'THR-06',
    title: 'money that settles an open claim ends its conversation',
    sends: 'All of the money, before anybody has answered; then a query.',
    expects: 'A receipt in the thread; the query is answered: settled, nothing outstanding.',
    async run(world, trial) {
      const conversation = await world.converse(trial)
      const { agent, payload } = conversation
      await pay(world, trial, conversation, { amount: '120.00' })
      const receipt = await awaited(agent, 'receipt')
      trial.holds('there is a receipt', receipt !== undefined)
      const asked = agent.sign('query', after(receipt ?? ''), { requestId: payload['requestId'] })
      const reply = await agent.post(asked)
      trial.same('the query', saidBy(reply), '200 status')
      const said = decodeJws(reply.text)?.payload
      trial.same('the claim', said?.['claim'], 'settled')
      trial.same('outstanding', said?.['outstanding'], { value: '0.00', currency: 'EUR' })
    },
  },
]
