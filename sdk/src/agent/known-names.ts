// Names of creditors that the person knows, to hold another name against. Spec: TXT-03.

import { looksLike } from '../protocol/look-alike.ts'
import type { Enrolment } from './enrolment.ts'

/** A creditor's name, and whose it is. */
export interface NamedCreditor {
  readonly server: string
  readonly creditorId: string
  readonly name: string
  /** Epoch seconds; only creditors known before count as known. */
  readonly since: number
}

/** The name of another creditor, known before, that a reader may take this one's for; else null. */
export function resemblesKnown(
  enrolments: readonly Enrolment[],
  { server, creditorId, name, since }: NamedCreditor,
): string | null {
  const others = enrolments
    .filter((enrolment) => enrolment.state !== 'pending')
    .filter((one) => one.server !== server || one.creditor.id !== creditorId)
    .filter((one) => one.enrolledAt <= since)
  return looksLike(
    name,
    others.map(({ creditor }) => creditor.name),
  )
}
