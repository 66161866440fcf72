// Both sides change their minds. The creditor moves to another account: nothing is agreed to before the
// person has confirmed it or three days have passed. The person disputes a part, the creditor gives in
// and the agent agrees to the rest. At last the person ends the enrolment, and hears by mail instead.
import assert from 'node:assert/strict'
import { peekClaims } from '@parley/sdk/protocol'
import {
  type EnrolledPerson,
  enrolPerson,
  issueBill,
  readBill,
} from '../support/enrolled-person.ts'
import { type ArrivedMail, openMailBox } from '../support/mail-box.ts'
import { type OwnServer, withOwnServer } from '../support/own-server.ts'

const FORMER_IBAN = 'NL91ABNA0417164300'
const NEXT_IBAN = 'BE68539007547034'
const ANOUK = { name: 'Anouk de Vries', email: 'anouk@example.com' }
const LUC = { name: 'Luc Martin', email: 'luc@example.com' }

const mails: ArrivedMail[] = []
const mailBox = await openMailBox((mail) => mails.push(mail))
const env = {
  PARLEY_SMTP_URL: mailBox.url,
  PARLEY_MAIL_FROM: 'Stadsenergie <bills@stadsenergie.example>',
}
try {
  await withOwnServer({ startsAt: '2027-03-04T09:00:00Z', env }, async (server) => {
    const [anouk, luc] = [await enrolPerson(server, ANOUK), await enrolPerson(server, LUC)]
    await announceAccount(server, [anouk, luc])
    const disputed = await coolOff(server, { anouk, luc })
    await dispute(server, anouk, disputed)
    await revoke(server, anouk)
  })
} finally {
  await mailBox.close()
}

/** The creditor names its next account, in a signed message to each agent. */
async function announceAccount(
  server: OwnServer,
  people: readonly EnrolledPerson[],
): Promise<void> {
  const { api, unwrap } = server.creditor
  const { account, nextAccount } = await unwrap(
    api.PATCH('/v1/creditor', { body: { account: { iban: NEXT_IBAN } } }),
  )
  assert.equal(account.iban, FORMER_IBAN, 'until its day the former account is the creditor’s')
  assert.equal(nextAccount?.effectiveOn, '2027-03-07')
  await server.settled()
  // The agents hear of it a day later, and cool off from then on.
  goTo(server, '2027-03-05T09:00:00Z')
  for (const { agent, events } of people) {
    await agent.pull()
    const heard = events.find(({ type }) => type === 'account-announced')
    assert(heard?.type === 'account-announced', 'the agent tells its person')
    assert.equal(heard.coolingOffUntil, Date.parse('2027-03-08T09:00:00Z') / 1000)
    const [enrolment] = await agent.enrolments()
    const lane = enrolment?.state === 'active' ? enrolment.lane.messages : []
    const notice = peekClaims(lane.find(({ kind }) => kind === 'account-change')?.jws ?? '')
    assert.equal(notice.ok && notice.value.payload.iss, server.origin)
  }
  console.log(`the next account is announced, signed, for ${nextAccount?.effectiveOn}`)
}

/** A bill over the next account: agreed for who has confirmed it, and not for who has not. */
async function coolOff(
  server: OwnServer,
  { anouk, luc }: { anouk: EnrolledPerson; luc: EnrolledPerson },
): Promise<string> {
  goTo(server, '2027-03-07T12:00:00Z')
  await server.settled()
  assert.equal((await luc.agent.confirmAccount(luc.enrolmentId, FORMER_IBAN)).ok, false)
  assert((await luc.agent.confirmAccount(luc.enrolmentId, NEXT_IBAN)).ok, 'Luc has checked it')
  const ofAnouk = await issueBill(server, anouk, { invoiceNumber: '2027-0600', euros: '80.00' })
  const ofLuc = await issueBill(server, luc, { invoiceNumber: '2027-0601', euros: '80.00' })
  for (const { agent } of [anouk, luc]) await agent.pull()
  for (const { agent } of [anouk, luc]) {
    assert.equal((await agent.threads())[0]?.request.creditor.account.iban, NEXT_IBAN)
  }
  assert((await readBill(server, ofLuc)).agreement, 'Luc’s agent agrees by itself')
  const decision = (await anouk.agent.decisions()).at(-1)?.decision
  assert(decision?.kind === 'ask' && decision.reason === 'account-change')
  assert.equal((await readBill(server, ofAnouk)).agreement, null, 'nothing that a bank could pay')
  console.log(anouk.agent.explain(decision))

  goTo(server, '2027-03-08T09:00:00Z')
  const later = await issueBill(server, anouk, { invoiceNumber: '2027-0602', euros: '45.00' })
  await anouk.agent.pull()
  assert((await readBill(server, later)).agreement, 'after three days the account is trusted')
  console.log('agreed to after the cooling-off, and at once where the person had confirmed')
  return ofAnouk
}

/** A quarter of the bill is wrong; the rest is not held up by it. */
async function dispute(
  server: OwnServer,
  { agent }: EnrolledPerson,
  paymentRequestId: string,
): Promise<void> {
  const { api, unwrap } = server.creditor
  const amount = { value: '20.00', currency: 'EUR' }
  const told = await agent.dispute(paymentRequestId, { amount, reason: { code: 'not-delivered' } })
  assert(told.ok, 'the creditor has answered with a signed status')
  assert.deepEqual([told.value.disputed, told.value.hold?.reason], [amount, 'dispute'])
  const held = await readBill(server, paymentRequestId)
  assert.deepEqual([held.disputed, held.holds[0]?.reason], [amount, 'dispute'])
  assert.equal(held.nextStep.action, 'decide-dispute', 'no reminder meanwhile')

  const params = { path: { paymentRequestId } }
  const body = { outcome: 'upheld' as const }
  await unwrap(
    api.POST('/v1/payment-requests/{paymentRequestId}/dispute-resolution', { params, body }),
  )
  await agent.pull()
  const resolved = await readBill(server, paymentRequestId)
  assert.deepEqual([resolved.revision, resolved.holds], [2, []])
  assert.equal(resolved.outstanding.value, '60.00')
  assert(resolved.agreement, 'the agent agrees to the request as it was revised')
  assert.equal(resolved.agreement.total.value, '60.00')
  console.log('20.00 of 80.00 disputed, upheld, and a plan over 60.00 signed by both')
}

/** The person has had enough of agents: from then on the creditor writes to the person. */
async function revoke(
  server: OwnServer,
  { agent, enrolmentId, debtorId }: EnrolledPerson,
): Promise<void> {
  const { api, unwrap } = server.creditor
  const open = await issueBill(server, { debtorId }, { invoiceNumber: '2027-0603', euros: '31.00' })
  assert.equal((await readBill(server, open)).nextStep.action, 'wait-for-bot')
  assert.equal(mails.length, 0, 'as long as an agent may answer, nobody is written to')

  assert((await agent.revoke(enrolmentId)).ok)
  assert.equal((await agent.enrolments())[0]?.state, 'ended')
  const params = { path: { debtorId } }
  assert.equal((await unwrap(api.GET('/v1/debtors/{debtorId}', { params }))).enrolled, false)
  assert.deepEqual((await agent.pull()).inboxes, [], 'the agent asks there no more')

  await server.settled()
  const [mail, ...more] = mails
  assert(mail && more.length === 0, 'one mail, about the bill without an answer')
  assert.equal(mail.to, ANOUK.email)
  const bill = await readBill(server, open)
  assert.equal(mail.portalUrl, bill.portalUrl)
  const page = await fetch(bill.portalUrl, { headers: { accept: 'text/html' } })
  assert.match(await page.text(), /31[.,]00/, 'behind its link the person can settle the matter')
  const { data: bills } = await unwrap(api.GET('/v1/payment-requests', { params: { query: {} } }))
  const agreed = bills.filter(({ agreement }) => agreement !== null)
  assert.equal(agreed.length, 3, 'what was agreed before stands')
  console.log(`the enrolment has ended; the person got “${mail.subject}”`)
}

function goTo({ clock }: OwnServer, instant: string): void {
  clock.moveTo(Date.parse(instant) / 1000)
}
