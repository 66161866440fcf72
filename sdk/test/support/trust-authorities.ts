// Two authorities in small, with keys of their own: a federation that gives trust marks, and a maker
// of seals over key sets. Their sources fetch and verify as an app's would, with a second library.
import { type JWTPayload, jwtVerify } from 'jose'
import type { TrustQuestion, TrustSource, TrustStatement } from '../../src/index.ts'
import { generateSigningKey, type SigningKey, signMessage } from '../../src/protocol/index.ts'
import type { Network } from './network.ts'

export const FEDERATION = 'https://federation.example'
export const SEALS = 'https://seals.example'

const YEAR = 365 * 86_400

export interface TrustAuthority {
  readonly source: TrustSource
  /** Whom the source was asked about. */
  readonly asked: string[]
  /** Signs a mark or a seal for a party, with other claims or another key where a test says so. */
  vouch(issuer: string, claims?: object, key?: SigningKey): Promise<void>
}

/** Opens an authority at its address; `claimsFit` holds its statement against the question. */
async function openAuthority(
  { network, clock }: { readonly network: Network; readonly clock: () => number },
  authority: string,
  {
    level,
    typ,
    claimsFit,
  }: {
    readonly level: TrustStatement['level']
    readonly typ: string
    readonly claimsFit: (claims: JWTPayload, question: TrustQuestion) => boolean
  },
): Promise<TrustAuthority> {
  const key = await generateSigningKey('ES256')
  const statements = new Map<string, string>()
  network.serve(authority, async (request) => {
    const jws = statements.get(new URL(request.url).searchParams.get('sub') ?? '')
    return new Response(jws ?? null, { status: jws === undefined ? 404 : 200 })
  })
  const asked: string[] = []
  const source: TrustSource = {
    async statementFor(question) {
      asked.push(question.issuer)
      const address = `${authority}/statements?sub=${encodeURIComponent(question.issuer)}`
      const response = await network.fetch(address)
      if (!response.ok) return null
      const publicKey = await crypto.subtle.importKey(
        'jwk',
        key.publicJwk as JsonWebKey,
        { name: 'ECDSA', namedCurve: 'P-256' },
        false,
        ['verify'],
      )
      const { payload } = await jwtVerify(await response.text(), publicKey, {
        ...{ typ, issuer: authority, subject: question.issuer, algorithms: ['ES256'] },
        ...{ requiredClaims: ['exp'], currentDate: new Date(clock() * 1000) },
      })
      if (!claimsFit(payload, question)) return null
      const { sub: issuer = '', exp: until = 0, name } = payload
      return { level, issuer, name: String(name), authority, until }
    },
  }
  return {
    source,
    asked,
    async vouch(issuer, claims = {}, by = key) {
      const name = 'Stadtwerke Beispiel GmbH'
      const payload = { iss: authority, sub: issuer, name, iat: clock(), exp: clock() + YEAR }
      statements.set(issuer, await signMessage(typ, { ...payload, ...claims }, by))
    },
  }
}

/** A federation: its trust mark says that the party is a creditor that it has looked at. */
export const openFederation = (world: Parameters<typeof openAuthority>[0]) =>
  openAuthority(world, FEDERATION, {
    level: 'federation',
    typ: 'trust-mark+jwt',
    claimsFit: ({ trust_mark_type }) => trust_mark_type === `${FEDERATION}/creditor`,
  })

/** A maker of seals: one covers the thumbprints of every key that the party publishes. */
export const openSealMaker = (world: Parameters<typeof openAuthority>[0]) =>
  openAuthority(world, SEALS, {
    level: 'qualified',
    typ: 'key-set-seal+jwt',
    claimsFit: ({ kids }, { jwks }) =>
      Array.isArray(kids) && jwks.keys.every(({ kid }) => kids.includes(kid)),
  })

/** The claim of a trust mark for a creditor. */
export const CREDITOR_MARK = { trust_mark_type: `${FEDERATION}/creditor` }
