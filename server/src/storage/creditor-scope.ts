// On whose behalf the store is asked. The database shows and takes the rows of that creditor alone, also
// to a statement that forgets to name it; outside of any scope a server sees no row at all.
import { AsyncLocalStorage } from 'node:async_hooks'

/** One creditor; or `across`: the second way, for work that no single creditor asked for. */
export type Scope = { creditorId: string } | 'across'

const scopes = new AsyncLocalStorage<Scope>()

/** Runs `work` for one creditor: connections that it takes reach the rows of that creditor. */
export function forCreditor<T>(creditorId: string, work: () => T): T {
  return scopes.run({ creditorId }, work)
}

/**
 * Runs `work` across creditors: sweeps, relays, operators' commands, and finding out whose an id or a
 * secret is. A transaction that is open already stays what it is.
 */
export function acrossCreditors<T>(work: () => T): T {
  return scopes.run('across', work)
}

/** Runs `work` for nobody: it sees no row of any creditor until it finds out whose it is. */
export function forNobody<T>(work: () => T): T {
  return forCreditor('', work)
}

/** The scope that this work runs in, if any. */
export function presentScope(): Scope | undefined {
  return scopes.getStore()
}
