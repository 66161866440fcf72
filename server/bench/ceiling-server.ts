// The ceiling of issuing: fastify, one ES256 signature over as many bytes as a payment request has,
// and one prepared single-row insert through raw pg. No idempotency, no events, no checks.
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
await app.listen({ host: '127.0.0.1', port: Number(PORT) })
process.on('SIGTERM', () => process.exit(0))
