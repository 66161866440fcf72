// How a customer stands by the plain records of the claim alone: what the person told, and broken
// promises. What is not known stays unknown.
import type { CustomerStanding } from '../domain/learning/customer-standing.ts'
import type { CaseRecords } from '../storage/case-records.ts'

const TOLD: readonly string[] = ['hardship', 'assistance', 'moratorium']
const MANY_PROMISES = 3

export function standingOfRecords({ holds, promisesMade }: CaseRecords): CustomerStanding {
  return {
    chanceOfSelfCure: null,
    ability: 'unknown',
    willingness: 'unknown',
    contactability: {},
    bestHour: null,
    fragile: holds.some(({ reason }) => TOLD.includes(reason)) || promisesMade >= MANY_PROMISES,
    facts: [],
  }
}
