// `npm run vectors`: runs every vector of spec/vectors and counts. `--write` makes the files anew,
// keeping the signatures of what has not changed.
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { agreementVectors } from './agreement-vectors.ts'
import { envelopeVectors } from './envelope-vectors.ts'
import { hopVectors } from './hop-vectors.ts'
import { planVectors } from './plan-vectors.ts'
import { isExpected, runVector } from './run-vectors.ts'
import { signatureVectors } from './signature-vectors.ts'
import { testKeys } from './test-keys.ts'
import { dateVectors, moneyVectors, textVectors } from './value-vectors.ts'
import type { VectorFile } from './vector-file.ts'

const folder = new URL('../../vectors/', import.meta.url)
const read = (name: string) => readFile(new URL(name, folder), 'utf8').catch(() => '')

async function writeAll(): Promise<void> {
  const keys = await testKeys()
  const files: Record<string, VectorFile> = {
    'signatures.json': await signatureVectors(keys, await read('signatures.json')),
    'agreements.json': await agreementVectors(keys, await read('agreements.json')),
    'hops.json': await hopVectors(keys),
    'plans.json': await planVectors(),
    'envelopes.json': envelopeVectors(),
    'money.json': moneyVectors(),
    'dates.json': dateVectors(),
    'texts.json': textVectors(),
  }
  for (const [name, file] of Object.entries(files)) {
    await writeFile(new URL(name, folder), `${JSON.stringify(file, null, 2)}\n`)
  }
}

if (process.argv.includes('--write')) await writeAll()
let failed = 0
for (const name of (await readdir(folder)).sort()) {
  const file = JSON.parse(await read(name)) as VectorFile
  const wrong: string[] = []
  for (const vector of file.vectors) {
    const outcome = await runVector(file, vector)
    if (isExpected(vector, outcome)) continue
    wrong.push(`${vector.id} ${vector.title}: ${JSON.stringify(outcome.ok || outcome.error)}`)
  }
  failed += wrong.length
  const passed = file.vectors.length - wrong.length
  process.stdout.write(`${name.padEnd(18)} ${passed} passed, ${wrong.length} failed\n`)
  for (const line of wrong) process.stdout.write(`  ${line}\n`)
}
process.exitCode = failed === 0 ? 0 : 1
