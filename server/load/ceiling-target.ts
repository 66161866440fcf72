// The same work against the bare server: as many signatures, verifications and inserts over as many
// bytes, and nothing of what Parley decides, checks and remembers.
import { generateSigningKey, signMessage, typOf } from '@parley/sdk/protocol'
import { Pool } from 'undici'
import type { Work } from './parley-target.ts'
import type { Target } from './play-open-loop.ts'
import { WorkFailed } from './tally.ts'

/** What the payloads of the real messages measure, about. */
const DECLINE_BYTES = 450
const ACCEPT_BYTES = 800
const ANSWER_BYTES = 1_100

export interface CeilingTarget extends Target<Work> {
  close(): Promise<void>
}

export async function createCeilingTarget(origin: string): Promise<CeilingTarget> {
  const pool = new Pool(origin, { connections: 256 })
  const key = await generateSigningKey('ES256')
  const post = async (path: string, body: object) => {
    const headers = { 'content-type': 'application/json' }
    const reply = await pool.request({
      ...{ method: 'POST', path, headers },
      body: JSON.stringify(body),
    })
    await reply.body.dump()
    if (reply.statusCode >= 300) throw new WorkFailed(String(reply.statusCode))
  }
  const signed = (bytes: number) =>
    signMessage(typOf('decline'), { padding: 'x'.repeat(bytes) }, key)
  const issue = () => post('/issue', { amount: { value: '120.50', currency: 'EUR' } })
  await post('/agent-key', key.publicJwk)
  return {
    issue,
    async negotiate() {
      const decline = await signed(DECLINE_BYTES)
      await post('/answer', { signed: [decline], replyBytes: ANSWER_BYTES })
      const accept = [await signed(ACCEPT_BYTES), await signed(ANSWER_BYTES)]
      await post('/answer', { signed: accept, replyBytes: ANSWER_BYTES })
    },
    pay: issue,
    close: () => pool.close(),
  }
}
