// The list of who was erased, in a file that is no part of the store: a backup of the store that is put back
// does not bring anybody back. One JSON object a line; it names nobody.
import { mkdir, open, readFile } from 'node:fs/promises'
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
      return text
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
