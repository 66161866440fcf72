// Messages with one defect each, beside good ones: form, header, claims, keys.
import { encodeUtf8, fromBase64Url, toBase64Url } from '@parley/sdk/protocol'
import { published, type TestKeys } from './test-keys.ts'
import { createMint, type Token } from './token-mint.ts'
import { numbered, passes, refused, type Vector, type VectorFile } from './vector-file.ts'

export const NOW = 1_800_000_000
const ISSUER = 'https://creditor.example'
const AUDIENCE = 'https://agent.example'
const TYP = 'parley-request+jwt'

const GOOD = {
  ver: '1.0',
  iss: ISSUER,
  aud: AUDIENCE,
  sub: 'sub_01ARZ3NDEKTSV4RRFFQ69G5FAV',
  jti: 'AAECAwQFBgcICQoLDA0ODw',
  iat: NOW - 5,
  exp: NOW + 86_400,
  thr: 'thr-0123456789abcdef',
  seq: 0,
  prev: null,
  amount: { value: '120.50', currency: 'EUR' },
}

type Draft = Omit<Vector, 'id'>

/** The message that a receiver awaits at `now`; signed by the test key of the creditor, it is good. */
export interface Awaited {
  now: number
  typ: string
  payload: { iss: string; aud: string; [claim: string]: unknown }
}

/**
 * Signature vectors; `committed` is the text of the present file. With another message than that of
 * the file they have the same defects, for a receiver that awaits this one.
 */
export async function signatureVectors(
  keys: TestKeys,
  committed: string,
  { now, typ, payload }: Awaited = { now: NOW, typ: TYP, payload: GOOD },
): Promise<VectorFile> {
  const mint = createMint({ typ, payload, key: keys.creditor }, committed)
  const good = await mint.sign({})
  const kid = keys.creditor.kid
  const one = async (rule: string, code: string, title: string, token: Token): Promise<Draft> => ({
    rule,
    title,
    jws: await mint.sign(token),
    expect: refused(code),
  })
  const text = (rule: string, code: string, title: string, jws: string): Draft => ({
    rule,
    title,
    jws,
    expect: refused(code),
  })
  const [head = '', body = '', sig = ''] = good.split('.')
  const json = JSON.stringify(payload)
  const header = JSON.stringify({ alg: 'ES256', typ, kid })
  const inPayload = (member: string) => ({ payload: json.replace('{', `{${member},`) })
  const inHeader = (member: string) => ({ header: header.replace('{', `{${member},`) })

  const drafts: Draft[] = [
    { rule: 'SIG-11', title: 'a good message, ES256', jws: good, expect: passes() },
    {
      rule: 'SIG-11',
      title: 'a good message, Ed25519',
      jws: await mint.sign({ key: keys.agent }),
      expect: passes(),
    },
    {
      rule: 'SIG-09',
      title: 'EdDSA as the name of Ed25519',
      jws: await mint.sign({ header: { alg: 'EdDSA' }, key: keys.agent }),
      expect: passes(),
    },
    {
      rule: 'MSG-02',
      title: 'a member that nobody knows',
      jws: await mint.sign({ payload: { later: 1 } }),
      expect: passes(),
    },
    {
      rule: 'SIG-18',
      title: 'iat 60 seconds ahead',
      jws: await mint.sign({ payload: { iat: now + 60 } }),
      expect: passes(),
    },
    {
      rule: 'SIG-12',
      title: 'the other s of the same ES256 signature',
      jws: `${head}.${body}.${otherS(sig)}`,
      expect: passes(),
    },

    text('SIG-01', 'message-too-large', 'more than 64 KiB', `${good}${'A'.repeat(65_536)}`),
    text('SIG-02', 'serialization', 'two parts', `${head}.${body}`),
    text('SIG-02', 'serialization', 'four parts', `${good}.`),
    text('SIG-02', 'encoding', 'padding', `${head}.${body}.${sig}==`),
    text('SIG-02', 'encoding', 'a line feed at the end', `${good}\n`),
    text(
      'SIG-02',
      'encoding',
      'white space inside',
      `${head}.${body.slice(0, 8)} ${body.slice(8)}.${sig}`,
    ),
    text('SIG-02', 'encoding', 'the alphabet of base64', `${head}.${body}.${'+'.repeat(86)}`),
    text('SIG-02', 'encoding', 'stray bits in the last character', `${head}.${body}.${stray(sig)}`),

    await one('SIG-03', 'json-utf8', 'a byte order mark', { payload: `\uFEFF${json}` }),
    await one('SIG-03', 'json-utf8', 'bytes that are no UTF-8', { payload: invalidUtf8(json) }),
    await one('SIG-03', 'json-syntax', 'text after the object', { payload: `${json} x` }),
    await one('SIG-03', 'json-object', 'an array as payload', { payload: '[]' }),
    await one('SIG-03', 'json-object', 'null as header', { header: 'null' }),
    await one('SIG-04', 'json-duplicate-name', 'a claim twice', inPayload('"seq":1')),
    await one(
      'SIG-04',
      'json-duplicate-name',
      'a claim twice, once escaped',
      inPayload('"\\u0073eq":1'),
    ),
    await one(
      'SIG-04',
      'json-duplicate-name',
      'a name twice further down',
      inPayload('"x":{"a":1,"a":2}'),
    ),
    await one('SIG-04', 'json-duplicate-name', 'a header member twice', inHeader('"alg":"ES256"')),
    await one('SIG-04', 'json-forbidden-name', '__proto__', inPayload('"__proto__":{}')),
    await one('SIG-04', 'json-surrogate', 'a lone surrogate', inPayload('"x":"\\ud800"')),
    await one(
      'SIG-05',
      'json-depth',
      'nesting deeper than 32',
      inPayload(`"x":${'['.repeat(40)}${']'.repeat(40)}`),
    ),
    await one(
      'SIG-05',
      'json-size',
      'more than 2,000 members',
      inPayload(`"x":[${'0,'.repeat(2_100)}0]`),
    ),
    await one(
      'SIG-05',
      'json-number',
      'a number that loses digits',
      inPayload('"x":9007199254740993'),
    ),

    await one('SIG-06', 'crit', 'crit', { header: { crit: ['exp'] } }),
    await one('SIG-06', 'crit', 'b64', { header: { b64: false } }),
    await one('SIG-06', 'header', 'an embedded key', { header: { jwk: keys.stranger.publicJwk } }),
    await one('SIG-06', 'header', 'the address of a key set', {
      header: { jku: 'https://evil.example/jwks' },
    }),
    await one('SIG-06', 'header', 'a certificate', { header: { x5c: ['MIIB'] } }),
    await one('SIG-08', 'typ', 'another kind', { header: { typ: 'parley-reminder+jwt' } }),
    await one('SIG-08', 'typ', 'JWT', { header: { typ: 'JWT' } }),
    await one('SIG-08', 'typ', 'no typ', { header: { typ: undefined } }),
    await one('SIG-09', 'alg', 'none', { header: { alg: 'none' } }),
    await one('SIG-09', 'alg', 'HS256', { header: { alg: 'HS256' } }),
    await one('SIG-09', 'alg', 'small letters', { header: { alg: 'es256' } }),
    await one('SIG-09', 'alg', 'Ed25519 for a key on P-256', { header: { alg: 'Ed25519' } }),
    await one('SIG-10', 'kid', 'no kid', { header: { kid: undefined } }),
    await one('SIG-10', 'kid', 'a path as kid', { header: { kid: '../../etc/passwd' } }),
    await one('SIG-16', 'key-unknown', 'a key of nobody', { key: keys.stranger }),
    await one('SIG-12', 'signature', "another key's signature", {
      header: { kid },
      key: keys.stranger,
    }),
    text('SIG-12', 'signature', 'a changed payload', `${head}.${changed(body)}.${sig}`),
    text('SIG-12', 'signature', 'no signature', `${head}.${body}.`),
    text('SIG-12', 'signature', 'a signature of zeros', `${head}.${body}.${'A'.repeat(86)}`),
    text('SIG-12', 'signature', 'a DER signature', `${head}.${body}.${der(sig)}`),

    await one('SIG-14', 'ver', 'another version', { payload: { ver: '2.0' } }),
    await one('SIG-15', 'aud', 'another receiver', { payload: { aud: 'https://other.example' } }),
    await one('SIG-15', 'aud', 'a trailing slash', { payload: { aud: `${payload.aud}/` } }),
    await one('SIG-15', 'aud', 'several receivers', { payload: { aud: [payload.aud] } }),
    await one('SIG-16', 'iss', 'another sender', { payload: { iss: 'https://other.example' } }),
    await one('SIG-14', 'iss', 'no sender', { payload: { iss: undefined } }),
    await one('SIG-17', 'jti', 'less than 128 bits', { payload: { jti: 'short' } }),
    await one('SIG-14', 'sub', 'no sub', { payload: { sub: undefined } }),
    await one('SIG-14', 'thr', 'no thread', { payload: { thr: undefined } }),
    await one('SIG-14', 'seq', 'a negative place', { payload: { seq: -1 } }),
    await one('THR-01', 'prev', 'a first message with prev', { payload: { prev: 'A'.repeat(43) } }),
    await one('THR-01', 'prev', 'a later message without prev', { payload: { seq: 1 } }),
    await one('SIG-14', 'iat', 'iat as text', { payload: { iat: String(now) } }),
    await one('SIG-18', 'iat', 'iat 61 seconds ahead', { payload: { iat: now + 61 } }),
    await one('SIG-14', 'exp', 'no exp', { payload: { exp: undefined } }),
    await one('SIG-19', 'expired', 'exp now', { payload: { exp: now } }),
    await one('SIG-19', 'lifetime', 'exp before iat', { payload: { exp: now - 6 } }),
    await one('SIG-19', 'lifetime', 'exp in milliseconds', { payload: { exp: now * 1_000 } }),
    await one('SIG-19', 'nbf', 'nbf ahead', { payload: { nbf: now + 3_600 } }),
  ]
  return {
    description:
      'Verify each `jws` with `common`: the receiver is `audience` and awaits a message of `typ` from `issuer`, whose keys are `jwks`, at `now`.',
    common: {
      now,
      typ,
      issuer: payload.iss,
      audience: payload.aud,
      jwks: published(keys.creditor, keys.agent),
    },
    vectors: numbered('sig', drafts),
  }
}

const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n

/** n − s in place of s: as valid as the first (RFC 7518 knows no low s). */
function otherS(signature: string): string {
  const bytes = fromBase64Url(signature) ?? new Uint8Array(64)
  const s = BigInt(`0x${hex(bytes.slice(32))}`)
  const other = (ORDER - s).toString(16).padStart(64, '0')
  const tail = Uint8Array.from(other.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
  return toBase64Url(Uint8Array.from([...bytes.slice(0, 32), ...tail]))
}

function hex(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** The same bytes with a bit set that the last character has to spare. */
function stray(signature: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  const last = alphabet.indexOf(signature.at(-1) ?? '')
  return `${signature.slice(0, -1)}${alphabet.charAt(last | 1)}`
}

function changed(part: string): string {
  const bytes = fromBase64Url(part) ?? new Uint8Array()
  const text = new TextDecoder().decode(bytes).replace('120.50', '920.50')
  return toBase64Url(encodeUtf8(text))
}

function invalidUtf8(json: string): Uint8Array {
  const bytes = encodeUtf8(json)
  bytes[bytes.indexOf(0x30)] = 0xff
  return bytes
}

/** The signature in the form of X.509 (RFC 3279), which JWS does not use. */
function der(signature: string): string {
  const bytes = fromBase64Url(signature) ?? new Uint8Array(64)
  const integer = (part: Uint8Array) => {
    const value = (part[0] ?? 0) > 127 ? [0, ...part] : [...part]
    return [2, value.length, ...value]
  }
  const inside = [...integer(bytes.slice(0, 32)), ...integer(bytes.slice(32))]
  return toBase64Url(Uint8Array.from([48, inside.length, ...inside]))
}
