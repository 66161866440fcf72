// An agent in another language against the reference server: `agent.py` speaks the protocol alone, one turn a
// run. Leaves itself out where there is no python3.
import assert from 'node:assert/strict'
import { execFile, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { issueBill, readBill } from '../support/enrolled-person.ts'
import { type OwnServer, withOwnServer } from '../support/own-server.ts'

const AGENT = join(import.meta.dirname, 'agent.py')
const START = '2027-03-01T09:00:00Z'

if (spawnSync('python3', ['--version']).error === undefined)
  await withOwnServer({ startsAt: START }, play)
else process.stdout.write('left out: there is no python3 here\n')

async function play(server: OwnServer): Promise<void> {
  const { api, unwrap } = server.creditor
  const body = { externalId: 'py', name: 'Petra Ydris', contact: { email: 'petra@debtor.example' } }
  const debtor = await unwrap(api.POST('/v1/debtors', { body }))
  const params = { path: { debtorId: debtor.id } }
  const { code } = await unwrap(api.POST('/v1/debtors/{debtorId}/activation-codes', { params }))
  const person = { debtorId: debtor.id }
  assert.deepEqual(await turn(server, code), ['enrolled'], 'the code enrols')

  const small = await issueBill(server, person, { invoiceNumber: 'PY-1', euros: '120.00' })
  const large = await issueBill(server, person, { invoiceNumber: 'PY-2', euros: '900.00' })
  const events = await turn(server, code)
  assert.deepEqual(
    events,
    ['held amount', 'agreed'],
    'small bills are agreed to, large ones wait for the person',
  )
  assert.deepEqual(await turn(server, code), [], 'the same again changes nothing')

  const agreed = await readBill(server, small)
  assert.equal(agreed.conversation, 'agreed')
  assert.notEqual((await readBill(server, large)).conversation, 'agreed')
  process.stdout.write(
    `the agent in Python agreed to ${agreed.amount.value} EUR and asks about 900.00 EUR\n`,
  )
}

/** One turn of the agent; the kinds of what it told, in order. */
async function turn(
  { origin, clock, folder }: OwnServer,
  activationCode: string,
): Promise<string[]> {
  const env = {
    ...process.env,
    CONF_SERVER_URL: origin,
    CONF_NOW: String(clock.now()),
    CONF_CONTEXT: JSON.stringify({
      activationCode,
      stateFolder: folder,
      policy: { askAbove: '500.00' },
    }),
  }
  const { stdout } = await promisify(execFile)('python3', [AGENT], { env })
  const lines = stdout
    .trim()
    .split('\n')
    .filter((line) => line !== '')
  return lines.map(eventOf)
}

function eventOf(line: string): string {
  const { event, code } = JSON.parse(line) as { event: string; code?: string }
  return code === undefined ? event : `${event} ${code}`
}
