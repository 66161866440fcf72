// In which order a payment of one claim pays its parts, by the law of the debtor.
import type { DebtPart } from '../matching/divide-payment.ts'
import { evidenceOf } from './evidence.ts'
import type { LawInForce } from './law-in-force.ts'

/** Where no law that somebody has read says otherwise: what bears interest first, as suits the debtor. */
export const FRIENDLIEST_ORDER: readonly DebtPart[] = ['principal', 'interest', 'costs']

/** The order of the law; an unverified one is shown in the catalog and not applied. */
export function allocationOrder(law: LawInForce | null): readonly DebtPart[] {
  if (law === null) return FRIENDLIEST_ORDER
  const { allocation } = law.version
  const isRead = evidenceOf(allocation, law.profile.sources) !== 'unverified'
  return isRead ? allocation.order : FRIENDLIEST_ORDER
}
