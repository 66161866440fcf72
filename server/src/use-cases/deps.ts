// What use-cases need from the outside world, by name. Types only; compose.ts fills them.
// A use-case takes the slice that it uses: `Pick<Deps, 'db' | 'clock'>`.
import type { HopRequest, JwsSignature, KeyResolver } from '@parley/sdk/protocol'
import type { Party } from '../domain/claim/debtor.ts'
import type { Law, LawInForce } from '../domain/compliance/law-in-force.ts'
import type { Channel } from '../domain/compliance/profile.ts'
import type { JourneyDefinition } from '../domain/dunning/journey-definition.ts'
import type { LearningModel } from '../domain/learning/learning-model.ts'
import type { ActionCatalog } from '../domain/next-action/choose-action.ts'
import type { CsvProfile } from '../domain/statement/csv-profile.ts'
import type { Database, Tx } from '../storage/database.ts'
import type { StatementRunner } from '../storage/scoped-statements.ts'

export type { Tx }

/** What somebody else has written in the same transaction, when there is an effect to write. */
export interface Along {
  along?: ((tx: Tx) => Promise<void>) | undefined
}

/** Epoch seconds. Tests and the demo move it. */
export interface Clock {
  now(): number
}

export interface IdSource {
  /** `<prefix>_` and 26 characters, rising with time. */
  newId(prefix: string): string
  randomBytes(length: number): Uint8Array
}

/** Signs with the key whose time it is; a KMS fits in. Never called inside a transaction. */
export interface Signer {
  readonly kid: string
  sign(typ: string, payload: object): Promise<string>
  signAgreement(payload: Uint8Array): Promise<JwsSignature>
  /** The fields that sign a request of ours to another server. */
  signHop(
    request: HopRequest,
    freshness: { now: number; nonce: string },
  ): Promise<Record<string, string>>
}

/** Keys of parties that have an address, fetched through the guarded client. */
export interface PeerKeys {
  resolverFor(issuer: string): KeyResolver
}

/** Encrypts small secrets at rest. What was sealed for a context opens for that context alone. */
export interface Vault {
  /** Names the master key that seals now. */
  readonly keyId: string
  seal(plain: string, context?: string): Buffer
  open(sealed: Buffer, context?: string): string
  /** Seals what the former master key sealed under the present one; undefined when it is already. */
  reseal(sealed: Buffer, context?: string): Buffer | undefined
  /** 32 bytes for one purpose, always the same under one master key. */
  derive(purpose: string): Buffer
}

/** Makes and reads the links to the portal. */
export interface PortalLinks {
  urlOf(claimId: string): string
  /** The claim that a token names, or undefined for a token that we did not make. */
  claimOf(token: string): string | undefined
}

/** Decides whether an address that somebody gave us may be called at all. */
export interface AddressPolicy {
  allows(url: string): boolean
}

/** The law by debtor. */
export interface LawBook {
  /** Undefined where no profile speaks of such a debtor. */
  of(debtor: { country: string; party: Party }): Law | undefined
}

/** Journeys with their versions. */
export interface JourneyBook {
  /** Undefined for one that this store has never known. */
  versionOf(id: string, version: number): Promise<JourneyDefinition | undefined>
  /** Whether every step of a journey may be taken under a law. */
  isLawful(journey: JourneyDefinition, law: LawInForce): boolean
}

export interface Deps {
  db: Database
  /** The store again, for single statements that are prepared once. */
  statements: StatementRunner
  clock: Clock
  ids: IdSource
  signer: Signer
  peerKeys: PeerKeys
  vault: Vault
  links: PortalLinks
  addresses: AddressPolicy
  /** Those that the scheduler runs, by id. */
  journeys: ReadonlyMap<string, JourneyDefinition>
  /** Those that cases are on. */
  journeyBook: JourneyBook
  laws: LawBook
  /** The channels to people that this server can use. */
  servedChannels: ReadonlySet<Channel>
  /** Those that it cannot run, each with what it lacks for them. */
  unsupportedJourneys: ReadonlyMap<string, readonly string[]>
  /** How banks write their CSV, by id. */
  statementProfiles: ReadonlyMap<string, CsvProfile>
  /** What the next action is chosen by. */
  nextAction: ActionCatalog
  /** What is believed of any customer, before a creditor's own bills say more. */
  prior: LearningModel
  /** Our issuer: the public origin, without a trailing slash. */
  publicUrl: string
  /** Says after a commit that outbox rows wait; without it they go out at the next poll. */
  outboxChanged(): void
}
