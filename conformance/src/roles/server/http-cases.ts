// The edge: idempotency, media types, methods, sizes, malformed requests, problems.
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import type { Case } from '../../run/case.ts'
import type { Trial } from '../../run/trial.ts'
import type { Reply } from '../../wire/client.ts'
import { sendRaw, statusesIn } from '../../wire/raw.ts'
import { type ServerWorld, saidBy } from './world.ts'

const debtor = (trial: Trial, externalId = `conf-${trial.seeded.id()}`) => ({
  ...{ externalId, name: 'Anouk de Vries', language: 'en' },
  ...{ timeZone: 'Europe/Brussels', contact: {} },
})

const isProblem = ({ type, json, status }: Reply) =>
  type === 'application/problem+json' &&
  json?.status === status &&
  ['type', 'title', 'code'].every((member) => typeof json[member] === 'string')

/** Words that only the inside of a program says. */
const INSIDE = /node_modules|\.ts:\d+|at async |SELECT |stack|postgres/i

/** JSON that is none, or none that may be taken. */
const BAD_JSON: Readonly<Record<string, string>> = {
  nothing: '',
  'a lone brace': '{',
  'a comma too much': '{"a":1,}',
  'a single quote': "{'a':1}",
  'a name without quotes': '{a:1}',
  'text behind it': '{"a":1} x',
  'two objects': '{}{}',
  NaN: '{"a":NaN}',
  Infinity: '{"a":Infinity}',
  'a hexadecimal number': '{"a":0x1}',
  'a leading zero': '{"a":01}',
  'a leading plus': '{"a":+1}',
  'a comment': '{/* */}',
  'a control character in a text': '{"a":"\u0001"}',
  'an unknown escape': '{"a":"\\x"}',
  'half an escape': '{"a":"\\u12"}',
  'a byte order mark': '\ufeff{}',
  'a name twice': '{"name":"a","name":"b"}',
  __proto__: '{"__proto__":{"admin":true}}',
  'an open text': '{"a":"',
  'an open list': '{"a":[',
  '5,000 deep': `{"a":${'['.repeat(5000)}${']'.repeat(5000)}}`,
  'a list': '[]',
  null: 'null',
  'a text': '"text"',
  'a number': '1',
}

export const httpCases: readonly Case<ServerWorld>[] = [
  {
    role: 'server',
    id: 'SRV-301',
    level: 'MUST',
    clause: 'PRB-05',
    title: 'the same key and body get the same reply',
    sends: 'A new debtor three times with one Idempotency-Key.',
    expects: 'The same status and bytes; one debtor.',
    async run(world, trial) {
      const office = world.office(trial)
      const idempotencyKey = trial.seeded.id()
      const body = debtor(trial)
      const first = await office.call('/v1/debtors', { body, idempotencyKey })
      trial.same('the first', first.status, 201)
      for (const time of ['second', 'third']) {
        const again = await office.call('/v1/debtors', { body, idempotencyKey })
        trial.same(`the ${time}`, again.status, 201)
        trial.holds(`the ${time}: the same bytes`, again.bytes.equals(first.bytes), 'other bytes')
      }
    },
  },
  {
    role: 'server',
    id: 'SRV-302',
    level: 'MUST',
    clause: 'PRB-05',
    title: 'the same key with another body',
    sends: 'A new debtor, then another one with its key.',
    expects: '422 idempotency-key-reuse; the first stays as it was.',
    control: 'SRV-301',
    async run(world, trial) {
      const office = world.office(trial)
      const idempotencyKey = trial.seeded.id()
      const first = await office.call('/v1/debtors', { body: debtor(trial), idempotencyKey })
      trial.same('the first', first.status, 201)
      const other = await office.call('/v1/debtors', { body: debtor(trial), idempotencyKey })
      trial.same('another body', saidBy(other), '422 idempotency-key-reuse')
      const read = await office.call(`/v1/debtors/${first.json.id}`)
      trial.same('the first one’s number', read.json?.externalId === first.json.externalId, true)
    },
  },
  {
    role: 'server',
    id: 'SRV-303',
    level: 'MUST',
    clause: 'PRB-05',
    title: 'twenty requests with one key at once run once',
    sends: 'The same new debtor twenty times at once, with one key.',
    expects: 'One debtor: each gets that reply, or 409 idempotency-key-in-flight.',
    control: 'SRV-301',
    async run(world, trial) {
      const office = world.office(trial)
      const idempotencyKey = trial.seeded.id()
      const body = debtor(trial)
      const replies = await Promise.all(
        Array.from({ length: 20 }, () => office.call('/v1/debtors', { body, idempotencyKey })),
      )
      const made = replies.filter(({ status }) => status === 201)
      trial.holds('some are made', made.length >= 1)
      trial.same('debtors', new Set(made.map(({ json }) => json.id)).size, 1)
      const others = replies.filter(({ status }) => status !== 201).map(saidBy)
      const wrong = others.filter((said) => said !== '409 idempotency-key-in-flight')
      trial.same('what else is said', wrong, [])
    },
  },
  {
    role: 'server',
    id: 'SRV-304',
    level: 'MUST',
    clause: 'PRB-05',
    title: 'a key is the caller’s own',
    sends: 'Another creditor uses the same key with another body.',
    expects: 'It is taken.',
    async run(world, trial) {
      const idempotencyKey = trial.seeded.id()
      const own = await world
        .office(trial)
        .call('/v1/debtors', { body: debtor(trial), idempotencyKey })
      trial.same('the first creditor', own.status, 201)
      const other = world.otherOffice(trial)
      const reply = await other.call('/v1/debtors', { body: debtor(trial), idempotencyKey })
      trial.same('the other creditor', reply.status, 201)
      trial.holds('another debtor', reply.json.id !== own.json.id)
      const foreign = await other.call(`/v1/debtors/${own.json.id}`)
      trial.same('the debtor of the first', saidBy(foreign), '404 not-found')
    },
  },
  {
    role: 'server',
    id: 'SRV-305',
    level: 'MUST',
    clause: 'PRB-05',
    title: 'a POST without a key, or with one that is none',
    sends: 'New debtors without Idempotency-Key, with an empty one, with one of 10 KB.',
    expects: '400; nobody is made.',
    control: 'SRV-301',
    async run(world, trial) {
      const office = world.office(trial)
      const body = debtor(trial)
      const none = await office.call('/v1/debtors', { body, idempotencyKey: null })
      trial.same('no key', saidBy(none), '400 idempotency-key-missing')
      for (const [defect, idempotencyKey] of Object.entries({
        empty: '',
        '10 KB': 'k'.repeat(10_240),
      })) {
        const reply = await office.call('/v1/debtors', { body, idempotencyKey })
        trial.same(defect, reply.status, 400)
      }
      const made = await office.call('/v1/debtors', { body })
      trial.same('the control', made.status, 201)
    },
  },
  {
    role: 'server',
    id: 'SRV-308',
    level: 'MUST',
    clause: 'PRB-01',
    title: 'another media type',
    sends: 'A message as text/plain and as JSON; a debtor as a form; a body in UTF-16.',
    expects: '415 content-type.',
    async run(world, trial) {
      const { agent, place, payload } = await world.converse(trial)
      const jws = agent.sign('query', place, { requestId: payload['requestId'] })
      const url = String(agent.enrolled['messages'])
      for (const type of ['text/plain', 'application/json', 'application/x-www-form-urlencoded']) {
        const reply = await world.client.send({ url, body: jws, headers: { 'content-type': type } })
        trial.same(`a message as ${type}`, saidBy(reply), '415 content-type')
      }
      const office = world.office(trial)
      for (const type of ['application/x-www-form-urlencoded', 'text/plain']) {
        const headers = { 'content-type': type }
        const reply = await office.call('/v1/debtors', { body: debtor(trial), headers })
        trial.same(`a debtor as ${type}`, saidBy(reply), '415 content-type')
      }
      trial.same('the control', saidBy(await agent.post(jws)), '200 status')
    },
  },
  {
    role: 'server',
    id: 'SRV-309',
    level: 'MUST',
    clause: 'SIG-01',
    title: 'a compressed body is not inflated',
    sends: 'A message with Content-Encoding gzip and br, of 8 MiB when inflated.',
    expects: 'A refusal of 4xx at once.',
    async run(world, trial) {
      const { agent } = await world.converse(trial)
      const large = Buffer.alloc(8 * 1024 * 1024, 'A')
      const quick = { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } }
      const bodies = { gzip: gzipSync(large), br: brotliCompressSync(large, quick) }
      for (const [encoding, body] of Object.entries(bodies)) {
        const headers = { 'content-type': 'application/jose', 'content-encoding': encoding }
        const reply = await world.client.send({
          url: String(agent.enrolled['messages']),
          body,
          headers,
        })
        trial.holds(encoding, reply.status >= 400 && reply.status < 500, String(reply.status))
      }
    },
  },
  {
    role: 'server',
    id: 'SRV-312',
    level: 'MUST',
    clause: 'PRB-01',
    title: 'requests that end in two ways',
    sends:
      'Content-Length beside chunked, two lengths, a chunk that is none, over a raw socket, each with a second request hidden in it.',
    expects: '400, or the connection is closed; the hidden request gets no answer.',
    async run(world, trial) {
      const { host } = new URL(world.target.url)
      const hidden = `GET /.well-known/parley HTTP/1.1\r\nHost: ${host}\r\n\r\n`
      const head = `POST /parley/messages HTTP/1.1\r\nHost: ${host}\r\nContent-Type: application/jose\r\n`
      const requests = {
        'a length beside chunks': `${head}Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${hidden}`,
        'two lengths': `${head}Content-Length: 0\r\nContent-Length: 5\r\n\r\n${hidden}`,
        'a chunk that is none': `${head}Transfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n0\r\n\r\n${hidden}`,
        'chunked written otherwise': `${head}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n${hidden}`,
      }
      for (const [defect, bytes] of Object.entries(requests)) {
        const statuses = statusesIn(await sendRaw(world.target.url, bytes))
        trial.holds(
          defect,
          statuses.length <= 1 && statuses.every((status) => status >= 400 && status < 500),
          JSON.stringify(statuses),
        )
      }
      const good = await sendRaw(
        world.target.url,
        hidden.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n'),
      )
      trial.same('the control: the hidden request alone', statusesIn(good), [200])
    },
  },
  {
    role: 'server',
    id: 'SRV-313',
    level: 'MUST',
    clause: 'PRB-01',
    title: 'headers beyond measure',
    sends: '100 KiB of one header.',
    expects: '431 or 400.',
    async run(world, trial) {
      const { host } = new URL(world.target.url)
      const bytes = `GET /.well-known/parley HTTP/1.1\r\nHost: ${host}\r\nX-A: ${'a'.repeat(102_400)}\r\n\r\n`
      const [status] = statusesIn(await sendRaw(world.target.url, bytes))
      trial.holds('the answer', status === 431 || status === 400, String(status))
    },
  },
  {
    role: 'server',
    id: 'SRV-314',
    level: 'MUST',
    clause: 'PRB-01',
    title: 'JSON that is none',
    sends: 'Bodies that are no JSON, or no object, or none that may be taken.',
    expects: '400 with a problem that says nothing of the inside; never 500.',
    async run(world, trial) {
      const office = world.office(trial)
      for (const [defect, body] of Object.entries(BAD_JSON)) {
        const headers = { 'content-type': 'application/json' }
        const reply = await office.call('/v1/debtors', { method: 'POST', body, headers })
        trial.same(defect, reply.status, 400)
        trial.holds(`${defect}: a problem`, isProblem(reply))
        trial.holds(`${defect}: nothing of the inside`, !INSIDE.test(reply.text))
      }
    },
  },
  {
    role: 'server',
    id: 'SRV-315',
    level: 'MUST',
    clause: 'PRB-01',
    title: 'methods that a path does not take',
    sends:
      'DELETE, PUT and PATCH of the messages; a POST that claims to be a DELETE; HEAD of the metadata.',
    expects: '405 with Allow; the claim counts for nothing; HEAD as GET without a body.',
    async run(world, trial) {
      const { agent, place, payload } = await world.converse(trial)
      const url = String(agent.enrolled['messages'])
      for (const method of ['DELETE', 'PUT', 'PATCH', 'GET']) {
        const reply = await world.client.send({ url, method })
        trial.same(method, saidBy(reply), '405 method-not-allowed')
        trial.holds(`${method}: Allow`, reply.headers['allow']?.includes('POST') === true)
      }
      const jws = agent.sign('query', place, { requestId: payload['requestId'] })
      const overridden = await world.client.send({
        url,
        body: jws,
        headers: { 'content-type': 'application/jose', 'x-http-method-override': 'DELETE' },
      })
      trial.same('a POST with X-HTTP-Method-Override', saidBy(overridden), '200 status')
      const wellKnown = `${world.target.url}/.well-known/parley`
      const head = await world.client.send({ url: wellKnown, method: 'HEAD' })
      trial.same('HEAD', [head.status, head.bytes.length], [200, 0])
    },
  },
  {
    role: 'server',
    id: 'SRV-316',
    level: 'MUST',
    clause: 'PRB-03',
    title: 'problems have one form and tell nothing',
    sends: 'Requests that fail for seven reasons.',
    expects:
      'application/problem+json; status is that of the reply; no word of the inside, no part of the key.',
    async run(world, trial) {
      const office = world.office(trial)
      const { url } = world.target
      const send = world.client.send
      const replies = {
        'no such path': await send({ url: `${url}/v1/nothing` }),
        'no credential': await send({ url: `${url}/v1/creditor` }),
        'a wrong credential': await send({
          url: `${url}/v1/creditor`,
          headers: { authorization: 'Bearer parley_sk_wrong' },
        }),
        'no such claim': await office.call('/v1/payment-requests/pr_none'),
        'a parameter that is none': await office.call('/v1/payment-requests?limit=-1'),
        'a wrong body': await office.call('/v1/debtors', { body: { name: 1 } }),
        'no message': await send({
          url: String(world.metadata['endpoints'].messages),
          headers: { 'content-type': 'application/jose' },
          body: 'no message',
        }),
      }
      for (const [reason, reply] of Object.entries(replies)) {
        trial.holds(`${reason}: a problem`, isProblem(reply), `${reply.status} ${reply.type}`)
        trial.holds(`${reason}: nothing of the inside`, !INSIDE.test(reply.text))
        trial.holds(`${reason}: no key`, !reply.text.includes(world.target.apiKey.slice(0, 16)))
      }
    },
  },
  {
    role: 'server',
    id: 'SRV-322',
    level: 'MUST',
    clause: 'PRB-01',
    title: 'members that nobody may set',
    sends: 'Debtors and invoices with ids, states and creditors of the caller’s choice.',
    expects: '400 body-invalid; nothing is applied.',
    control: 'SRV-301',
    async run(world, trial) {
      const office = world.office(trial)
      const forbidden = { id: 'de_mine', creditorId: 'cr_other', claim: 'settled', paid: true }
      for (const [name, value] of Object.entries(forbidden)) {
        const body = { ...debtor(trial), [name]: value }
        const made = await office.call('/v1/debtors', { body })
        trial.same(`a debtor with ${name}`, saidBy(made), '400 body-invalid')
      }
      const debtorId = await world.newDebtor(trial)
      for (const members of [
        { claim: 'settled' },
        { outstanding: '0.00' },
        { creditorId: 'cr_x' },
      ]) {
        const reply = await world.issue(trial, debtorId, { members })
        trial.same(`an invoice with ${Object.keys(members)}`, saidBy(reply), '400 body-invalid')
      }
    },
  },
  {
    role: 'server',
    id: 'SRV-324',
    level: 'MUST',
    clause: 'PRB-03',
    title: 'nothing without the right credential',
    sends:
      'Every kind of read and write of the API without a key, with another scheme, with half a key.',
    expects: '401 unauthorized.',
    control: 'SRV-301',
    async run(world, trial) {
      const { url, apiKey } = world.target
      const credentials: Readonly<Record<string, Record<string, string>>> = {
        none: {},
        'another scheme': { authorization: `Basic ${apiKey}` },
        'half a key': { authorization: `Bearer ${apiKey.slice(0, apiKey.length / 2)}` },
        'a key and more': { authorization: `Bearer ${apiKey}x` },
        'an empty key': { authorization: 'Bearer ' },
      }
      for (const [defect, headers] of Object.entries(credentials)) {
        for (const path of ['/v1/creditor', '/v1/debtors', '/v1/payment-requests', '/v1/tasks']) {
          const reply = await world.client.send({ url: `${url}${path}`, headers })
          trial.same(`${defect}: ${path}`, saidBy(reply), '401 unauthorized')
        }
      }
    },
  },
  {
    role: 'server',
    id: 'SRV-230',
    level: 'MUST',
    clause: 'PRB-03',
    title: 'lists hold what is one’s own, page by page',
    sends: 'Five claims; the list in pages of two.',
    expects: 'Each once, in a stable order; the other creditor sees none.',
    async run(world, trial) {
      const debtorId = await world.newDebtor(trial)
      const ids: string[] = []
      for (let count = 0; count < 5; count++) {
        ids.push((await world.issue(trial, debtorId)).json.id)
      }
      const office = world.office(trial)
      const seen: string[] = []
      let cursor: string | null = ''
      for (let page = 0; page < 6 && cursor !== null; page++) {
        const next: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`
        const { json } = await office.call(
          `/v1/payment-requests?debtorId=${debtorId}&limit=2${next}`,
        )
        seen.push(...json.data.map(({ id }: { id: string }) => id))
        cursor = json.nextCursor
      }
      trial.holds('each once', seen.toSorted().join() === ids.toSorted().join())
      const other = await world.otherOffice(trial).call(`/v1/payment-requests?debtorId=${debtorId}`)
      trial.same('what the other creditor sees', other.json?.data?.length ?? 0, 0)
    },
  },
]
