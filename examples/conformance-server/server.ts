// A server that knows who it is and nothing more: the first step to one of your own. Start it with
// `PORT=8080 node server.ts`, then run `parley-conformance server`: what fails tells what comes next.
import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import { createServer } from 'node:http'

const port = Number(process.env['PORT'] ?? 8080)
const issuer = `http://127.0.0.1:${port}`
const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const { crv, kty, x, y } = publicKey.export({ format: 'jwk' })
const kid = createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('base64url')

const facts = {
  roles: ['creditor'],
  versions: ['1.0'],
  algorithms: ['ES256'],
  jwks: { keys: [{ kty, crv, x, y, kid, alg: 'ES256', use: 'sig' }] },
  endpoints: {
    messages: `${issuer}/parley/messages`,
    enrol: `${issuer}/parley/enrolments`,
    jwks: `${issuer}/.well-known/jwks.json`,
  },
  capabilities: ['request', 'menu', 'agreement', 'pull'],
  limits: { maxMessageBytes: 65_536 },
}

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')

/** A message as spec/signatures.md wants it: exactly alg, typ and kid, every claim, 64 bytes of signature. */
function signMessage(kind: string, claims: object): string {
  const iat = Math.floor(Date.now() / 1000)
  const common = {
    ...{ ver: '1.0', iss: issuer, aud: 'urn:parley:anyone', sub: issuer },
    ...{ jti: randomBytes(16).toString('base64url'), iat, exp: iat + 86_400 },
    ...{ thr: randomBytes(16).toString('base64url'), seq: 0, prev: null },
  }
  const header = { alg: 'ES256', typ: `parley-${kind}+jwt`, kid }
  const input = `${part(header)}.${part({ ...common, ...claims })}`
  const key = { key: privateKey, dsaEncoding: 'ieee-p1363' } as const
  return `${input}.${sign('sha256', Buffer.from(input), key).toString('base64url')}`
}

const answers: Readonly<Record<string, () => object>> = {
  '/.well-known/parley': () => ({ issuer, ...facts, signedMetadata: signMessage('meta', facts) }),
  '/.well-known/jwks.json': () => facts.jwks,
}

createServer((request, response) => {
  const answer = answers[request.url ?? '']
  const body = answer?.() ?? {
    ...{ type: 'urn:parley:problem:route-unknown', title: 'There is nothing at this path' },
    ...{ status: 404, code: 'route-unknown' },
  }
  const type = answer === undefined ? 'application/problem+json' : 'application/json'
  response.writeHead(answer === undefined ? 404 : 200, { 'content-type': type })
  response.end(JSON.stringify(body))
}).listen(port, '127.0.0.1', () => process.stdout.write(`my server is ${issuer}\n`))
