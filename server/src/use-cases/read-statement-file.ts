// Reads a statement file twice: first all of it, to know that nothing is broken, then entry by entry.
// Neither holds more than a chunk of the file and the entries in it.
import { createHash } from 'node:crypto'
import type { Result } from '@parley/sdk/protocol'
import type { CsvProfile } from '../domain/statement/csv-profile.ts'
import {
  createStatementFileReader,
  type StatementFile,
} from '../domain/statement/statement-file.ts'
import type { StatementEntry, StatementRefusal } from '../domain/statement/statement-types.ts'

/** The bytes of a file, from the beginning each time; a piece is valid until the next one. */
export type OpenFile = () => AsyncIterable<Uint8Array>

/** An entry and the number of its statement in the file, from 0. */
export interface ReadEntry {
  readonly entry: StatementEntry
  readonly statement: number
}

type Profiles = readonly CsvProfile[]

/** Larger chunks would hold more entries at once, smaller ones gain nothing. */
const CHUNK = 1 << 16

/** Reads all of a file, and what is wrong in it. */
export async function checkStatementFile(
  open: OpenFile,
  profiles: Profiles,
): Promise<Result<StatementFile, StatementRefusal>> {
  const reader = createStatementFileReader(() => {}, { profiles, fingerprint })
  for await (const chunk of open()) for (const part of partsOf(chunk)) reader.write(part)
  return reader.end()
}

/**
 * Reads the entries of a file that was checked, in batches of about `size`.
 *
 * @throws {Error} when it is not the file that was checked: then nothing further may be booked.
 */
export async function* entriesInBatches(
  open: OpenFile,
  { profiles, size }: { profiles: Profiles; size: number },
): AsyncGenerator<readonly ReadEntry[]> {
  let batch: ReadEntry[] = []
  const take = (entry: StatementEntry, statement: number) => {
    batch.push({ entry, statement })
  }
  const reader = createStatementFileReader(take, { profiles, fingerprint })
  for await (const chunk of open()) {
    for (const part of partsOf(chunk)) {
      reader.write(part)
      if (batch.length < size) continue
      yield batch
      batch = []
    }
  }
  const read = reader.end()
  if (!read.ok) throw new Error(`the file changed while it was read: ${read.error.code}`)
  if (batch.length > 0) yield batch
}

function* partsOf(chunk: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < chunk.length; at += CHUNK) yield chunk.subarray(at, at + CHUNK)
}

/** Tells the payments of a file apart. */
export function fingerprint(text: string): bigint {
  return createHash('sha256').update(text).digest().readBigUInt64BE()
}
