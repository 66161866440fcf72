// Who says that a creditor is who it says it is: the person, who enrolled with it, or a source that
// the app has chosen. Asks nobody whom a message names. Spec: TRU-01 to TRU-04, SIG-07.

import type { JwkSet } from '../protocol/key-set.ts'
import { err, ok, type Result } from '../protocol/result.ts'
import type { AgentRefusal } from './agent-refusal.ts'
import type { AgentContext } from './context.ts'

/** A creditor that is not pinned: by whom it is named, and with which keys it signs. */
export interface TrustQuestion {
  /** Issuer of the creditor's server, an https origin. */
  readonly issuer: string
  /** What the issuer publishes now; a statement about keys must be about these. */
  readonly jwks: JwkSet
}

/** What an authority says of a party. The agent believes it for `issuer` alone, and before `until`. */
export interface TrustStatement {
  /** `federation`: a trust mark (OpenID Federation 1.0). `qualified`: an electronic seal (eIDAS). */
  readonly level: 'federation' | 'qualified'
  /** The party that the statement is about, as it names itself in `iss`. */
  readonly issuer: string
  /** Who that is, as the authority has found out; to be shown to the person. */
  readonly name: string
  /** Who says so, such as the federation's trust anchor or the issuer of the seal's certificate. */
  readonly authority: string
  /** Epoch seconds. */
  readonly until: number
}

/**
 * Asks about creditors that are not pinned. It checks the mark or the seal itself: signature, chain,
 * revocation. An implementation asks only addresses that its operator has set.
 *
 * @example
 * import type { TrustSource } from '@parley/sdk'
 * declare const register: ReadonlyMap<string, { name: string; until: number }>
 * export const source: TrustSource = {
 *   async statementFor({ issuer }) {
 *     const entry = register.get(issuer)
 *     return entry === undefined
 *       ? null
 *       : { level: 'federation', issuer, authority: 'https://federation.example', ...entry }
 *   },
 * }
 */
export interface TrustSource {
  /** Null when it cannot vouch; a rejection counts as null. */
  statementFor(question: TrustQuestion): Promise<TrustStatement | null>
}

/** How far a creditor may be believed to be who it says: by enrolment, by a statement, or by nobody. */
export type CreditorStanding =
  | TrustStatement
  | { readonly level: 'pinned' }
  | { readonly level: 'none' }

/** A creditor; without an id any one of the server's. */
export interface CreditorName {
  readonly server: string
  readonly creditorId?: string
}

/** Finds the standing of a creditor: pinned, else the first statement that holds, in their order. */
export async function standingOf(
  context: AgentContext,
  { server, creditorId }: CreditorName,
): Promise<CreditorStanding> {
  const isPinned = (await context.store.enrolments())
    .filter((enrolment) => enrolment.state === 'active')
    .some((one) => one.server === server && (creditorId ?? one.creditor.id) === one.creditor.id)
  if (isPinned) return { level: 'pinned' }
  if (context.trust.length === 0) return { level: 'none' }
  const metadata = await context.directory.metadata(server)
  if (!metadata.ok) return { level: 'none' }
  const question = { issuer: server, jwks: metadata.value.jwks }
  for (const source of context.trust) {
    const statement = await source.statementFor(question).catch(() => null)
    if (statement?.issuer === server && statement.until > context.clock()) return statement
  }
  return { level: 'none' }
}

/** Refuses `creditor-untrusted` where sources are asked and none vouches for the creditor. */
export async function checkStanding(
  context: AgentContext,
  creditor: CreditorName,
): Promise<Result<null, AgentRefusal>> {
  if (context.trust.length === 0) return ok(null)
  const { level } = await standingOf(context, creditor)
  return level === 'none' ? err({ code: 'creditor-untrusted' }) : ok(null)
}
