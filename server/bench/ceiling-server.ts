// The ceilings: fastify, raw WebCrypto, ES256 signatures over as many bytes as the real messages have,
// and one prepared insert through raw pg a request. No idempotency, no events, no checks.
import { generateSigningKey, signMessage } from '@parley/sdk/protocol'
import Fastify from 'fastify'
import pg from 'pg'

const { PORT = '0', DATABASE_URL = '', PAYLOAD_BYTES = '1100' } = process.env
const pool = new pg.Pool({ connectionString: DATABASE_URL, max: 10 })
await pool.query('create table if not exists ceiling (id bigserial primary key, jws text not null)')
const key = await generateSigningKey('ES256')
const padding = 'x'.repeat(Number(PAYLOAD_BYTES))

const app = Fastify()
app.post('/issue', async (request, reply) => {
  const jws = await signMessage('parley-request+jwt', { body: request.body, padding }, key)
  await pool.query({
    name: 'insert',
    text: 'insert into ceiling (jws) values ($1)',
    values: [jws],
  })
  return reply.code(201).send({ signedRequest: jws })
})

let agentKey: CryptoKey | undefined
app.post('/agent-key', async (request) => {
  const curve = { name: 'ECDSA', namedCurve: 'P-256' }
  agentKey = await crypto.subtle.importKey('jwk', request.body as JsonWebKey, curve, false, [
    'verify',
  ])
  return {}
})

// An answer: every signature that it brings is verified, one is made, both messages are kept.
app.post<{ Body: { signed: string[]; replyBytes: number } }>('/answer', async (request, reply) => {
  const { signed, replyBytes } = request.body
  for (const jws of signed) {
    if (!(await isGenuine(jws))) return await reply.code(400).send({})
  }
  const ours = await signMessage('parley-menu+jwt', { padding: 'x'.repeat(replyBytes) }, key)
  await pool.query({
    name: 'insert-both',
    text: 'insert into ceiling (jws) select unnest($1::text[])',
    values: [[signed.join(), ours]],
  })
  return await reply.code(200).send(ours)
})

async function isGenuine(jws: string): Promise<boolean> {
  const [header = '', body = '', signature = ''] = jws.split('.')
  if (agentKey === undefined) return false
  const algorithm = { name: 'ECDSA', hash: 'SHA-256' }
  const bytes = Buffer.from(signature, 'base64url')
  return await crypto.subtle.verify(algorithm, agentKey, bytes, Buffer.from(`${header}.${body}`))
}

await app.listen({ host: '127.0.0.1', port: Number(PORT) })
process.on('SIGTERM', () => process.exit(0))
