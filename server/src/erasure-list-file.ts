// The list of who was erased, in a file that is no part of the store: a backup of the store that is put back
// does not bring anybody back. One JSON object a line; it names nobody.
import { mkdir, open, readFile, truncate } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { ErasureList, ErasureMark } from './use-cases/erase-person.ts'

/** The list in a file, which is made with its first line; without a file nothing is listed. */
export function openErasureList(file: string | undefined): ErasureList {
  if (file === undefined) return { read: async () => [], append: async () => {} }
  return {
    async read() {
      const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return ''
        throw error
      })
      // A process that died while it wrote leaves half a line: what it was about stands in the store.
      const whole = text.slice(0, text.lastIndexOf('\n') + 1)
      if (whole !== text) await truncate(file, Buffer.byteLength(whole))
      return whole
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as ErasureMark)
    },
    async append(marks) {
      if (marks.length === 0) return
      await mkdir(dirname(file), { recursive: true })
      const handle = await open(file, 'a')
      try {
        await handle.appendFile(marks.map(lineOf).join(''))
        await handle.sync()
      } finally {
        await handle.close()
      }
    },
  }
}

function lineOf({ creditorId, debtorId, erasedAt }: ErasureMark): string {
  return `${JSON.stringify({ creditorId, debtorId, erasedAt })}\n`
}
