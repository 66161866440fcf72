// Runs beside the tests: makes one migrated directory of the embedded store, when the first test asks,
// for all of them to copy. To make one takes seconds, to copy one does not.
import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { promisify } from 'node:util'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  export interface ProvidedContext {
    /** Answers a GET with the path of the migrated directory, once it is there. */
    embeddedOnDemand: string
  }
}

const PARLEY = new URL('../../src/cli/parley.ts', import.meta.url).pathname

/** Called by vitest before the run; the function that it returns is called after it. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'parley-embedded-'))
  const template = join(folder, 'data')
  let made: Promise<unknown> | undefined
  const desk = createServer((_, response) => {
    made ??= makeTemplate(template)
    made.then(
      () => response.end(template),
      (error: unknown) => response.writeHead(500).end(String(error)),
    )
  })
  await new Promise<void>((resolve) => desk.listen(0, '127.0.0.1', resolve))
  const { port } = desk.address() as AddressInfo
  project.provide('embeddedOnDemand', `http://127.0.0.1:${port}`)
  return async () => {
    desk.closeAllConnections()
    desk.close()
    await made?.catch(() => undefined)
    await rm(folder, { recursive: true, force: true })
  }
}

async function makeTemplate(directory: string): Promise<void> {
  const env = { PATH: process.env['PATH'] ?? '', PARLEY_DATA_DIR: directory }
  await promisify(execFile)(process.execPath, [PARLEY, 'migrate'], { env })
}
