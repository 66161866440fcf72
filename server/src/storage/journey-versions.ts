// Every version of a journey that this server has known: a case goes on with the one that it began.
import { sql } from 'kysely'
import type { JourneyDefinition } from '../domain/dunning/journey-definition.ts'
import type { Database } from './database.ts'

/**
 * Remembers journeys. Returns those whose id and version were known with another content: a version
 * that has been used is never changed.
 */
export async function rememberJourneys(
  db: Database,
  journeys: readonly JourneyDefinition[],
): Promise<{ id: string; version: number }[]> {
  if (journeys.length === 0) return []
  const texts = journeys.map((journey) => JSON.stringify(journey))
  const ids = journeys.map(({ id }) => id)
  const versions = journeys.map(({ version }) => version)
  await sql`insert into journey_versions (journey_id, version, definition)
    select * from unnest(${ids}::text[], ${versions}::int[], ${texts}::jsonb[])
    on conflict do nothing`.execute(db)
  const { rows } = await sql<{ id: string; version: number }>`
    select u.id, u.version
    from unnest(${ids}::text[], ${versions}::int[], ${texts}::jsonb[]) as u(id, version, definition)
    join journey_versions j on j.journey_id = u.id and j.version = u.version
    where j.definition <> u.definition`.execute(db)
  return rows
}

export async function findJourneyVersion(
  db: Database,
  id: string,
  version: number,
): Promise<JourneyDefinition | undefined> {
  const row = await db
    .selectFrom('journey_versions')
    .select('definition')
    .where('journey_id', '=', id)
    .where('version', '=', version)
    .executeTakeFirst()
  return row?.definition
}
