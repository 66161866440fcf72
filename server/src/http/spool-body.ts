// A body that is too large to hold goes to a file without a name: it is gone when it is closed, or when
// the process dies.
import { createHash } from 'node:crypto'
import { type FileHandle, mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { chunksOf } from './file-chunks.ts'

/** A body on disk. */
export interface SpooledBody {
  readonly size: number
  /** SHA-256 of the bytes. */
  readonly hash: Buffer
  /** Reads it from the beginning, as often as is needed; a piece is valid until the next one. */
  open(): AsyncIterable<Uint8Array>
  close(): Promise<void>
}

/**
 * Writes a body to a file that only this process can read. Returns undefined, with nothing kept, when
 * it has more bytes than the limit.
 */
export async function spoolBody(body: Readable, limit: number): Promise<SpooledBody | undefined> {
  // Told again to whoever reads: before that nobody listens, and the process would end.
  body.on('error', () => {})
  const handle = await openNameless()
  const hash = createHash('sha256')
  let size = 0
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      size += chunk.length
      // The rest is read and forgotten, so that the caller hears why.
      if (size > limit) continue
      hash.update(chunk)
      await handle.appendFile(chunk)
    }
  } catch (error) {
    await handle.close()
    throw error
  }
  if (size > limit) {
    await handle.close()
    return undefined
  }
  return {
    size,
    hash: hash.digest(),
    open: () => chunksOf(handle),
    close: () => handle.close(),
  }
}

/** Opened in a directory of its own, and removed from it at once. */
async function openNameless(): Promise<FileHandle> {
  const directory = await mkdtemp(join(tmpdir(), 'parley-body-'))
  try {
    return await open(join(directory, 'body'), 'wx+', 0o600)
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}
