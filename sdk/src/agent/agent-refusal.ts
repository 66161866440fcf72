// Why an agent did not do what a peer or its own app asked. Values, never exceptions.

import type { RefusalCode } from '../protocol/refusals.ts'

/** Why a message that arrived was not taken: these codes leave the agent as problems. */
export type ArrivalRefusalCode =
  | RefusalCode
  /** The payload breaks its schema. */
  | 'schema'
  /** An amount, a day, a name or a menu that the schema lets through but no one can use. */
  | 'content-invalid'
  /** No enrolment with this creditor and this debtor. */
  | 'enrolment-unknown'
  /** The account is neither the pinned one nor one that was announced. */
  | 'account'
  /** A message before this one is missing. */
  | 'sequence'
  /** Another message holds this place in the conversation. */
  | 'sequence-stale'
  /** The creditor signed two messages for this place. */
  | 'equivocation'
  /** The request was revised since. */
  | 'revision-superseded'
  /** There is an agreement already. */
  | 'agreement-exists'
  /** Another process changed the same conversation again and again. */
  | 'busy'
  /** No such conversation, or nothing to confirm in it. */
  | 'not-found'

/** Every code that an agent gives. */
export type AgentRefusalCode =
  | ArrivalRefusalCode
  /** Bytes of the agreement differ from the agent's own derivation. */
  | 'agreement-mismatch'
  /** The peer could not be reached or answered nothing usable; try again later. */
  | 'unreachable'
  /** The peer said no; `detail` holds its problem code. */
  | 'peer-refused'
  /** The address is not an https origin, or points elsewhere than to its issuer. */
  | 'address'
  /** The creditor is not pinned, and none of the agent's trust sources vouches for it. */
  | 'creditor-untrusted'
  /** Not an activation code: 8 to 40 letters, digits and hyphens. */
  | 'activation-code'
  /** Not the link of a request, `https://…/p/<token>`. */
  | 'link'
  /** Not an amount of this bill, or more than is outstanding. */
  | 'amount-invalid'
  /** No credit is open in this conversation, or this is not offered for it. */
  | 'credit-unknown'
  /** Not a day, or one for which there are no quotes. */
  | 'date-outside-window'
  /** The peer's metadata cannot be believed. */
  | 'metadata'

/** A refusal; `detail` is for logs and holds nothing about a person. */
export interface AgentRefusal<Code extends AgentRefusalCode = AgentRefusalCode> {
  readonly code: Code
  readonly detail?: string
}

/** A refusal of a message that arrived. */
export type ArrivalRefusal = AgentRefusal<ArrivalRefusalCode>
