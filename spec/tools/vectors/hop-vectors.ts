// Requests between servers with their signatures (RFC 9421), good and with one defect.
import { signHop } from '@parley/sdk/protocol'
import { published, type TestKeys } from './test-keys.ts'
import { numbered, passes, refused, type Vector, type VectorFile } from './vector-file.ts'

const NOW = 1_800_000_000
const NONCE = 'AAECAwQFBgcICQoLDA0ODw'

interface Request {
  method: string
  url: string
  headers: Record<string, string>
  body: string
}

/** Hop vectors, signed with the Ed25519 key, whose signatures are always the same. */
export async function hopVectors({ agent, stranger }: TestKeys): Promise<VectorFile> {
  const plain: Request = {
    method: 'POST',
    url: 'https://creditor.example/parley/messages?v=1',
    headers: { 'content-type': 'application/jose', 'idempotency-key': 'k-1' },
    body: 'eyJ.eyJ.sig',
  }
  const added = await signHop(
    {
      ...plain,
      headers: new Map(Object.entries(plain.headers)),
      body: new TextEncoder().encode(plain.body),
    },
    { key: agent, now: NOW, nonce: NONCE },
  )
  const good: Request = { ...plain, headers: { ...plain.headers, ...added } }
  const input = added['signature-input'] ?? ''
  const vector = (
    rule: string,
    title: string,
    changes: Partial<Request> & { now?: number },
    expect: Vector['expect'],
  ) => {
    const { now = NOW, headers, ...rest } = changes
    return {
      rule,
      title,
      now,
      request: { ...good, ...rest, headers: { ...good.headers, ...headers } },
      expect,
    }
  }
  const withInput = (change: (input: string) => string) => ({
    headers: { 'signature-input': change(input) },
  })
  return {
    description:
      'Verify `request` at `now`: it has to be signed by a key of `issuer`. Whether the nonce was used before is not asked here.',
    common: {
      issuer: 'https://bank.example',
      jwks: published(agent),
      kid: agent.kid,
      nonce: NONCE,
    },
    vectors: numbered('hop', [
      vector('HOP-01', 'a good request', {}, passes()),
      vector('HOP-04', 'thirty seconds ahead', { now: NOW - 30 }, passes()),
      vector('HOP-04', 'thirty-one seconds ahead', { now: NOW - 31 }, refused('hop-created')),
      vector('HOP-04', 'too old', { now: NOW + 301 }, refused('hop-created')),
      vector(
        'HOP-01',
        'another path',
        { url: 'https://creditor.example/x?v=1' },
        refused('hop-signature'),
      ),
      vector(
        'HOP-01',
        'another host',
        { url: 'https://evil.example/parley/messages?v=1' },
        refused('hop-signature'),
      ),
      vector('HOP-01', 'another method', { method: 'PUT' }, refused('hop-signature')),
      vector(
        'HOP-01',
        'another key of the request',
        { headers: { 'idempotency-key': 'k-2' } },
        refused('hop-signature'),
      ),
      vector(
        'HOP-01',
        'the query is not covered',
        withInput((v) => v.replace('"@query" ', '')),
        refused('hop-coverage'),
      ),
      vector(
        'HOP-01',
        'the body is not covered',
        withInput((v) => v.replace(' "content-digest"', '')),
        refused('hop-coverage'),
      ),
      vector(
        'HOP-02',
        'alg is stated',
        withInput((v) => `${v};alg="ed25519"`),
        refused('hop-parameters'),
      ),
      vector(
        'HOP-02',
        'no nonce',
        withInput((v) => v.replace(/;nonce="[^"]*"/, '')),
        refused('hop-parameters'),
      ),
      vector(
        'HOP-02',
        'valid for too long',
        withInput((v) => v.replace(/expires=\d+/, `expires=${NOW + 301}`)),
        refused('hop-parameters'),
      ),
      vector('HOP-03', 'another body', { body: 'eyJ.eyJ.other' }, refused('hop-digest')),
      vector(
        'HOP-05',
        'another tag',
        withInput((v) => v.replace('parley-1', 'parley-2')),
        refused('hop-signature'),
      ),
      vector(
        'HOP-06',
        'a key of somebody else',
        withInput((v) => v.replace(agent.kid, stranger.kid)),
        refused('hop-key'),
      ),
    ]),
  }
}
