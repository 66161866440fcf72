import { generateSigningKey } from '@parley/sdk/protocol'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { buildTestApp, NOW, type TestApp } from '../support/build-test-app.ts'
import { camtNotification } from '../support/camt-notification.ts'
import { SERVER } from './support/held-back-line.ts'
import { createSdkAgent, personWithCode } from './support/sdk-agent.ts'
import { CUSTOMER, type SdkBank, type SdkBankHouse, startSdkBank } from './support/sdk-bank.ts'
import { type StateHandler, verifyContract } from './support/verify-contract.ts'

const IBAN = 'BE71096123456769'
const SAY = /^\/parley\/messages$/

let test: TestApp
let house: SdkBankHouse
let now = Date.parse(NOW) / 1000
beforeAll(async () => {
  test = await buildTestApp({ PARLEY_PUBLIC_URL: SERVER, PARLEY_ALLOW_LOOPBACK: 'true' })
  await test.app.listen({ host: '127.0.0.1', port: 0 })
  house = await startSdkBank(test, () => now)
})
afterAll(async () => {
  await house?.close()
  await test?.close()
})

/** Moves the server, the agent and the bank to a moment. */
async function goTo(instant: string): Promise<void> {
  now = Date.parse(instant) / 1000
  await test.goTo(instant)
}

type RailOutcome = Parameters<SdkBankHouse['open']>[0]['rail']

/** A bill that an agent agreed to pay, the agreement handed to its bank, and the day of its line come. */
async function due(rail?: RailOutcome) {
  await goTo(NOW)
  const creditor = await test.addCreditor({ account: { iban: IBAN } })
  const { debtorId, activationCode } = await personWithCode(test, creditor)
  const key = await generateSigningKey('ES256')
  const agentJwk = key.publicJwk
  const opened = await house.open({ agentJwk, ...(rail === undefined ? {} : { rail }) })
  const { agent } = await createSdkAgent(test, () => now, { key, payBy: { bank: house.origin } })
  const enrolled = await agent.enrol({ server: SERVER, activationCode })
  if (!enrolled.ok) throw new Error(enrolled.error.code)
  const body = {
    ...{ invoiceNumber: '2026-0042', debtorId, dueDate: '2026-04-09' },
    amount: { value: '120.50', currency: 'EUR' },
  }
  const issued = await test.send<{ remittance: { reference: string } }>({
    ...{ method: 'POST', url: '/v1/payment-requests', body, as: creditor },
  })
  await agent.pull()
  await agent.idle()
  const customer = await opened.bank.customer(CUSTOMER)
  const [line] = customer?.agreements[0]?.lines ?? []
  if (line === undefined) throw new Error('the bank has no agreement')
  await goTo(`${line.dueDate}T09:00:00Z`)
  const [thread] = await agent.threads()
  const agreement = thread?.agreement?.jws ?? ''
  const { reference } = issued.json.remittance
  return { ...opened, agentJwk, creditor, reference, agreement }
}

/** The question for the lease, held back. */
const asking = ({ bank, heldBack }: SdkBank) => heldBack(SAY, () => bank.payDue())

/** The report that follows the lease, held back. */
async function reporting(rail: RailOutcome) {
  const { bank, heldBack } = await due(rail)
  return await heldBack(SAY, () => bank.payDue(), 1)
}

const STATES: Readonly<Record<string, StateHandler>> = {
  'a creditor': async () => ({}),
  'a line that is due': async () => await asking(await due()),
  'a line of a bill that was paid otherwise': async () => {
    const { creditor, reference, ...bank } = await due()
    const body = camtNotification(IBAN, [{ amount: '120.50', reference }])
    const type = 'application/octet-stream'
    const sent = { method: 'POST', url: '/v1/statements', body, type, as: creditor } as const
    const { status, text } = await test.send(sent)
    if (status !== 200) throw new Error(text)
    return await asking(bank)
  },
  'a payment that nobody has heard of': () => reporting({ outcome: 'unknown' }),
  'a payment that was made': () => reporting({ outcome: 'settled', railId: 'rail-1' }),
  'a payment that came back': async () => {
    const { bank, heldBack } = await due()
    const [paid] = await bank.payDue()
    if (paid?.state !== 'settled') throw new Error(`the line is ${paid?.state}: ${paid?.code}`)
    return await heldBack(SAY, () => bank.noteReturn(paid, 'AC04'))
  },
  'a question for the lease that got stuck': async () => {
    const bank = await due()
    await asking(bank)
    await goTo(new Date((now + 86_400) * 1000).toISOString())
    return await asking(bank)
  },
  'no such agreement': async () => ({}),
  'a bank without its latest records': async () => {
    const { bank, agentJwk, agreement } = await due()
    await bank.payDue()
    const restored = await house.open({ agentJwk })
    const taken = await restored.bank.handle(agreementPost(agreement))
    if (taken.status !== 201) throw new Error(await taken.text())
    return await asking(restored)
  },
}

const agreementPost = (body: string) =>
  new Request(`${house.origin}/parley/agreements`, {
    ...{ method: 'POST', headers: { 'content-type': 'application/jose+json' }, body },
  })

it('answers banks as they agreed', async () => {
  await verifyContract(test, 'parley-bank', STATES)
})

it('is not verified without a state, nor where bringing it about fails', async () => {
  const [missing = '', ...names] = Object.keys(STATES)
  const others = Object.fromEntries(names.map((name) => [name, async () => ({})]))
  const without = verifyContract(test, 'parley-bank', others)
  await expect(without).rejects.toThrow(`no handler for: ${missing}`)
  const throws = { ...others, [missing]: () => Promise.reject(new Error('no such state')) }
  const verified = verifyContract(test, 'parley-bank', throws)
  await expect(verified).rejects.toThrow(`state "${missing}"`)
})
