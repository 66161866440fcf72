// `parley statement profiles`: every CSV format in a line.
import { openProfiles } from './open-profiles.ts'

/** Returns what is to be printed. */
export function listProfiles({ catalog, json }: { catalog?: string; json?: true }): string {
  const profiles = [...openProfiles(catalog).values()]
  if (json === true) {
    const listed = profiles.map(({ id, name, country }) => ({ id, name, country: country ?? null }))
    return `${JSON.stringify({ profiles: listed })}\n`
  }
  return [
    'CSV formats, recognised by their header line; --profile names one',
    ...profiles.map(
      ({ id, name, country }) => `  ${id.padEnd(20)} ${(country ?? '').padEnd(3)} ${name}`,
    ),
    '',
  ].join('\n')
}
