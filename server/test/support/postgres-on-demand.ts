// Runs beside the tests: starts one PostgreSQL for all of them, when the first asks, and ends it
// after the last. A run that needs none starts none.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestProject } from 'vitest/node'
import { type Postgres, startPostgres } from './postgres.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** Answers a GET with the URL of the server's maintenance database. */
    postgresOnDemand: string
  }
}

/** Called by vitest before the run; the function that it returns is called after it. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  let started: Promise<Postgres> | undefined
  const desk = createServer((_request, response) => {
    started ??= startPostgres()
    started.then(
      ({ url }) => response.end(url),
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
