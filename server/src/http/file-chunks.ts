// The bytes of a file, piece by piece through one buffer: a file of any size needs no memory.
import type { FileHandle } from 'node:fs/promises'

const CHUNK = 1 << 16

/** Reads a file from its beginning. A piece is valid until the next one is asked for. */
export async function* chunksOf(handle: FileHandle): AsyncGenerator<Uint8Array> {
  const buffer = Buffer.alloc(CHUNK)
  for (let position = 0; ; ) {
    const { bytesRead } = await handle.read({ buffer, position })
    if (bytesRead === 0) return
    position += bytesRead
    yield buffer.subarray(0, bytesRead)
  }
}
