// Runs beside the tests: starts one PostgreSQL for all of them, when the first asks, and ends it
// after the last. A run that needs none starts none.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import pg from 'pg'
import type { TestProject } from 'vitest/node'
import { migrate } from '../../src/storage/migrate.ts'
import { type Postgres, startPostgres } from './postgres.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /**
     * Answers a GET with the URL of the server's maintenance database; at the path of `TEMPLATE`, once
     * there is a migrated database of that name to copy.
     */
    postgresOnDemand: string
  }
}

/** The migrated database that test files copy: nothing else ever connects to it. */
export const TEMPLATE = 'parley_template'

/** Called by vitest before the run; the function that it returns is called after it. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  let started: Promise<Postgres> | undefined
  let template: Promise<void> | undefined
  const desk = createServer((request, response) => {
    started ??= startPostgres()
    if (request.url === `/${TEMPLATE}`) template ??= started.then(({ url }) => makeTemplate(url))
    Promise.all([started, template]).then(
      ([{ url }]) => response.end(url),
      (error: unknown) => response.writeHead(500).end(String(error)),
    )
  })
  await new Promise<void>((resolve) => desk.listen(0, '127.0.0.1', resolve))
  const { port } = desk.address() as AddressInfo
  project.provide('postgresOnDemand', `http://127.0.0.1:${port}`)
  return async () => {
    desk.closeAllConnections()
    desk.close()
    await (await started?.catch(() => undefined))?.stop()
  }
}

async function makeTemplate(url: string): Promise<void> {
  const server = new pg.Client({ connectionString: url })
  await server.connect()
  await server.query(`create database ${TEMPLATE}`)
  await server.end()
  const pool = new pg.Pool({ connectionString: new URL(TEMPLATE, url).href })
  await migrate(pool)
  await pool.end()
}
