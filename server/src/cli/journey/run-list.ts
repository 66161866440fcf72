// `parley journey list`: every journey in a line, and what this server lacks to run it.
import { openJourneys } from './open-journeys.ts'

/** Returns what is to be printed. */
export function runList({ catalog, json }: { catalog?: string; json?: true }): string {
  const { definitions, unsupportedJourneys } = openJourneys(catalog)
  const journeys = [...definitions.values()].map(({ id, version, title, description, steps }) => {
    const missing = unsupportedJourneys.get(id) ?? []
    return { id, version, title, description, steps: steps.length, missing }
  })
  if (json === true) return `${JSON.stringify({ journeys })}\n`
  const runs = journeys.filter(({ missing }) => missing.length === 0)
  const others = journeys.filter(({ missing }) => missing.length > 0)
  return [
    'Journeys that this server runs',
    ...runs.map(lineOf),
    'Journeys to check and to plan with; "check" names what this server lacks for one',
    ...others.map(lineOf),
    '',
  ].join('\n')
}

function lineOf({ id, title }: { id: string; title: string }): string {
  return `  ${id.padEnd(24)} ${title}`
}
