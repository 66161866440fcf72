// What a system under test says, read as its receiver has to: signature by jose, form and schema by hand.
import { calculateJwkThumbprint, compactVerify, importJWK, type JWK } from 'jose'
import schemas from '../../../spec/schemas/messages.schema.json' with { type: 'json' }
import * as validators from '../generated/message-validators.ts'
import { type Claims, decodeJws, hashOf } from '../wire/jws.ts'

/** A message that the system under test sent. */
export interface Said {
  readonly kind: string
  readonly jws: string
  readonly hash: string
  // biome-ignore lint/suspicious/noExplicitAny: what a system under test says is of no known type.
  readonly claims: Claims & Record<string, any>
}

/** A message with what is wrong about it; `fault` is in stable words. */
export interface ReadSaid {
  readonly said: Said
  readonly fault: string | null
}

type Validator = ((value: unknown) => boolean) & {
  errors?: readonly { readonly instancePath: string; readonly keyword: string }[] | null
}

const COMMON = Object.keys(schemas.$defs.CommonClaims.properties)
const HEADER_MEMBERS = ['alg', 'kid', 'typ']

/** Reads one compact JWS of a sender who has this key; null for a text that is none. */
export async function readSaid(jws: string, key: JWK): Promise<ReadSaid | null> {
  const decoded = decodeJws(jws)
  const kind = /^parley-(.+)\+jwt$/.exec(String(decoded?.header['typ']))?.[1]
  if (decoded === undefined || kind === undefined) return null
  const said: Said = { kind, jws, hash: hashOf(jws), claims: decoded.payload as Said['claims'] }
  return { said, fault: await faultOf(said, decoded.header, key) }
}

async function faultOf(
  { kind, jws, claims }: Said,
  header: Readonly<Record<string, unknown>>,
  key: JWK,
): Promise<string | null> {
  const members = Object.keys(header).sort().join(' ')
  if (members !== HEADER_MEMBERS.join(' ')) return `${kind}: the header has ${members}`
  if (jws.split('.').some((part) => part !== canonical(part))) return `${kind}: encoding`
  if (header['kid'] !== (await calculateJwkThumbprint(key))) return `${kind}: kid`
  const isSigned = await compactVerify(jws, await importJWK(key, String(header['alg'])), {
    algorithms: ['ES256', 'Ed25519', 'EdDSA'],
  }).catch(() => null)
  if (isSigned === null) return `${kind}: signature`
  return schemaFault(kind, claims)
}

function canonical(part: string): string {
  return Buffer.from(part, 'base64url').toString('base64url')
}

/** MSG-01, MSG-02: the schema of the kind, and no member that it does not name. */
function schemaFault(kind: string, claims: Said['claims']): string | null {
  const name = `${pascal(kind)}Message`
  const validate = (validators as Readonly<Record<string, unknown>>)[`is${name}`] as
    | Validator
    | undefined
  if (validate === undefined) return `${kind}: a kind that is none`
  if (!validate(claims)) {
    const [error] = validate.errors ?? []
    return `${kind}: breaks the schema at ${error?.instancePath || '/'} (${error?.keyword})`
  }
  const definition = (schemas.$defs as Readonly<Record<string, { properties?: object }>>)[name]
  const known = new Set([...COMMON, ...Object.keys(definition?.properties ?? {})])
  const unknown = Object.keys(claims).filter((member) => !known.has(member))
  return unknown.length === 0 ? null : `${kind}: has members that the schema does not name`
}

function pascal(kind: string): string {
  return kind.replace(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase())
}
