// Debtors with agents for the benches, enrolled at a real server. The agents pull, so that requests
// are addressed at once and no dunning step falls due while a bench runs.
import {
  generateSigningKey,
  jwkThumbprintUri,
  type SigningKey,
  signMessage,
  toBase64Url,
} from '@parley/sdk/protocol'
import { request } from 'undici'

export interface EnrolledDebtor {
  debtorId: string
  key: SigningKey
  /** What its agent sent to enrol, and the answer: two JWS. */
  enrolment: string
  enrolled: string
}

/** A name that no other message has. */
export function randomName(): string {
  return toBase64Url(crypto.getRandomValues(new Uint8Array(16)))
}

/** Thirty days from now, so that nothing falls due while a bench runs. */
export function laterDueDate(): string {
  return new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10)
}

/** Posts and returns the body; a refusal ends the bench. */
export async function post(
  url: string,
  headers: Record<string, string>,
  body: string,
): Promise<string> {
  const reply = await request(url, { method: 'POST', headers, body })
  const text = await reply.body.text()
  if (reply.statusCode >= 300) throw new Error(`${reply.statusCode} ${text}`)
  return text
}

/** Makes debtors of a creditor and enrols an agent for each. */
export async function enrolDebtors(
  origin: string,
  apiKey: string,
  count: number,
): Promise<EnrolledDebtor[]> {
  const debtors: EnrolledDebtor[] = []
  const authorization = `Bearer ${apiKey}`
  for (let n = 0; n < count; n++) {
    const made = await post(
      `${origin}/v1/debtors`,
      { authorization, 'content-type': 'application/json', 'idempotency-key': `d-${n}` },
      JSON.stringify({ name: `D ${n}` }),
    )
    const { id } = JSON.parse(made) as { id: string }
    const codeHeaders = { authorization, 'idempotency-key': `a-${n}` }
    const issued = await post(`${origin}/v1/debtors/${id}/activation-codes`, codeHeaders, '')
    const { code } = JSON.parse(issued) as { code: string }
    debtors.push({ debtorId: id, ...(await enrol(origin, code)) })
  }
  return debtors
}

async function enrol(
  origin: string,
  activationCode: string,
): Promise<Omit<EnrolledDebtor, 'debtorId'>> {
  const key = await generateSigningKey('ES256')
  const iss = jwkThumbprintUri(key.kid)
  const now = Math.floor(Date.now() / 1000)
  const place = { iss, aud: origin, sub: iss, thr: randomName(), seq: 0, prev: null }
  const times = { iat: now, exp: now + 600 }
  const claims = { ver: '1.0', ...place, jti: randomName(), ...times }
  const enrolment = await signMessage(
    'parley-enrol+jwt',
    { ...claims, activationCode, jwk: key.publicJwk },
    key,
  )
  const headers = { 'content-type': 'application/jose' }
  const enrolled = await post(`${origin}/parley/enrolments`, headers, enrolment)
  return { key, enrolment, enrolled }
}
