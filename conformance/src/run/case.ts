// What a case is: one thing that an implementation of a role has to do, or must not do.
import type { Seeded } from '../wire/seeded.ts'
import type { Transcript } from './transcript.ts'
import type { Trial } from './trial.ts'

/** Whose behaviour a case judges. */
export type Role = 'server' | 'agent' | 'bank'

/** A MUST that does not hold fails the case; a SHOULD that does not hold is a warning. */
export type Level = 'MUST' | 'SHOULD'

/** What is said of a case before it runs; `list` and `explain` show it. */
export interface CaseFacts {
  /** Stable: never given to another case. */
  readonly id: string
  readonly level: Level
  /** Id of the rule of `spec/` that decides; its text is quoted from there. */
  readonly clause: string
  /** Other rules that the case shows. */
  readonly also?: readonly string[]
  readonly title: string
  /** What the suite sends or does. */
  readonly sends: string
  /** What has to happen. */
  readonly expects: string
  /**
   * Of a case that expects a refusal: the case that passes with the same message, but for the one thing
   * that differs. Without its success in the same run, the refusal proves nothing.
   */
  readonly control?: string
  /** What usually causes a failure, and what to do. */
  readonly hint?: string
}

/** A case for the world that a role plays in. */
export interface Case<World> extends CaseFacts {
  readonly role: Role
  /** Throws one of the verdicts of `verdicts.ts`, or returns: then the case has passed. */
  run(world: World, trial: Trial): Promise<void>
}

/** What a role needs to start the system under test and the parties that the suite plays. */
export interface RoleSetup {
  /** Keys, ids and nonces of the run. */
  readonly seeded: Seeded
  readonly transcript: Transcript
}

/** One role: how its world is opened, and its cases in the order in which they run. */
export interface RolePlan<World> {
  readonly role: Role
  readonly cases: readonly Case<World>[]
  /** @throws {Unreachable} when the system under test cannot be reached or started. */
  open(setup: RoleSetup): Promise<World>
  /** Ends every process, server and socket that `open` and the cases began. */
  close(world: World): Promise<void>
  /** Name and version of the system under test, as far as it tells. */
  describe(world: World): Promise<string>
}
