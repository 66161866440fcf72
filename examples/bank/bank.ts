// A bank pays what a customer's agent agreed to, on a rail on which everything goes wrong once: an answer
// that is lost, an instruction that is lost, a rejection, a late settlement, a return. Every bill is paid
// once or not at all; the books sum to zero; the creditor learns the rest from the bank's statements.
import assert from 'node:assert/strict'
import { createFileBankStore } from '@parley/sdk/node'
import { freePort } from '../support/child-processes.ts'
import {
  type EnrolledPerson,
  enrolPerson,
  issueBill,
  readBill,
} from '../support/enrolled-person.ts'
import { type OwnServer, withOwnServer } from '../support/own-server.ts'
import { type BankServer, startBankServer } from './bank-server.ts'
import type { Fault } from './sandbox-rail.ts'

const OPERATOR = 'the-operator-of-the-bank'
const CREDITOR_IBAN = 'NL91ABNA0417164300'
const ANOUK = { name: 'Anouk de Vries', email: 'anouk@example.com' }
const ANOUKS_IBAN = 'BE71096123456769'
const HOUR = 3600

/** The story's parts, all that its steps need. */
interface Scene {
  readonly server: OwnServer
  readonly origin: string
  readonly anouk: EnrolledPerson
  page: string
  bank: BankServer
  open(): Promise<BankServer>
}

await withOwnServer({ startsAt: '2027-03-04T09:00:00Z' }, async (server) => {
  const origin = `http://127.0.0.1:${await freePort()}`
  const open = () =>
    startBankServer({
      ...{ origin, operatorToken: OPERATOR, timeZone: 'Europe/Brussels', clock: server.clock.now },
      folder: `${server.folder}/bank`,
      store: createFileBankStore(`${server.folder}/bank/records`),
    })
  const bank = await open()
  const anouk = await enrolPerson(server, { ...ANOUK, payBy: origin })
  const scene: Scene = { server, origin, anouk, bank, open, page: '' }
  try {
    scene.page = await openAccount(scene)
    await paid(scene)
    await lostAnswers(scene)
    await rejected(scene)
    await late(scene)
    await returned(scene)
    await stopped(scene)
    await booksBalance(scene)
  } finally {
    await scene.bank.close()
  }
})

async function openAccount({ origin, anouk }: Scene): Promise<string> {
  const { page } = (await operate(origin, 'customers', {
    ...{ customerId: 'anouk', name: ANOUK.name, iban: ANOUKS_IBAN, agentJwk: anouk.agentJwk },
    balance: { value: '1000.00', currency: 'EUR' },
    limits: { perPayment: '100.00', perDay: '400.00', perMonth: '600.00' },
  })) as { page: string }
  console.log('Anouk has an account, and lets the bank pay up to 100 by itself')
  return `${origin}${page}`
}

async function paid(scene: Scene): Promise<void> {
  const bill = await agreedBill(scene, 'B-1', '50.00')
  assert.deepEqual(await payDay(scene), ['1 settled'])
  await bookAtCreditor(scene)
  assert.equal((await readBill(scene.server, bill)).claim, 'settled')
  assert.deepEqual((await scene.bank.run()).lines, [], 'nothing is left to pay')
  console.log('a bill was paid once, on its day, and the creditor has seen the money')
}

/** The bank cannot know what happened; it looks, and never guesses. */
async function lostAnswers(scene: Scene): Promise<void> {
  const first = await agreedBill(scene, 'B-2', '60.00')
  assert.deepEqual(await payDay(scene, { kind: 'time-out-after-booking' }), ['1 unknown'])
  // The process ends, and another one finds what the rail has booked.
  await scene.bank.close()
  scene.bank = await scene.open()
  assert.deepEqual((await scene.bank.run()).lines, ['1 settled'])
  const second = await agreedBill(scene, 'B-3', '61.00')
  assert.deepEqual(await payDay(scene, { kind: 'time-out-before-booking' }), ['1 unknown'])
  const early = await scene.bank.run()
  assert.deepEqual(early.lines, ['1 unknown'], 'it may still be on its way')
  pass(scene, HOUR)
  const found = await scene.bank.run()
  assert.deepEqual(found.lines, ['1 scheduled not-executed', '1 settled'])
  await bookAtCreditor(scene)
  for (const bill of [first, second]) {
    assert.equal((await readBill(scene.server, bill)).claim, 'settled')
  }
  console.log(
    'two answers were lost: one payment had been made and one had not; both are paid once',
  )
}

async function rejected(scene: Scene): Promise<void> {
  const bill = await agreedBill(scene, 'B-4', '40.00')
  assert.deepEqual(await payDay(scene, { kind: 'reject', code: 'AC04' }), ['1 rejected AC04'])
  assert.equal((await readBill(scene.server, bill)).claim, 'open')
  console.log('a rejected payment was told to the creditor with its reason, and nobody was paid')
}

async function late(scene: Scene): Promise<void> {
  const bill = await agreedBill(scene, 'B-5', '30.00')
  assert.deepEqual(await payDay(scene, { kind: 'late', days: 2 }), ['1 accepted'])
  assert.equal((await readBill(scene.server, bill)).claim, 'open')
  pass(scene, 48 * HOUR)
  assert.deepEqual((await scene.bank.run()).lines, ['1 settled'])
  await bookAtCreditor(scene)
  assert.equal((await readBill(scene.server, bill)).claim, 'settled')
  console.log('a late payment was settled two days later, and not tried again meanwhile')
}

async function returned(scene: Scene): Promise<void> {
  const bill = await agreedBill(scene, 'B-6', '20.00')
  assert.deepEqual(await payDay(scene, { kind: 'return', days: 1, code: 'AC04' }), ['1 settled'])
  await bookAtCreditor(scene)
  assert.equal((await readBill(scene.server, bill)).claim, 'settled')
  pass(scene, 24 * HOUR)
  assert.deepEqual((await scene.bank.run()).lines, [], 'it is not paid again by itself')
  await bookAtCreditor(scene)
  assert.equal((await readBill(scene.server, bill)).claim, 'open')
  console.log('a payment came back: the bill is open again')
}

/** Anouk turns the switch on her page, and turns it back. */
async function stopped(scene: Scene): Promise<void> {
  const bill = await agreedBill(scene, 'B-7', '10.00')
  await submit(scene.page, 'switch', { stopped: 'true' })
  assert.deepEqual(await payDay(scene), ['1 scheduled stopped'])
  await submit(scene.page, 'switch', { stopped: 'false' })
  assert.deepEqual((await scene.bank.run()).lines, ['1 settled'])
  await bookAtCreditor(scene)
  assert.equal((await readBill(scene.server, bill)).claim, 'settled')
  const page = await (await fetch(scene.page)).text()
  assert(page.includes('stopped') && !page.includes('Let the bank pay again'))
  console.log('a switch on the customer’s page stopped the bank, and lost nothing')
}

async function booksBalance({ origin, server, page }: Scene): Promise<void> {
  const { minor, sumOfAll } = (await operate(origin, 'balances', { iban: ANOUKS_IBAN })) as {
    minor: string
    sumOfAll: string
  }
  // 50 + 60 + 61 + 30 + 10 are gone; 40 was rejected and 20 came back.
  assert.deepEqual([minor, sumOfAll], ['78900', '0'])
  const order = { iban: CREDITOR_IBAN, from: '2027-03-01' }
  const statement = String(await operate(origin, 'statement', order))
  const balances = [...statement.matchAll(/<Bal>.*?<Amt Ccy="EUR">([^<]*)</g)].map(([, one]) => one)
  assert.deepEqual(balances, ['0.00', '211.00'])
  const again = await server.creditor.uploadStatement(statement)
  assert.equal(again.matched, 0, 'the statement tells nothing that the notifications had not told')
  const { entries } = (await (await fetch(`${page}journal`)).json()) as {
    entries: Array<{ subject: string; what: string }>
  }
  const count = (what: string) =>
    entries.filter((entry) => entry.subject === 'line' && entry.what === what).length
  assert.deepEqual([count('paying'), count('settled'), count('returned')], [8, 6, 1])
  console.log(`the books sum to zero, and ${entries.length} entries of the journal say why`)
}

/** Issues a bill that the agent agrees to and hands to the bank. */
async function agreedBill(scene: Scene, invoiceNumber: string, euros: string): Promise<string> {
  const { server, anouk } = scene
  const bill = await issueBill(server, anouk, { invoiceNumber, euros })
  await server.settled()
  await anouk.agent.pull()
  const { agreement } = await readBill(server, bill)
  assert(agreement, `${invoiceNumber} is agreed`)
  assert.equal(agreement.lines.length, 1)
  return bill
}

/** Goes on to the day of the last agreement and lets the bank run, with a fault. */
async function payDay({ server, anouk, origin, bank }: Scene, fault?: Fault) {
  if (fault !== undefined) await operate(origin, 'faults', [fault])
  const days = (await anouk.agent.threads()).map((thread) => thread.agreement?.lines[0]?.dueDate)
  const last = days
    .filter((day) => day !== undefined)
    .sort()
    .at(-1)
  const noon = Date.parse(`${last}T12:00:00Z`) / 1000
  server.clock.moveTo(Math.max(noon, server.clock.now()))
  return (await bank.run()).lines
}

function pass({ server: { clock } }: Scene, seconds: number): void {
  clock.moveTo(clock.now() + seconds)
}

/** The creditor reads what the bank says about its account. */
async function bookAtCreditor({ origin, server }: Scene): Promise<void> {
  const notification = String(await operate(origin, 'notification', { iban: CREDITOR_IBAN }))
  await server.creditor.uploadStatement(notification)
  await server.settled()
}

async function operate(origin: string, name: string, body: unknown): Promise<unknown> {
  const response = await fetch(`${origin}/operator/${name}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${OPERATOR}` },
    body: JSON.stringify(body),
  })
  assert(response.ok, `${name}: ${response.status}`)
  const isJson = response.headers.get('content-type')?.includes('json') === true
  return isJson ? await response.json() : await response.text()
}

async function submit(page: string, action: string, fields: Record<string, string>): Promise<void> {
  const body = new URLSearchParams(fields)
  const response = await fetch(`${page}${action}`, { method: 'POST', body, redirect: 'manual' })
  assert.equal(response.status, 303)
}
