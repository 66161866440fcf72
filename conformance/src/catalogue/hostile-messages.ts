// Messages that differ from a good one in exactly one thing, and the code with which each has to be refused.
// Whatever the role, a receiver refuses them alike: the roles only carry them to it.
import { createHmac } from 'node:crypto'
import { type Claims, type MessageHeader, signParts } from '../wire/jws.ts'
import type { PartyKey } from '../wire/keys.ts'

/** A message that the receiver awaits, in its parts, and what the suite may spoil it with. */
export interface GoodMessage {
  readonly header: MessageHeader
  readonly claims: Claims
  readonly key: PartyKey
  /** A key of nobody, of the same kind. */
  readonly stranger: PartyKey
  /** Epoch seconds of the receiver's clock. */
  readonly now: number
  /** Another kind that the same sender may send. */
  readonly otherKind: string
  /** A host of the suite: whoever connects to it was led there by the message. */
  readonly bait: string
}

/** One defect. */
export interface HostileMessage {
  /** Id of the case that it belongs to. */
  readonly caseId: string
  readonly defect: string
  /** The code of the refusal. */
  readonly code: string
  /** Whether it is another party's where the thread says whose a message is (PRB-03). */
  readonly isForeign?: true
  make(good: GoodMessage): string
}

type Make = (good: GoodMessage) => string

const MAX_MESSAGE_BYTES = 65_536

/** The good message itself. */
export const asItIs: Make = ({ header, claims, key }) =>
  signParts(JSON.stringify(header), JSON.stringify(claims), key)

const withHeader =
  (change: (good: GoodMessage) => object): Make =>
  (good) =>
    signParts(
      JSON.stringify({ ...good.header, ...change(good) }),
      JSON.stringify(good.claims),
      good.key,
    )

const withClaims =
  (change: (good: GoodMessage) => object): Make =>
  (good) =>
    signParts(
      JSON.stringify(good.header),
      JSON.stringify({ ...good.claims, ...change(good) }),
      good.key,
    )

/** The payload as a text that no serialiser writes. */
const withPayload =
  (change: (json: string) => string | Buffer): Make =>
  ({ header, claims, key }) =>
    signParts(JSON.stringify(header), change(JSON.stringify(claims)), key)

const withRawHeader =
  (change: (json: string) => string): Make =>
  ({ header, claims, key }) =>
    signParts(change(JSON.stringify(header)), JSON.stringify(claims), key)

/** The signed token, spoilt afterwards. */
const spoilt =
  (change: (parts: { head: string; body: string; signature: string }) => string): Make =>
  (good) => {
    const [head = '', body = '', signature = ''] = asItIs(good).split('.')
    return change({ head, body, signature })
  }

const inPayload = (member: string) => withPayload((json) => json.replace('{', `{${member},`))

const defects = (
  caseId: string,
  code: string,
  list: Readonly<Record<string, Make>>,
): HostileMessage[] =>
  Object.entries(list).map(([defect, make]) => ({ caseId, defect, code, make }))

/** Every hostile message, by case. */
export const HOSTILE_MESSAGES: readonly HostileMessage[] = [
  ...defects('SIG-004', 'alg', {
    'alg none, signature kept': withHeader(() => ({ alg: 'none' })),
    'alg None': withHeader(() => ({ alg: 'None' })),
    'alg NONE': withHeader(() => ({ alg: 'NONE' })),
    'alg nOnE': withHeader(() => ({ alg: 'nOnE' })),
  }),
  ...defects('SIG-005', 'alg', {
    'alg missing': withHeader(() => ({ alg: undefined })),
    'alg in small letters': withHeader(({ header }) => ({ alg: header.alg.toLowerCase() })),
    'alg a number': withHeader(() => ({ alg: 256 })),
  }),
  ...defects('SIG-006', 'alg', {
    'HS256 keyed with the public key as PEM': (good) =>
      hmacSigned(good, good.key.publicKey.export({ format: 'pem', type: 'spki' })),
    'HS256 keyed with the public key as DER': (good) =>
      hmacSigned(good, good.key.publicKey.export({ format: 'der', type: 'spki' })),
    'HS256 keyed with the text of the JWK': (good) =>
      hmacSigned(good, JSON.stringify(good.key.publicJwk)),
    'HS256 keyed with the coordinate': (good) => hmacSigned(good, String(good.key.publicJwk.x)),
  }),
  ...defects('SIG-007', 'alg', {
    'HS256 with an empty key': (good) => hmacSigned(good, ''),
  }),
  ...defects('SIG-008', 'alg', {
    'the alg of the other kind of key': withHeader(({ header }) => ({
      alg: header.alg === 'ES256' ? 'Ed25519' : 'ES256',
    })),
  }),
  ...defects('SIG-009', 'alg', {
    PS256: withHeader(() => ({ alg: 'PS256' })),
    RS256: withHeader(() => ({ alg: 'RS256' })),
    ES384: withHeader(() => ({ alg: 'ES384' })),
  }),
  ...defects('SIG-010', 'typ', { 'typ missing': withHeader(() => ({ typ: undefined })) }),
  ...defects('SIG-011', 'typ', {
    'typ JWT': withHeader(() => ({ typ: 'JWT' })),
    'typ in capitals': withHeader(({ header }) => ({ typ: header.typ.toUpperCase() })),
    'typ with application/': withHeader(({ header }) => ({ typ: `application/${header.typ}` })),
  }),
  ...defects('SIG-012', 'typ', {
    'a kind that does not come from this side': withHeader(({ otherKind }) => ({
      typ: `parley-${otherKind}+jwt`,
    })),
  }),
  ...defects('SIG-013', 'crit', {
    'crit with an unknown name': withHeader(() => ({ crit: ['x'], x: 1 })),
    'crit empty': withHeader(() => ({ crit: [] })),
    'crit with a registered name': withHeader(() => ({ crit: ['alg'] })),
  }),
  ...defects('SIG-014', 'crit', { 'b64 false': withHeader(() => ({ b64: false })) }),
  ...defects('SIG-015', 'header', {
    'the key of a stranger as jwk': withHeader(({ stranger }) => ({ jwk: stranger.publicJwk })),
  }),
  ...defects('SIG-016', 'header', {
    'jku of a host of the suite': withHeader(({ bait }) => ({ jku: `${bait}/jwks.json` })),
  }),
  ...defects('SIG-017', 'header', {
    'x5u of a host of the suite': withHeader(({ bait }) => ({ x5u: `${bait}/chain.pem` })),
    'x5u of a metadata service': withHeader(() => ({ x5u: 'http://169.254.169.254/latest/' })),
  }),
  ...defects('SIG-018', 'header', {
    x5c: withHeader(() => ({ x5c: ['MIIB'] })),
    'x5t#S256': withHeader(() => ({ 'x5t#S256': 'A'.repeat(43) })),
    cty: withHeader(() => ({ cty: 'json' })),
    'a member that nobody knows': withHeader(() => ({ later: 1 })),
  }),
  ...defects('SIG-019', 'kid', { 'kid missing': withHeader(() => ({ kid: undefined })) }),
  ...defects('SIG-020', 'key-unknown', {
    'a key of nobody': ({ header, claims, stranger }) =>
      signParts(JSON.stringify({ ...header, kid: stranger.kid }), JSON.stringify(claims), stranger),
  }),
  ...defects('SIG-021', 'kid', {
    'kid a path': withHeader(() => ({ kid: '../../etc/passwd' })),
    'kid a statement': withHeader(() => ({ kid: "' or 1=1 --" })),
    'kid a number': withHeader(() => ({ kid: 7 })),
    'kid of 10 KB': withHeader(() => ({ kid: 'A'.repeat(10_240) })),
  }),
  ...defects('SIG-022', 'signature', {
    "the right kid over a stranger's signature": ({ header, claims, stranger }) =>
      signParts(JSON.stringify(header), JSON.stringify(claims), stranger),
  }),
  ...defects('SIG-023', 'signature', {
    'signature empty': spoilt(({ head, body }) => `${head}.${body}.`),
    'signature truncated': spoilt(({ head, body, signature }) =>
      [head, body, signature.slice(0, 80)].join('.'),
    ),
    'signature of zeros': spoilt(({ head, body }) => `${head}.${body}.${'A'.repeat(86)}`),
    'signature of 65 bytes': spoilt(({ head, body, signature }) =>
      [head, body, Buffer.concat([Buffer.from(signature, 'base64url'), Buffer.of(0)])]
        .map((part) => (typeof part === 'string' ? part : part.toString('base64url')))
        .join('.'),
    ),
    'signature in DER': spoilt(({ head, body, signature }) =>
      [head, body, derOf(signature)].join('.'),
    ),
  }),
  ...defects('SIG-024', 'signature', {
    'payload changed after signing': spoilt(({ head, body, signature }) =>
      [head, changedJti(body), signature].join('.'),
    ),
  }),
  ...defects('SIG-025', 'encoding', {
    'padding at the end': (good) => `${asItIs(good)}==`,
    'a blank inside': spoilt(({ head, body, signature }) =>
      [head, `${body.slice(0, 8)} ${body.slice(8)}`, signature].join('.'),
    ),
    'a line feed at the end': (good) => `${asItIs(good)}\n`,
    'the standard alphabet': spoilt(
      ({ head, body, signature }) => `${head}.${body}.+/${signature.slice(2)}`,
    ),
  }),
  ...defects('SIG-026', 'encoding', {
    'stray bits in the last character': spoilt(({ head, body, signature }) =>
      [head, body, withStrayBits(signature)].join('.'),
    ),
  }),
  ...defects('SIG-027', 'serialization', {
    'two parts': spoilt(({ head, body }) => `${head}.${body}`),
    'four parts': (good) => `${asItIs(good)}.`,
    'five parts': (good) => `${asItIs(good)}..`,
    'flattened JSON': spoilt(({ head, body, signature }) =>
      JSON.stringify({ protected: head, payload: body, signature }),
    ),
    'general JSON': spoilt(({ head, body, signature }) =>
      JSON.stringify({ payload: body, signatures: [{ protected: head, signature }] }),
    ),
  }),
  ...defects('SIG-028', 'json-duplicate-name', {
    'a claim twice': inPayload('"seq":1'),
    'a claim twice, once escaped': inPayload('"\\u0073eq":1'),
    'a name twice further down': inPayload('"x":{"a":1,"a":2}'),
  }),
  ...defects('SIG-029', 'json-duplicate-name', {
    'a header member twice': withRawHeader((json) => json.replace('{', '{"alg":"ES256",')),
  }),
  ...defects('SIG-030', 'json-object', {
    'payload an array': withPayload(() => '[]'),
    'payload null': withPayload(() => 'null'),
    'payload a text': withPayload(() => '"seq"'),
  }),
  ...defects('SIG-030', 'json-syntax', {
    'text behind the object': withPayload((json) => `${json} x`),
  }),
  ...defects('SIG-030', 'json-utf8', {
    'a byte order mark': withPayload((json) => `\uFEFF${json}`),
    'bytes that are no UTF-8': withPayload((json) => {
      const bytes = Buffer.from(json.replace('{', '{"x":"?",'))
      bytes[bytes.indexOf('?')] = 0xff
      return bytes
    }),
  }),
  ...defects('SIG-030', 'json-surrogate', { 'a lone surrogate': inPayload('"x":"\\ud800"') }),
  ...defects('SIG-031', 'json-forbidden-name', {
    __proto__: inPayload('"__proto__":{"admin":true}'),
    constructor: inPayload('"constructor":{"prototype":{}}'),
    prototype: inPayload('"prototype":{}'),
  }),
  ...defects('SIG-032', 'json-depth', {
    'an array 33 deep': inPayload(`"x":${'['.repeat(33)}${']'.repeat(33)}`),
    'an array 5,000 deep': inPayload(`"x":${'['.repeat(5000)}${']'.repeat(5000)}`),
  }),
  ...defects('SIG-032', 'json-size', {
    '2,100 elements': inPayload(`"x":[${'0,'.repeat(2100)}0]`),
  }),
  ...defects('SIG-032', 'json-number', {
    'a number that loses digits': inPayload('"x":9007199254740993'),
    'a number beyond all': inPayload('"x":1e400'),
  }),
  ...defects('SIG-033', 'message-too-large', {
    'more than 64 KiB': (good) => `${asItIs(good)}${'A'.repeat(MAX_MESSAGE_BYTES)}`,
  }),
  ...defects('SIG-034', 'exp', {
    'exp missing': withClaims(() => ({ exp: undefined })),
    'exp null': withClaims(() => ({ exp: null })),
    'exp a text': withClaims(({ claims }) => ({ exp: String(claims.exp) })),
    'exp negative': withClaims(() => ({ exp: -1 })),
  }),
  ...defects('SIG-035', 'expired', {
    'exp one second ago': withClaims(({ now }) => ({ iat: now - 120, exp: now - 1 })),
  }),
  ...defects('SIG-036', 'lifetime', {
    'exp before iat': withClaims(({ claims }) => ({ exp: claims.iat - 1 })),
    'exp in milliseconds': withClaims(({ now }) => ({ exp: now * 1000 })),
    'exp in ten years': withClaims(({ now }) => ({ exp: now + 3650 * 86_400 })),
  }),
  ...defects('SIG-036', 'json-number', {
    'exp of 1e400': withPayload((json) => json.replace(/"exp":\d+/, '"exp":1e400')),
  }),
  ...defects('SIG-037', 'nbf', { 'nbf ahead': withClaims(({ now }) => ({ nbf: now + 3600 })) }),
  ...defects('SIG-038', 'aud', {
    'aud missing': withClaims(() => ({ aud: undefined })),
    'another receiver': withClaims(() => ({ aud: 'https://other.example' })),
    'aud with more behind it': withClaims(({ claims }) => ({ aud: `${claims.aud}.example` })),
    'aud with a slash': withClaims(({ claims }) => ({ aud: `${claims.aud}/` })),
    'aud in capitals': withClaims(({ claims }) => ({ aud: claims.aud.toUpperCase() })),
    'aud an empty list': withClaims(() => ({ aud: [] })),
    'aud a list': withClaims(({ claims }) => ({ aud: [claims.aud] })),
  }),
  ...defects('SIG-039', 'iss', {
    'iss missing': withClaims(() => ({ iss: undefined })),
    'iss with more behind it': withClaims(({ claims }) => ({ iss: `${claims.iss}@evil.example` })),
    'iss with a letter that looks alike': withClaims(({ claims }) => ({
      iss: claims.iss.replace('t', 'т'),
    })),
  }),
  {
    ...{ caseId: 'SIG-039', defect: 'another sender', code: 'iss', isForeign: true },
    make: withClaims(() => ({ iss: 'https://other.example' })),
  },
  ...defects('SIG-041', 'iat', {
    'iat an hour ahead': withClaims(({ now }) => ({ iat: now + 3600, exp: now + 7200 })),
    'iat a text': withClaims(({ claims }) => ({ iat: String(claims.iat) })),
  }),
  ...defects('SIG-052', 'ver', {
    'another version': withClaims(() => ({ ver: '2.0' })),
    'no version': withClaims(() => ({ ver: undefined })),
  }),
  ...defects('SIG-053', 'jti', {
    'jti of less than 128 bits': withClaims(() => ({ jti: 'short' })),
    'jti missing': withClaims(() => ({ jti: undefined })),
  }),
  ...defects('SIG-053', 'sub', { 'sub missing': withClaims(() => ({ sub: undefined })) }),
  ...defects('SIG-053', 'seq', {
    'seq negative': withClaims(() => ({ seq: -1 })),
    'seq a text': withClaims(({ claims }) => ({ seq: String(claims.seq) })),
  }),
]

/** Defects of a case. */
export function hostileMessagesOf(caseId: string): readonly HostileMessage[] {
  return HOSTILE_MESSAGES.filter((message) => message.caseId === caseId)
}

function hmacSigned({ header, claims }: GoodMessage, secret: string | Buffer): string {
  const head = Buffer.from(JSON.stringify({ ...header, alg: 'HS256' })).toString('base64url')
  const input = `${head}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}`
  return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`
}

/** The same bytes, named by another last character. */
function withStrayBits(signature: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  const last = alphabet.indexOf(signature.at(-1) ?? '')
  return `${signature.slice(0, -1)}${alphabet.charAt(last | 1)}`
}

/** The payload with another jti: a claim that nothing but the signature protects. */
function changedJti(body: string): string {
  const claims = JSON.parse(Buffer.from(body, 'base64url').toString()) as Claims
  const jti = [...claims.jti].reverse().join('')
  return Buffer.from(JSON.stringify({ ...claims, jti })).toString('base64url')
}

/** The signature in the form of X.509, which JWS does not use. */
function derOf(signature: string): string {
  const bytes = Buffer.from(signature, 'base64url')
  const integer = (part: Buffer) =>
    (part[0] ?? 0) > 127
      ? Buffer.concat([Buffer.of(2, part.length + 1, 0), part])
      : Buffer.concat([Buffer.of(2, part.length), part])
  const inside = Buffer.concat([integer(bytes.subarray(0, 32)), integer(bytes.subarray(32))])
  return Buffer.concat([Buffer.of(48, inside.length), inside]).toString('base64url')
}
