// Every way to spoil a message, each with the code of its refusal. All of these carry a valid
// signature unless the signature is the point, so that nothing else can be the reason. The numbers
// (SIG-004 …) name the classes of fault of the conformance catalogue.

import { describe, expect, it } from 'vitest'
import { encodeUtf8, fromBase64Url, toBase64Url } from '../../src/protocol/encoding.ts'
import type { PublishedJwk } from '../../src/protocol/key-set.ts'
import type { RefusalCode } from '../../src/protocol/refusals.ts'
import { verifyMessage } from '../../src/protocol/verify.ts'
import {
  AGENT,
  CREDITOR,
  claims,
  craft,
  ed25519,
  es256,
  expectRefusal,
  jwkSet,
  message,
  NOW,
  options,
  stranger,
  TYP,
} from './message-fixtures.ts'

const DAY = 86_400

describe('refuses the algorithm (SIG-004, SIG-005, SIG-009)', () => {
  it.each([
    'none',
    'None',
    'NONE',
    'nOnE',
    'es256',
    'HS256',
    'RS256',
    'PS256',
    'ES384',
    '',
    1,
    null,
  ])('%j', async (alg) => {
    await expectRefusal(await craft({ header: { alg } }), 'alg')
  })

  it('that is missing (SIG-005)', async () => {
    await expectRefusal(await craft({ header: { alg: undefined } }), 'alg')
  })

  it('none with an empty signature (SIG-004)', async () => {
    const jws = await craft({ header: { alg: 'none' } })
    await expectRefusal(jws.replace(/[^.]*$/, ''), 'alg')
  })

  it('HS256 keyed with the public key in every spelling, or with nothing (SIG-006, SIG-007)', async () => {
    const { x = '', y = '' } = es256.publicJwk
    const point = [4, ...(fromBase64Url(x) ?? []), ...(fromBase64Url(y) ?? [])]
    const secrets = [
      Uint8Array.from(point),
      encodeUtf8(x),
      encodeUtf8(JSON.stringify(es256.publicJwk)),
      encodeUtf8(es256.kid),
      new Uint8Array(1),
    ]
    for (const secret of secrets) {
      await expectRefusal(await hmacToken(secret), 'alg')
    }
  })

  it.each(['Ed25519', 'EdDSA'])('%s on an ES256 key (SIG-008)', async (alg) => {
    await expectRefusal(await craft({ header: { alg } }), 'alg')
  })

  it('ES256 on an Ed25519 key (SIG-008)', async () => {
    await expectRefusal(await craft({ header: { alg: 'ES256' }, key: ed25519 }), 'alg')
  })

  it('of a key that the receiver does not allow (SIG-009)', async () => {
    await expectRefusal(await message({}, ed25519), 'alg', { algorithms: ['ES256'] })
  })
})

describe('refuses the type (SIG-011, SIG-012)', () => {
  it.each(['JWT', 'parley-reminder+jwt', TYP.toUpperCase(), `application/${TYP}`, '', 1, null])(
    '%j',
    async (typ) => {
      await expectRefusal(await craft({ header: { typ } }), 'typ')
    },
  )

  it('that is missing (SIG-010)', async () => {
    await expectRefusal(await craft({ header: { typ: undefined } }), 'typ')
  })
})

describe('refuses a header with', () => {
  it.each<[string, RefusalCode, Record<string, unknown>]>([
    ['SIG-013: an unknown critical extension', 'crit', { crit: ['exp'], exp: 1 }],
    ['SIG-013: an empty crit', 'crit', { crit: [] }],
    ['SIG-013: a crit that names a registered header', 'crit', { crit: ['alg'] }],
    ['SIG-014: an unencoded payload', 'crit', { b64: false, crit: ['b64'] }],
    ['SIG-014: b64 alone', 'crit', { b64: true }],
    ['SIG-015: an embedded key', 'header', { jwk: stranger.publicJwk }],
    ['SIG-016: a key set address', 'header', { jku: 'https://evil.example/jwks.json' }],
    ['SIG-017: a certificate address', 'header', { x5u: 'http://169.254.169.254/latest' }],
    ['SIG-018: a certificate', 'header', { x5c: ['MIIB'] }],
    ['SIG-018: a certificate hash', 'header', { 'x5t#S256': 'A'.repeat(43) }],
    ['SIG-018: compression', 'header', { zip: 'DEF' }],
    ['SIG-018: a content type', 'header', { cty: 'json' }],
    ['SIG-018: an unknown member', 'header', { nonce: '1' }],
  ])('%s', async (_, code, header) => {
    await expectRefusal(await craft({ header }), code)
  })

  const text = JSON.stringify({ alg: 'ES256', typ: TYP, kid: es256.kid })
  const withMember = (member: string) => text.replace('{', `{${member},`)

  it.each<[string, RefusalCode, string]>([
    ['SIG-030', 'json-object', '[]'],
    ['SIG-030', 'json-object', 'null'],
    ['SIG-030', 'json-syntax', ''],
    ['SIG-030', 'json-syntax', '{"alg":"ES256",}'],
    ['SIG-030', 'json-syntax', `${text}{}`],
    ['SIG-030', 'json-utf8', `\uFEFF${text}`],
    ['SIG-030', 'json-surrogate', withMember('"x":"\\udfff"')],
    ['SIG-029', 'json-duplicate-name', withMember('"alg":"ES256"')],
    ['SIG-029', 'json-duplicate-name', withMember('"\\u0061lg":"none"')],
    ['SIG-029', 'json-duplicate-name', withMember('"jwk":{"x":1,"x":1}')],
    ['SIG-031', 'json-forbidden-name', withMember('"__proto__":{}')],
    ['SIG-031', 'json-forbidden-name', withMember('"__pr\\u006fto__":{}')],
    ['SIG-032', 'json-depth', withMember(`"x":${'['.repeat(40)}${']'.repeat(40)}`)],
    ['DOC-104', 'json-number', withMember('"x":9007199254740993')],
  ])('%s, %s: %s', async (_, code, header) => {
    await expectRefusal(await craft({ header }), code)
  })
})

describe('refuses the key (SIG-019 … SIG-021, SIG-040, SIG-045, SIG-047)', () => {
  it.each([
    undefined,
    '../../etc/passwd',
    "' OR 1=1 --",
    1,
    null,
    '',
    'k'.repeat(10_240),
    'A'.repeat(44),
  ])('named %j (SIG-019, SIG-021)', async (kid) => {
    await expectRefusal(await craft({ header: { kid } }), 'kid')
  })

  it('that nobody knows (SIG-020)', async () => {
    await expectRefusal(await message({}, stranger), 'key-unknown')
  })

  it('of another partner, for an issuer whose keys are others (SIG-040)', async () => {
    const keys = async ({ kid }: { kid: string }, issuer: string) => {
      const set = issuer === CREDITOR ? jwkSet(es256) : jwkSet(stranger)
      const jwk = set.keys.find((key) => key.kid === kid)
      return jwk === undefined
        ? ({ ok: false, error: { code: 'key-unknown' } } as const)
        : ({ ok: true, value: { kid, alg: 'ES256', jwk } } as const)
    }
    await expectRefusal(await message({}, stranger), 'key-unknown', { keys })
  })

  it.each<[string, Partial<PublishedJwk> & Record<string, unknown>]>([
    ['is for encryption', { use: 'enc' }],
    ['may not verify', { key_ops: ['sign'] }],
    ['shows its private half', { d: 'AAAA' }],
    ['has another type', { kty: 'RSA' }],
    ['states another algorithm', { alg: 'ES384' }],
    ['lacks a coordinate', { y: '' }],
    ['has times that are none', { exp: 'soon' as never }],
    ['is revoked at no stated time', { revoked: {} as never }],
  ])('that %s, and ignores it in the set (SIG-045)', async (_, change) => {
    const unfit = { ...stranger.publicJwk, kid: stranger.kid, ...change } as PublishedJwk
    const keys = { keys: [...jwkSet(es256).keys, unfit] }
    await expectRefusal(await message({}, stranger), 'key-unknown', { keys })
  })

  it('that stands in the set twice (SIG-045)', async () => {
    const keys = { keys: [...jwkSet(es256, stranger).keys, ...jwkSet(stranger).keys] }
    await expectRefusal(await message({}, stranger), 'key-unknown', { keys })
  })

  it('published under the name of another (SIG-045)', async () => {
    const impostor = { ...stranger.publicJwk, kid: ed25519.kid }
    const keys = { keys: [...jwkSet(es256).keys, impostor] }
    const jws = await craft({ header: { kid: ed25519.kid }, key: stranger })
    await expectRefusal(jws, 'key-unknown', { keys })
  })

  it('that is no point on the curve (SIG-045)', async () => {
    const { x } = ed25519.publicJwk
    const offCurve = { kty: 'EC', crv: 'P-256', x, y: x, kid: stranger.kid }
    const keys = { keys: [...jwkSet(es256).keys, offCurve] }
    await expectRefusal(await message({}, stranger), 'key-unknown', { keys })
  })

  it('beside entries of a set that are no keys at all', async () => {
    const keys = { keys: [null, 7, [], {}, ...jwkSet(es256).keys] as PublishedJwk[] }
    await expectRefusal(await message({}, stranger), 'key-unknown', { keys })
  })

  it('that was removed from the set (SIG-047)', async () => {
    await expectRefusal(await message({}, ed25519), 'key-unknown', { keys: jwkSet(es256) })
  })
})

describe('refuses the signature (SIG-022 … SIG-024)', () => {
  it('of another key under the right name (SIG-022)', async () => {
    await expectRefusal(await craft({ header: { kid: es256.kid }, key: stranger }), 'signature')
  })

  it.each<[string, (signature: Uint8Array) => Uint8Array]>([
    ['empty (SIG-023)', () => new Uint8Array()],
    ['cut by a byte (SIG-023)', (signature) => signature.slice(0, 63)],
    ['one byte too long (SIG-023)', (signature) => Uint8Array.from([...signature, 0])],
    ['all zero (SIG-023)', () => new Uint8Array(64)],
    ['all ones (SIG-023)', () => new Uint8Array(64).fill(255)],
    [
      'with the halves swapped (SIG-023)',
      (s) => Uint8Array.from([...s.slice(32), ...s.slice(0, 32)]),
    ],
    ['in DER (SIG-023)', derSignature],
  ])('%s', async (_, change) => {
    const [header, payload, signature = ''] = (await message()).split('.')
    const changed = toBase64Url(change(fromBase64Url(signature) ?? new Uint8Array()))
    await expectRefusal(`${header}.${payload}.${changed}`, 'signature')
  })

  it('when the payload was changed after signing (SIG-024)', async () => {
    const [header, , signature] = (await message()).split('.')
    const payload = toBase64Url(encodeUtf8(JSON.stringify(claims({ sub: 'deb_4712' }))))
    await expectRefusal(`${header}.${payload}.${signature}`, 'signature')
  })

  it('when the header was changed after signing (SIG-024)', async () => {
    const [, payload, signature] = (await message()).split('.')
    const text = JSON.stringify({ typ: TYP, alg: 'ES256', kid: es256.kid })
    const header = toBase64Url(encodeUtf8(text))
    await expectRefusal(`${header}.${payload}.${signature}`, 'signature')
  })
})

describe('refuses the form', () => {
  it.each<[string, (jws: string) => string]>([
    ['SIG-025: padding', (jws) => `${jws}==`],
    ['SIG-025: padding of the payload', (jws) => jws.replace(/\.([^.]*)$/, '=.$1')],
    ['SIG-025: a tab', (jws) => jws.replace('.', '\t.')],
    ['SIG-025: a letter beyond ASCII', (jws) => jws.replace('.', '\u0141.')],
    ['SIG-025: an inner blank', (jws) => `${jws.slice(0, 50)} ${jws.slice(50)}`],
    ['SIG-025: a line feed at the end', (jws) => `${jws}\n`],
    ['SIG-025: the standard alphabet', (jws) => `${jws.slice(0, -3)}+/A`],
    ['SIG-026: a last character with unused bits', withTwinCharacter],
  ])('%s as encoding', async (_, change) => {
    await expectRefusal(change(await message()), 'encoding')
  })

  it.each<[string, (jws: string) => unknown]>([
    ['two parts', (jws) => jws.slice(0, jws.lastIndexOf('.'))],
    ['four parts', (jws) => `${jws}.AAAA`],
    ['four parts, the last empty', (jws) => `${jws}.`],
    ['five parts', (jws) => `${jws}.AAAA.AAAA`],
    ['one part', (jws) => jws.replaceAll('.', '')],
    ['nothing', () => ''],
    ['flattened JSON', (jws) => JSON.stringify(flattened(jws))],
    ['a flattened object', flattened],
    ['general JSON', (jws) => JSON.stringify(general(jws))],
    ['a general object', general],
    ['bytes', (jws) => encodeUtf8(jws)],
    ['undefined', () => undefined],
  ])('%s as serialization (SIG-027)', async (_, change) => {
    await expectRefusal(change(await message()), 'serialization')
  })

  it('more than 64 KiB before decoding anything (SIG-033)', async () => {
    const atLimit = await message({ note: 'x'.repeat(48_500) })
    expect(atLimit.length).toBeLessThan(65_536)
    await expectRefusal(await message({ note: 'x'.repeat(49_000) }), 'message-too-large')
    await expectRefusal(' '.repeat(65_537), 'message-too-large')
    await expectRefusal('.'.repeat(10_000_000), 'message-too-large')
  })
})

describe('refuses a payload with', () => {
  const text = JSON.stringify(claims())

  it.each<[string, RefusalCode, string | Uint8Array]>([
    ['SIG-028: a claim twice', 'json-duplicate-name', text.replace('{', '{"sub":"deb_1",')],
    [
      'SIG-028: a claim twice in disguise',
      'json-duplicate-name',
      text.replace('{', '{"\\u0073ub":"deb_1",'),
    ],
    [
      'SIG-028: a nested name twice',
      'json-duplicate-name',
      text.replace('"value"', '"value":"1.00","value"'),
    ],
    ['SIG-030: a list', 'json-object', `[${text}]`],
    ['SIG-030: null', 'json-object', 'null'],
    ['SIG-030: a text', 'json-object', '"text"'],
    ['SIG-030: nothing', 'json-syntax', ''],
    ['SIG-030: trailing data', 'json-syntax', `${text}{}`],
    ['SIG-030: a trailing NUL', 'json-syntax', `${text}\u0000`],
    ['SIG-030: a byte order mark', 'json-utf8', `\uFEFF${text}`],
    ['SIG-030: bad UTF-8', 'json-utf8', Uint8Array.from([0x7b, 0x22, 0xff, 0x22, 0x7d])],
    ['SIG-030: UTF-16', 'json-utf8', new Uint8Array(Uint16Array.from([0xfeff, 0x7b, 0x7d]).buffer)],
    ['SIG-030: a lone surrogate', 'json-surrogate', text.replace('{', '{"note":"\\ud800",')],
    [
      'SIG-031: __proto__',
      'json-forbidden-name',
      text.replace('{', '{"__proto__":{"admin":true},'),
    ],
    ['SIG-031: constructor', 'json-forbidden-name', text.replace('{', '{"constructor":{},')],
    [
      'SIG-032: 5,000 levels',
      'json-depth',
      text.replace('{', `{"a":${'['.repeat(5000)}${']'.repeat(5000)},`),
    ],
    ['SIG-032: 3,000 members', 'json-size', `{${manyMembers(3000)},${text.slice(1)}`],
    ['SIG-036: an infinite number', 'json-number', text.replace(/"exp":\d+/, '"exp":1e400')],
  ])('%s as %s', async (_, code, payload) => {
    await expectRefusal(await craft({ payload }), code)
  })
})

describe('refuses the claim', () => {
  it.each<[string, RefusalCode, string, unknown[]]>([
    ['', 'ver', 'ver', [undefined, '1', '1.1', '2.0', 1]],
    ['SIG-039', 'iss', 'iss', [undefined, 'https://evil.example', `${CREDITOR}/`, 1, null]],
    ['SIG-039', 'iss', 'iss', [CREDITOR.toUpperCase(), [CREDITOR], `${CREDITOR}:443`]],
    ['SIG-039', 'iss', 'iss', ['https://creditor.example@evil.example', `${CREDITOR}.`]],
    ['SIG-039', 'iss', 'iss', ['https://cr\u0435ditor.example']],
    ['SIG-038', 'aud', 'aud', [undefined, 'https://other.example', 'https://agent', `${AGENT}/`]],
    ['SIG-038', 'aud', 'aud', ['https://AGENT.example', `${AGENT}:443`, `${AGENT} `, '']],
    ['SIG-038', 'aud', 'aud', [[], [AGENT], [AGENT, CREDITOR], {}, null]],
    ['', 'sub', 'sub', [undefined, '', 'a b', 'a\n', 'x'.repeat(257), 4711, null]],
    ['', 'jti', 'jti', [undefined, 'x'.repeat(21), 'x'.repeat(129), `${'x'.repeat(22)}=`, 1]],
    ['', 'thr', 'thr', [undefined, 'short', 'x'.repeat(65), `${'x'.repeat(16)}/`, 1]],
    ['', 'seq', 'seq', [undefined, -1, 0.5, '0', 100_001, null]],
    ['', 'prev', 'prev', [undefined, '', 'A'.repeat(42), `${'A'.repeat(42)}B`, 0]],
    ['SIG-041', 'iat', 'iat', [NOW + 61, NOW + 3600, NOW * 1000]],
    ['SIG-041', 'iat', 'iat', [undefined, null, true, String(NOW), NOW + 0.5, -1, [NOW]]],
    ['SIG-034', 'exp', 'exp', [undefined, null, true, String(NOW + DAY), -1, NOW + 0.5]],
    ['SIG-034', 'exp', 'exp', [[NOW + DAY], {}]],
    ['SIG-035', 'expired', 'exp', [NOW, NOW - 1]],
    ['SIG-035', 'lifetime', 'exp', [NOW - 5, NOW - 6, 0]],
    ['SIG-036', 'lifetime', 'exp', [(NOW + DAY) * 1000, NOW + 10 * 365 * DAY, NOW + 400 * DAY]],
    ['SIG-036', 'lifetime', 'exp', [Number.MAX_SAFE_INTEGER]],
    ['SIG-037', 'nbf', 'nbf', [NOW + 61, NOW * 1000, String(NOW), null, -1, 0.5]],
  ])('%s %s for a wrong %s: %j', async (_, code, name, values) => {
    for (const value of values) {
      await expectRefusal(await message({ [name]: value }), code)
    }
  })

  it.each<[string, RefusalCode, string, string]>([
    ['SIG-034', 'exp', 'exp', '-0'],
    ['SIG-034', 'exp', 'exp', '1800000000.5'],
    ['SIG-034', 'json-number', 'exp', '9007199254740992'],
    ['SIG-034', 'json-number', 'exp', '1800086400.00000000001'],
    ['SIG-034', 'json-syntax', 'exp', '01800086400'],
    ['SIG-034', 'json-syntax', 'exp', '0x6B49D200'],
    ['SIG-036', 'json-number', 'exp', '1e400'],
    ['SIG-036', 'lifetime', 'exp', '1e3'],
    ['SIG-036', 'lifetime', 'exp', '1e15'],
    ['SIG-041', 'iat', 'iat', '-0'],
    ['SIG-041', 'json-number', 'iat', '1e-400'],
    ['SIG-041', 'lifetime', 'iat', '1e3'],
    ['', 'seq', 'seq', '-0'],
    ['', 'seq', 'seq', '1e300'],
    ['DOC-104', 'json-number', 'amount', '9007199254740993'],
    ['DOC-122', 'json-number', 'amount', '0.1000000000000000055'],
  ])('%s %s for %s written as %s', async (_, code, name, literal) => {
    const payload = JSON.stringify(claims({ [name]: '@' })).replace('"@"', literal)
    await expectRefusal(await craft({ payload }), code)
  })

  it.each(['1800086400.0', '18000864e2', '1.8000864E+9'])(
    'not of a time because it is spelled %s: its value counts',
    async (literal) => {
      const payload = JSON.stringify(claims({ exp: '@' })).replace('"@"', literal)
      const result = await verifyMessage(await craft({ payload }), options())
      expect(result).toMatchObject({ ok: true, value: { payload: { exp: 1_800_086_400 } } })
    },
  )

  it('iss when it is no issuer and none is expected (SIG-039)', async () => {
    for (const iss of ['creditor.example', `${CREDITOR}/`, 'http://127.0.0.1:1', 'javascript:0']) {
      await expectRefusal(await message({ iss }), 'iss', { issuer: undefined as never })
    }
  })

  it('iat of a message older than asked for (SIG-041)', async () => {
    await expectRefusal(await message({ iat: NOW - 301 }), 'too-old', { maxAgeSeconds: 300 })
  })

  it('exp beyond the lifetime asked for (SIG-036)', async () => {
    const policy = { maxLifetimeSeconds: 2 * DAY }
    await expectRefusal(await message({ iat: NOW, exp: NOW + 2 * DAY + 1 }), 'lifetime', policy)
  })

  it('of every time when the receiver’s own clock is no number', async () => {
    const result = await verifyMessage(await message(), options({ now: Number.NaN }))
    expect(result).toMatchObject({ ok: false, error: { code: 'iat' } })
  })
})

async function hmacToken(secret: Uint8Array<ArrayBuffer>): Promise<string> {
  const hmac = { name: 'HMAC', hash: 'SHA-256' }
  const key = await crypto.subtle.importKey('raw', secret, hmac, false, ['sign'])
  const input = (await craft({ header: { alg: 'HS256' } })).replace(/\.[^.]*$/, '')
  const tag = await crypto.subtle.sign(hmac, key, encodeUtf8(input))
  return `${input}.${toBase64Url(new Uint8Array(tag))}`
}

function derSignature(raw: Uint8Array): Uint8Array {
  const integer = (half: Uint8Array) => [0x02, 0x21, 0x00, ...half]
  return Uint8Array.from([0x30, 0x46, ...integer(raw.slice(0, 32)), ...integer(raw.slice(32))])
}

/** Replaces the last character, whose four low bits are unused, by its neighbour. */
function withTwinCharacter(jws: string): string {
  const twins = { A: 'B', Q: 'R', g: 'h', w: 'x' }
  return jws.replace(/.$/, (last) => twins[last as keyof typeof twins])
}

function flattened(jws: string): object {
  const [header, payload, signature] = jws.split('.')
  return { protected: header, payload, signature }
}

function general(jws: string): object {
  const [header, payload, signature] = jws.split('.')
  return { payload, signatures: [{ protected: header, signature }] }
}

function manyMembers(count: number): string {
  return Array.from({ length: count }, (_, index) => `"m${index}":0`).join(',')
}
