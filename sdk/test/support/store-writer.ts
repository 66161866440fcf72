// A process that writes to a store in a folder until it is killed: `store-writer.ts FOLDER RECORD`.
// It says each version aloud once the store has promised to keep it.
import { readFileSync } from 'node:fs'
import type { ThreadRecord } from '../../src/index.ts'
import { createFileAgentStore } from '../../src/node/index.ts'

const [folder = '', recordFile = ''] = process.argv.slice(2)
const record = JSON.parse(readFileSync(recordFile, 'utf8')) as ThreadRecord
const store = createFileAgentStore(folder)
const kept = await store.thread(record)

for (let version = (kept?.version ?? 0) + 1; ; version++) {
  // Every part of a record names its version: a torn one would contradict itself.
  const evidence = Array.from({ length: 16 }, (_, at) => ({
    ...{ at, code: String(version), message: `${version} `.repeat(500) },
  }))
  if (!(await store.saveThread({ ...record, version, evidence }))) throw new Error('not alone')
  await store.saveCursor(record.enrolmentId, String(version))
  process.stdout.write(`${version}\n`)
}
