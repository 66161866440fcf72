// An agent's store in a folder: one JSON file a conversation. Crash safe; several processes may share
// the folder. Node only: published as part of `@parley/sdk/node`.

import { join } from 'node:path'
import type { Enrolment } from '../agent/enrolment.ts'
import type { AgentStore, ThreadKey, ThreadRecord } from '../agent/store.ts'
import { openVersionedFiles, type VersionedFiles } from './versioned-files.ts'

/**
 * Opens or makes a store in a folder, readable by its owner only. Holds private matters.
 *
 * @example
 * import { createFileAgentStore } from '@parley/sdk/node'
 * const store = createFileAgentStore('/var/lib/agent')
 * console.log(await store.enrolments())
 */
export function createFileAgentStore(folder: string): AgentStore {
  const enrolments = openVersionedFiles(join(folder, 'enrolments'))
  const cursors = openVersionedFiles(join(folder, 'cursors'))
  const threads = openVersionedFiles(join(folder, 'threads'))
  const nameOf = ({ enrolmentId, thr }: ThreadKey) => `${enrolmentId}/${thr}`

  return {
    async enrolments() {
      return (await enrolments.readAll()) as Enrolment[]
    },
    saveEnrolment: (record) => enrolments.write(record.id, record.version, record),
    async removeEnrolment(id) {
      await enrolments.remove(id)
      await cursors.remove(id)
    },
    async cursor(enrolmentId) {
      return ((await cursors.read(enrolmentId)) ?? null) as string | null
    },
    async saveCursor(enrolmentId, cursor) {
      await overwrite(cursors, enrolmentId, cursor)
    },
    async thread(key) {
      return (await threads.read(nameOf(key))) as ThreadRecord | undefined
    },
    async threads() {
      return (await threads.readAll()) as ThreadRecord[]
    },
    saveThread: (record) => threads.write(nameOf(record), record.version, record),
  }
}

const MAX_ATTEMPTS = 100

/** Replaces a document whatever its version; the last writer wins. */
async function overwrite(files: VersionedFiles, name: string, document: unknown): Promise<void> {
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const version = (await files.versionOf(name)) + 1
    if (await files.write(name, version, document)) return
  }
  throw new Error('a document did not come to rest')
}
