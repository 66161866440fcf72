// Runs beside the tests: a folder in which the server processes of a run keep compiled code, so
// that only the first of them compiles.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  export interface ProvidedContext {
    /** The value of NODE_COMPILE_CACHE for processes that tests start. */
    compileCache: string
  }
}

/** Called by vitest before the run; the function that it returns is called after it. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'parley-compiled-'))
  project.provide('compileCache', folder)
  return () => rm(folder, { recursive: true, force: true })
}
