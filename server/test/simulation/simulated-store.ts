// The server's database as far as the core leans on it: rows that are replaced as a whole, unique keys,
// transactions that happen or do not, and changes that are refused when the row is no longer the one that
// was read, as `version` does in the real one. It survives crashes.
import type { Agreement, Menu } from '@parley/sdk/protocol'
import type { ClaimState, ConversationState } from '../../src/domain/claim/claim.ts'
import type { Lease } from '../../src/domain/claim/decide-lease.ts'
import type { MenuFacts } from '../../src/domain/negotiation/build-menu.ts'
import type { Signed } from './letters.ts'

export interface ClaimRow {
  readonly claimId: string
  readonly agent: string
  readonly thr: string
  readonly request: Signed
  readonly state: ClaimState
  readonly conversation: ConversationState
  readonly currency: string
  readonly principal: bigint
  readonly price: bigint
  readonly paid: bigint
  readonly overpaid: bigint
  readonly lines: readonly LineRow[]
}

export interface LineRow {
  readonly line: number
  readonly dueDate: string
  readonly amount: bigint
  readonly paid: bigint
  readonly credited: bigint
  readonly endToEndId: string
}

export interface ThreadRow {
  readonly lastSeq: number
  readonly lastHash: string
  readonly offers: readonly { readonly menu: Menu; readonly exp: number }[]
  readonly offering: MenuFacts
  readonly counters: number
}

/** What a message came to, by issuer and jti. */
export interface EffectRow {
  readonly iss: string
  readonly jti: string
  readonly hash: string
  readonly message: Signed
  readonly reply: object
}

export interface AgreementRow {
  readonly claimId: string
  readonly agreement: Agreement
  readonly hash: string
  readonly at: number
  /** When the offer ended that it rests on. */
  readonly offerUntil: number
}

interface Tables {
  claims: Map<string, ClaimRow>
  threads: Map<string, ThreadRow>
  effects: Map<string, EffectRow>
  agreements: Map<string, AgreementRow>
  leases: Map<string, Lease>
  /** By the bank's reference. */
  payments: Map<string, { readonly claimId: string; readonly minor: bigint }>
  /** Replies by idempotency key. */
  replies: Map<string, object>
  outbox: Map<string, { readonly to: string; readonly message: Signed }>
}

export interface Tx {
  /** @throws {Outrun} when the key is taken. */
  insert<T extends keyof Tables>(table: T, key: string, row: Row<T>): void
  /** @throws {Outrun} when the row is not `seen` any more. */
  change<T extends keyof Tables>(table: T, key: string, seen: Row<T> | undefined, row: Row<T>): void
  /** Without looking: what a missing constraint would let through. */
  set<T extends keyof Tables>(table: T, key: string, row: Row<T>): void
  remove(table: keyof Tables, key: string): void
}

type Row<T extends keyof Tables> = Tables[T] extends Map<string, infer R> ? R : never

/** Somebody was faster: the transaction did not happen, decide again. */
export class Outrun extends Error {}

/** What was committed, in its order: for the invariants, which must not ask the server. */
export interface History {
  readonly claims: ClaimRow[]
  readonly effects: EffectRow[]
  readonly agreements: AgreementRow[]
  readonly grants: { readonly key: string; readonly lease: Lease; readonly state: ClaimState }[]
  readonly acts: { readonly key: string; readonly reply: object }[]
}

export interface SimulatedStore extends Readonly<Tables> {
  readonly history: History
  /** @throws {Outrun} and leaves everything as it was. */
  transaction(work: (tx: Tx) => void): void
}

export function createSimulatedStore(): SimulatedStore {
  const tables: Tables = {
    ...{ claims: new Map(), threads: new Map(), effects: new Map(), agreements: new Map() },
    ...{ leases: new Map(), payments: new Map(), replies: new Map(), outbox: new Map() },
  }
  const history: History = { claims: [], effects: [], agreements: [], grants: [], acts: [] }

  function transaction(work: (tx: Tx) => void): void {
    const undo: (() => void)[] = []
    const kept: (() => void)[] = []
    const put = (table: keyof Tables, key: string, row: unknown) => {
      const rows = tables[table] as Map<string, unknown>
      const before = rows.get(key)
      undo.push(() => (before === undefined ? rows.delete(key) : rows.set(key, before)))
      if (row === undefined) rows.delete(key)
      else rows.set(key, row)
      kept.push(() => remember(table, key, row))
    }
    try {
      work({
        set: put,
        remove: (table, key) => put(table, key, undefined),
        insert(table, key, row) {
          if (tables[table].has(key)) throw new Outrun(`${table} ${key}`)
          put(table, key, row)
        },
        change(table, key, seen, row) {
          if (tables[table].get(key) !== seen) throw new Outrun(`${table} ${key}`)
          put(table, key, row)
        },
      })
    } catch (error) {
      for (const back of undo.reverse()) back()
      throw error
    }
    for (const keep of kept) keep()
  }

  function remember(table: keyof Tables, key: string, row: unknown): void {
    if (table === 'claims') history.claims.push(row as ClaimRow)
    if (table === 'effects') history.effects.push(row as EffectRow)
    if (table === 'agreements') history.agreements.push(row as AgreementRow)
    if (table === 'replies') history.acts.push({ key, reply: row as object })
    if (table === 'leases' && (row as Lease).state === 'leased') {
      const { state } = tables.claims.get(key.split(' ')[0] ?? '') as ClaimRow
      history.grants.push({ key, lease: row as Lease, state })
    }
  }

  return { ...tables, history, transaction }
}
