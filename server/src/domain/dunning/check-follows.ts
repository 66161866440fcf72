// Journeys that lead to others: the other one is there, and so is the step at which it begins.

import { actOf, type JourneyDefinition } from './journey-definition.ts'

/** Lists what is wrong between the journeys of a catalog, one line each with its file. */
export function findFollowFaults(journeys: ReadonlyMap<string, JourneyDefinition>): string[] {
  return [...journeys.values()].flatMap(({ id, steps }) => {
    return steps.flatMap((step) => {
      const follow = actOf(step, 'follow')
      if (follow === undefined) return []
      const where = `journeys/${id}.json: step "${step.id}"`
      const next = journeys.get(follow.journey)
      if (next === undefined) return [`${where}: there is no journey "${follow.journey}"`]
      const { fromStep } = follow
      return fromStep === undefined || next.steps.some((it) => it.id === fromStep)
        ? []
        : [`${where}: "${follow.journey}" has no step "${fromStep}"`]
    })
  })
}
