// What the checks of an evidence bundle hand to each other: messages and threads that may be
// believed, and faults that do not know their place yet.

import type { EvidenceFault, EvidenceParty } from './evidence-bundle.ts'
import type { MessageByKind, MessageKind } from './messages.ts'

/** A fault before somebody says where it is. */
export type UnplacedFault = Pick<EvidenceFault, 'code' | 'detail'>

/** A message without fault; `position` is its `seq`, `hash` its signing-input hash. */
export type CheckedMessage = {
  [K in MessageKind]: {
    readonly kind: K
    readonly payload: MessageByKind[K]
    readonly hash: string
    readonly position: number
  }
}[MessageKind]

/** The accept or counter that an agreement rests on. */
export type CheckedAnswer = Extract<CheckedMessage, { kind: 'accept' | 'counter' }>

/** A thread whose faultless messages stand at their positions; the others are undefined. */
export interface CheckedThread {
  readonly thr: string
  readonly creditor: EvidenceParty
  /** The debtor's side or a bank; undefined on a thread that anyone may read. */
  readonly peer: EvidenceParty | undefined
  readonly messages: readonly (CheckedMessage | undefined)[]
}
