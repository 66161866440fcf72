// Keys change in the middle of a conversation: the person's agent takes another one, and so does the
// server's operator, who stops the server for it. No message is lost, and the evidence holds offline,
// with keys in it that have retired since.
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Agent } from '@parley/sdk'
import { type EvidenceBundle, peekClaims } from '@parley/sdk/protocol'
import { enrolPerson, issueBill } from '../support/enrolled-person.ts'
import { type OwnServer, withOwnServer } from '../support/own-server.ts'

const OVERLAP_SECONDS = 10 * 60
const DAY_SECONDS = 86_400

await withOwnServer({ startsAt: '2027-03-04T09:00:00Z' }, async (server) => {
  const person = await enrolPerson(server, {
    name: 'Anouk de Vries',
    email: 'anouk@example.com',
    askAbove: 5_000n,
  })
  const { agent, enrolmentId } = person
  const requestId = await issueBill(server, person, { invoiceNumber: '2027-0500', euros: '120.50' })
  await agent.pull()
  const [thread] = await agent.threads()
  assert(thread?.stage === 'asking', 'the bill is above the limit: the agent waits for a yes')
  assert((await agent.query(requestId)).ok, 'the creditor says where the claim stands')

  const rotated = await agent.rotateKey(enrolmentId)
  assert(rotated.ok, 'the creditor has noted the next key of the agent')
  console.log('the agent signs with its next key')

  await server.stop()
  const printed = await server.parley('keys', 'rotate')
  const nextKid = /^Key (\S+) is published/.exec(printed)?.[1]
  assert(nextKid, `the operator has rotated: ${printed}`)
  // The person says yes while nobody can hear it.
  assert((await agent.choose(thread, { kind: 'approve' })).ok, 'the answer is signed and kept')
  assert.equal(await stageOf(agent), 'answering', 'and waits')
  await server.start()
  await agent.resume()
  assert.equal(await stageOf(agent), 'agreed', 'it arrived when the server was back')
  console.log('the operator rotated while the server was stopped; the answer that waited arrived')

  assert.notEqual(lastSigner(await agent.threads()), nextKid, 'the next key is only published yet')
  server.clock.moveTo(server.clock.now() + OVERLAP_SECONDS)
  assert((await agent.query(requestId)).ok, 'the agent believes the key that it had not seen')
  assert.equal(lastSigner(await agent.threads()), nextKid, 'after the overlap the next key signs')

  // Both first keys verify from now on only what they signed before.
  server.clock.moveTo(server.clock.now() + 40 * DAY_SECONDS)
  assert((await agent.query(requestId)).ok, 'and the conversation goes on')
  await server.settled()
  await agent.pull()
  await prove(server, agent, { requestId, nextKid })
})

async function stageOf(agent: Agent) {
  const [thread] = await agent.threads()
  return thread?.stage
}

/** Name of the key under the creditor's last message. */
function lastSigner([thread]: Awaited<ReturnType<Agent['threads']>>) {
  return signerOf(thread?.messages.findLast(({ from }) => from === 'creditor')?.jws ?? '')?.kid
}

function signerOf(jws: string) {
  const peeked = peekClaims(jws)
  return peeked.ok ? { kid: peeked.value.header.kid, iss: peeked.value.payload.iss } : undefined
}

/** Exports the evidence, stops the server, and lets the operator's command judge the file alone. */
async function prove(
  server: OwnServer,
  agent: Agent,
  { requestId, nextKid }: { requestId: string; nextKid: string },
): Promise<void> {
  const { api, unwrap } = server.creditor
  const params = { path: { paymentRequestId: requestId } }
  const bundle = (await unwrap(
    api.GET('/v1/payment-requests/{paymentRequestId}/evidence', { params }),
  )) as unknown as EvidenceBundle
  await server.stop()
  assertComplete(bundle, await agent.threads())

  const keys = JSON.parse(await server.parley('keys', 'list', '--json')) as {
    kid: string
    state: string
  }[]
  assert.deepEqual(
    keys.map(({ state }) => state),
    ['signing', 'retired'],
  )
  assert.equal(keys[0]?.kid, nextKid)
  for (const { iss, jwks } of bundle.parties) {
    const retired = jwks.keys.filter(({ exp }) => exp !== undefined && exp < bundle.exportedAt)
    assert.equal(retired.length, 1, `the first key of ${iss} is over`)
    const signers = bundle.threads.flatMap(({ messages }) => messages.map(signerOf))
    const kids = new Set(signers.filter((one) => one?.iss === iss).map((one) => one?.kid))
    assert.equal(kids.size, 2, `${iss} signed with both of its keys`)
  }

  const file = join(server.folder, 'evidence.json')
  writeFileSync(file, JSON.stringify(bundle))
  const verdict = await server.parley('evidence', 'verify', file)
  assert.match(verdict, /^OK {2}/)
  console.log(`verified offline, with two keys that have retired: ${verdict.trim()}`)

  writeFileSync(file, JSON.stringify(withoutRetired(bundle)))
  await assert.rejects(server.parley('evidence', 'verify', file), /FAULT key-unknown/)
  console.log('without the retired keys it proves nothing')
}

/** Both sides have kept the same bytes, in the same order. */
function assertComplete(
  { threads }: EvidenceBundle,
  [kept]: Awaited<ReturnType<Agent['threads']>>,
): void {
  const conversation = threads.find(({ thr }) => thr === kept?.thr)
  assert.deepEqual(
    kept?.messages.map(({ jws }) => jws),
    conversation?.messages,
  )
  console.log(`${kept?.messages.length} messages, the same with the agent and with the creditor`)
}

function withoutRetired(bundle: EvidenceBundle): EvidenceBundle {
  const parties = bundle.parties.map((party) => ({
    ...party,
    jwks: { keys: party.jwks.keys.filter(({ exp }) => exp === undefined) },
  }))
  return { ...bundle, parties }
}
