// An agent's store in memory: for tests, trials and apps that keep nothing.

import type { Enrolment } from './enrolment.ts'
import type { AgentStore, ThreadKey, ThreadRecord } from './store.ts'

/**
 * Creates an empty store; everything is gone when the process ends.
 *
 * @example
 * import { createMemoryAgentStore } from '@parley/sdk'
 * await createMemoryAgentStore().enrolments() // => []
 */
export function createMemoryAgentStore(): AgentStore {
  const enrolments = new Map<string, Enrolment>()
  const cursors = new Map<string, string>()
  const threads = new Map<string, ThreadRecord>()
  const nameOf = ({ enrolmentId, thr }: ThreadKey) => `${enrolmentId}/${thr}`

  return {
    async enrolments() {
      return [...enrolments.values()]
    },
    async saveEnrolment(enrolment) {
      const kept = enrolments.get(enrolment.id)?.version ?? 0
      if (kept !== enrolment.version - 1) return false
      enrolments.set(enrolment.id, enrolment)
      return true
    },
    async removeEnrolment(id) {
      enrolments.delete(id)
      cursors.delete(id)
    },
    async cursor(enrolmentId) {
      return cursors.get(enrolmentId) ?? null
    },
    async saveCursor(enrolmentId, cursor) {
      if (cursor === null) cursors.delete(enrolmentId)
      else cursors.set(enrolmentId, cursor)
    },
    async thread(key) {
      return threads.get(nameOf(key))
    },
    async threads() {
      return [...threads.values()]
    },
    async saveThread(record) {
      const kept = threads.get(nameOf(record))?.version ?? 0
      if (kept !== record.version - 1) return false
      threads.set(nameOf(record), record)
      return true
    },
  }
}
