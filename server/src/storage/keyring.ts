// The data keys of people, open for a short while. A store that was opened with a key wrap carries a ring,
// so that whoever reads a personal field through the store reads its key by the same connection.
import { createHmac, randomBytes } from 'node:crypto'
import {
  type KyselyPlugin,
  type PluginTransformQueryArgs,
  type PluginTransformResultArgs,
  type QueryResult,
  type RootOperationNode,
  sql,
  type UnknownRow,
} from 'kysely'
import type { Database, Tx } from './database.ts'

/** Wraps data keys and secrets of the server with its master key. */
export interface KeyWrap {
  readonly keyId: string
  seal(plain: string, context?: string): Buffer
  open(sealed: Buffer, context?: string): string
  derive(purpose: string): Buffer
}

/** Whose key it is: a person's, or that of a creditor for money of nobody known. */
export interface KeyOwner {
  creditorId: string
  personId: string
}

/** The person id under which a creditor's own key is kept. */
export const OF_CREDITOR = ''

/**
 * For so long a process may still open what another process has erased: the ciphertexts themselves go
 * in the transaction of the erasure, so this bounds what was read before it and is opened after it.
 */
export const OPEN_KEY_MS = 30_000
const MOST_OPEN_KEYS = 20_000
const MOST_PERSONS = 50_000

interface OpenKey {
  /** Null once it was destroyed. */
  key: Buffer | null
  until: number
}

/** Carried by a store's handle as a plugin, which changes nothing. */
export class Keyring implements KyselyPlugin {
  readonly wrap: KeyWrap
  readonly #open = new Map<string, OpenKey>()
  readonly #personOf = new Map<string, string>()
  readonly #secrets = new Map<string, Buffer>()

  constructor(wrap: KeyWrap) {
    this.wrap = wrap
  }

  transformQuery({ node }: PluginTransformQueryArgs): RootOperationNode {
    return node
  }

  async transformResult({ result }: PluginTransformResultArgs): Promise<QueryResult<UnknownRow>> {
    return result
  }

  /** A new key, wrapped for its owner. */
  newKey(owner: KeyOwner): { key: Buffer; wrapped: Buffer } {
    const key = randomBytes(32)
    return { key, wrapped: this.wrap.seal(key.toString('base64'), contextOf(owner)) }
  }

  /** The keys of several owners; null where a key was destroyed. @throws for an owner without one. */
  async keysOf(
    db: Database | Tx,
    owners: readonly KeyOwner[],
  ): Promise<(owner: KeyOwner) => Buffer | null> {
    const now = performance.now()
    const found = new Map<string, Buffer | null>()
    const missing = new Map<string, KeyOwner>()
    for (const owner of owners) {
      const id = idOf(owner)
      const open = this.#open.get(id)
      if (open !== undefined && open.until > now) found.set(id, open.key)
      else missing.set(id, owner)
    }
    for (const row of await wrappedKeys(db, [...missing.values()])) {
      const owner = { creditorId: row.creditor_id, personId: row.person_id }
      found.set(idOf(owner), this.#unwrap(owner, row.wrapped))
    }
    return (owner) => {
      const key = found.get(idOf(owner))
      if (key === undefined) throw new Error(`${idOf(owner)} has no data key`)
      return key
    }
  }

  /**
   * The key of a person, which nobody destroys before the transaction ends; null where that was done. Read
   * anew: a process may not know yet what another one has destroyed.
   */
  async hold(tx: Tx, owner: KeyOwner): Promise<Buffer | null> {
    const row = await tx
      .selectFrom('person_keys')
      .select('wrapped')
      .where('creditor_id', '=', owner.creditorId)
      .where('person_id', '=', owner.personId)
      .forShare()
      .executeTakeFirstOrThrow()
    return this.#unwrap(owner, row.wrapped)
  }

  /** Takes in a key that another statement has read, so that sealing for its owner reads nothing. */
  admit(owner: KeyOwner, wrapped: Buffer | null): void {
    const open = this.#open.get(idOf(owner))
    if (open === undefined || open.until <= performance.now()) this.#unwrap(owner, wrapped)
  }

  #unwrap(owner: KeyOwner, wrapped: Buffer | null): Buffer | null {
    const key =
      wrapped === null ? null : Buffer.from(this.wrap.open(wrapped, contextOf(owner)), 'base64')
    const until = performance.now() + OPEN_KEY_MS
    remember(this.#open, MOST_OPEN_KEYS, idOf(owner), { key, until })
    return key
  }

  /** Lets go of an open key: the owner was erased. */
  forget(owner: KeyOwner): void {
    this.#open.delete(idOf(owner))
  }

  /** The person of a claim or a thread, which never change hands. */
  async personOf(id: string, read: () => Promise<string>): Promise<string> {
    const known = this.#personOf.get(id)
    if (known !== undefined) return known
    const person = await read()
    remember(this.#personOf, MOST_PERSONS, id, person)
    return person
  }

  /**
   * A secret of the server that outlives the master key: first derived from it, then kept sealed, so
   * that what was indexed or signed with it is found again under the next master key.
   */
  async secret(db: Database | Tx, name: string): Promise<Buffer> {
    const known = this.#secrets.get(name)
    if (known !== undefined) return known
    const made = this.wrap.seal(this.wrap.derive(name).toString('base64'), name)
    await db
      .insertInto('server_secrets')
      .values({ name, sealed: made })
      .onConflict((conflict) => conflict.doNothing())
      .execute()
    const { sealed } = await db
      .selectFrom('server_secrets')
      .select('sealed')
      .where('name', '=', name)
      .executeTakeFirstOrThrow()
    const secret = Buffer.from(this.wrap.open(sealed, name), 'base64')
    this.#secrets.set(name, secret)
    return secret
  }
}

/** The ring that a store's handle carries. */
export function keyringOf(db: Database | Tx): Keyring {
  const ring = db.getExecutor().plugins.find((plugin) => plugin instanceof Keyring)
  if (ring === undefined) throw new Error('the store was opened without a key wrap')
  return ring as Keyring
}

/** Computes keyed hashes by which a sealed value is found again; equal values of one scope are equal. */
export type BlindIndex = (scope: string, value: string) => string

const INDEX_BYTES = 16

/** The blind index of a store. Without its key nobody can tell which value stands behind a hash. */
export async function blindIndexOf(db: Database | Tx): Promise<BlindIndex> {
  const key = await keyringOf(db).secret(db, 'blind index')
  return (scope, value) =>
    createHmac('sha256', key)
      .update(`${scope}\n${value}`)
      .digest()
      .subarray(0, INDEX_BYTES)
      .toString('base64url')
}

/** What a wrapped key is bound to. */
export function contextOf({ creditorId, personId }: KeyOwner): string {
  return `data key\n${creditorId}\n${personId}`
}

function idOf({ creditorId, personId }: KeyOwner): string {
  return `${creditorId}/${personId}`
}

function remember<Value>(map: Map<string, Value>, most: number, key: string, value: Value): void {
  map.delete(key)
  map.set(key, value)
  if (map.size <= most) return
  for (const oldest of map.keys()) {
    map.delete(oldest)
    return
  }
}

async function wrappedKeys(db: Database | Tx, owners: readonly KeyOwner[]) {
  if (owners.length === 0) return []
  const { rows } = await sql<{ creditor_id: string; person_id: string; wrapped: Buffer | null }>`
    select k.creditor_id, k.person_id, k.wrapped
    from unnest(${owners.map((it) => it.creditorId)}::text[],
      ${owners.map((it) => it.personId)}::text[]) as q(creditor_id, person_id)
    join person_keys k on k.creditor_id = q.creditor_id and k.person_id = q.person_id`.execute(db)
  return rows
}
