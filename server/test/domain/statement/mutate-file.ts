// Breaks files as lines, disks and people break them, and reads what came of it.
import fc from 'fast-check'
import type { CsvProfile } from '../../../src/domain/statement/csv-profile.ts'
import { createStatementFileReader } from '../../../src/domain/statement/statement-file.ts'
import type { StatementEntry } from '../../../src/domain/statement/statement-types.ts'

const SPLINTERS = [
  '<!DOCTYPE x [<!ENTITY a "b">]>',
  '&a;',
  '<',
  ']]>',
  '\n:61:',
  '\n-}\n',
  '"',
  ';;',
  '\u0000',
  '99999999999999999999',
  '-1',
  '1e9',
  '\ufffd',
]

/** A file with one to four changes: bytes that differ, parts that are gone, doubled or put in. */
export function mutateFile(bytes: Uint8Array): fc.Arbitrary<Uint8Array> {
  const at = fc.nat({ max: bytes.length })
  const change = fc.oneof(
    fc.record({ kind: fc.constant('byte' as const), at, value: fc.nat({ max: 255 }) }),
    fc.record({ kind: fc.constant('cut' as const), at, length: fc.nat({ max: 200 }) }),
    fc.record({ kind: fc.constant('double' as const), at, length: fc.nat({ max: 400 }) }),
    fc.record({ kind: fc.constant('end' as const), at }),
    fc.record({ kind: fc.constant('put' as const), at, text: fc.constantFrom(...SPLINTERS) }),
  )
  return fc
    .array(change, { minLength: 1, maxLength: 4 })
    .map((changes) => changes.reduce<Buffer>(apply, Buffer.from(bytes)))
}

type Change =
  | { kind: 'byte'; at: number; value: number }
  | { kind: 'cut' | 'double'; at: number; length: number }
  | { kind: 'end'; at: number }
  | { kind: 'put'; at: number; text: string }

function apply(file: Buffer, change: Change): Buffer {
  const before = file.subarray(0, change.at)
  const after = file.subarray(change.at)
  switch (change.kind) {
    case 'byte':
      return Buffer.concat([before, Buffer.from([change.value]), after.subarray(1)])
    case 'cut':
      return Buffer.concat([before, after.subarray(change.length)])
    case 'double':
      return Buffer.concat([before, after.subarray(0, change.length), after])
    case 'end':
      return before
    case 'put':
      return Buffer.concat([before, Buffer.from(change.text), after])
  }
}

export function readMutated(bytes: Uint8Array, profiles: readonly CsvProfile[]) {
  const entries: StatementEntry[] = []
  const reader = createStatementFileReader((entry) => entries.push(entry), { profiles })
  for (let at = 0; at < bytes.length; at += 1000) reader.write(bytes.subarray(at, at + 1000))
  return { result: reader.end(), entries }
}
