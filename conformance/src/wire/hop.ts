// Signatures of requests between servers: RFC 9421 with RFC 9530, in Parley's profile (HOP-01 to HOP-06).
import { createHash, verify } from 'node:crypto'
import { signatureOf } from './jws.ts'
import type { PartyKey } from './keys.ts'

export interface HopRequest {
  readonly method: string
  /** Absolute. */
  readonly url: string
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** What a hop says of itself; a case may leave each to be wrong. */
export interface HopWish {
  readonly created: number
  readonly expires: number
  readonly nonce: string
  readonly keyid: string
  readonly tag: string
  /** Stands there only where it is given. */
  readonly alg?: string
  readonly covered: readonly string[]
  readonly label: string
}

const HOP_SECONDS = 300

/** What a good hop says. */
export function goodHop(
  request: HopRequest,
  { key, now, nonce }: { key: PartyKey; now: number; nonce: string },
): HopWish {
  const ofBody = request.body === '' ? [] : ['content-digest', 'content-type']
  const ofKey = request.headers['idempotency-key'] === undefined ? [] : ['idempotency-key']
  return {
    ...{ created: now, expires: now + HOP_SECONDS, nonce, keyid: key.kid, tag: 'parley-1' },
    covered: ['@method', '@authority', '@path', '@query', ...ofBody, ...ofKey],
    label: 'parley',
  }
}

/** `Content-Digest` of a body. */
export function contentDigest(body: string): string {
  return `sha-256=:${createHash('sha256').update(body).digest('base64')}:`
}

/** The request's headers with those of its signature. */
export function signHop(
  request: HopRequest,
  wish: HopWish,
  key: PartyKey,
): Readonly<Record<string, string>> {
  const digest: Record<string, string> =
    request.body === '' || request.headers['content-digest'] !== undefined
      ? {}
      : { 'content-digest': contentDigest(request.body) }
  const headers = { ...request.headers, ...digest }
  const parameters = parametersOf(wish)
  const base = signatureBase({ ...request, headers }, wish.covered, parameters)
  const signature = Buffer.from(signatureOf(base, key), 'base64url').toString('base64')
  return {
    ...headers,
    'signature-input': `${wish.label}=${parameters}`,
    signature: `${wish.label}=:${signature}:`,
  }
}

/**
 * Why the one signature with our tag is not good, or undefined. Reads what this suite's profile writes:
 * a list of plain components and parameters in any order.
 */
export function faultOfHop(
  request: HopRequest,
  { keys, now }: { keys: readonly Pick<PartyKey, 'kid' | 'alg' | 'publicKey'>[]; now: number },
): string | undefined {
  const input = request.headers['signature-input'] ?? ''
  const ours = [...input.matchAll(/(?:^|,\s*)([a-z*][a-z0-9_.*-]*)=(\(([^)]*)\)([^,]*))/g)].filter(
    ([, , , , parameters = '']) => parameters.includes('tag="parley-1"'),
  )
  const [one] = ours
  if (one === undefined || ours.length > 1) return `${ours.length} signatures with the tag parley-1`
  const [, label = '', whole = '', list = '', parameters = ''] = one
  const covered = [...list.matchAll(/"([^"]+)"/g)].map(([, name = '']) => name)
  const wanted = goodHop(request, { key: { kid: '' } as PartyKey, now, nonce: '' }).covered
  const missing = wanted.find((name) => !covered.includes(name))
  if (missing !== undefined) return `${missing} is not covered`
  const number = (name: string) => Number(new RegExp(`;${name}=(\\d+)`).exec(parameters)?.[1])
  const text = (name: string) => new RegExp(`;${name}="([^"]*)"`).exec(parameters)?.[1]
  const [created, expires] = [number('created'), number('expires')]
  if (!(expires > created && expires <= created + HOP_SECONDS)) return 'expires is wrong'
  if (created > now + 30 || created < now - HOP_SECONDS) return 'created is not now'
  if (parameters.includes(';alg=')) return 'alg stands there'
  if (!/^[A-Za-z0-9_-]{22,}$/.test(text('nonce') ?? '')) return 'the nonce is too short'
  if (request.body !== '' && request.headers['content-digest'] !== contentDigest(request.body)) {
    return 'the digest is not that of the body'
  }
  const key = keys.find(({ kid }) => kid === text('keyid'))
  if (key === undefined) return 'keyid is no key of the sender'
  const field = request.headers['signature'] ?? ''
  const value = new RegExp(`(?:^|,\\s*)${label}=:([^:]*):`).exec(field)?.[1] ?? ''
  const base = Buffer.from(signatureBase(request, covered, whole))
  const bytes = Buffer.from(value, 'base64')
  const isGood =
    key.alg === 'ES256'
      ? verify('sha256', base, { key: key.publicKey, dsaEncoding: 'ieee-p1363' }, bytes)
      : verify(null, base, key.publicKey, bytes)
  return isGood ? undefined : 'the signature does not fit'
}

function parametersOf({ created, expires, nonce, keyid, tag, alg, covered }: HopWish): string {
  const list = covered.map((name) => `"${name}"`).join(' ')
  const named = `;created=${created};expires=${expires};nonce="${nonce}";keyid="${keyid}"`
  return `(${list})${named}${alg === undefined ? '' : `;alg="${alg}"`};tag="${tag}"`
}

function signatureBase(
  { method, url, headers }: HopRequest,
  covered: readonly string[],
  parameters: string,
): string {
  const { host, pathname, search } = new URL(url)
  const derived: Readonly<Record<string, string>> = {
    '@method': method,
    '@authority': host,
    '@path': pathname,
    '@query': search === '' ? '?' : search,
  }
  const lines = covered.map((name) => `"${name}": ${derived[name] ?? headers[name] ?? ''}`)
  return [...lines, `"@signature-params": ${parameters}`].join('\n')
}
