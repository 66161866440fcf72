// `npm run faults`: plays the faults one after the other, each in a world of its own, and prints a table.
// `--short` plays the short set, `--only F06,F16` some, `--mutations` shows that each guarantee is held by a
// test. `--seed`, `--rate` and `--seconds` as numbers, `--json FILE` for counts as a test runner gives them.
import { writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import process from 'node:process'
import { parseArgs } from 'node:util'
import { FAULTS } from './catalogue.ts'
import { LEFT_OUT } from './left-out.ts'
import { MUTATIONS, type Mutation } from './patches.ts'
import { startCluster } from './postgres-cluster.ts'
import { type Played, type PlayOptions, playFault } from './run-fault.ts'
import { mountSmallDisk } from './small-disk.ts'
import type { Fault } from './stage.ts'
import { makeTemplate } from './world.ts'

const { values } = parseArgs({
  options: {
    short: { type: 'boolean', default: false },
    mutations: { type: 'boolean', default: false },
    only: { type: 'string' },
    seed: { type: 'string', default: '1' },
    rate: { type: 'string' },
    seconds: { type: 'string' },
    json: { type: 'string' },
  },
})
const isShort = values.short || values.mutations
const load = {
  rate: Number(values.rate ?? (isShort ? 6 : 20)),
  seconds: Number(values.seconds ?? (isShort ? 3 : 15)),
}
/** Room for the write-ahead log of one run. */
const SMALL_DISK_MB = 300
const only = values.only?.split(',')

interface Outcome {
  readonly name: string
  readonly isGreen: boolean
  readonly row: Readonly<Record<string, string | number>>
  readonly words: readonly string[]
}

// The `exit` that follows ends every process of the run.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(1))

const cluster = await startCluster()
const outcomes: Outcome[] = []
try {
  const template = await makeTemplate(cluster)
  const options = { template, seed: Number(values.seed), load, isShort, keepIn: tmpdir() }
  if (values.mutations) {
    for (const mutation of MUTATIONS.filter(({ name }) => only?.includes(name) ?? true)) {
      tell(await playMutation(mutation, options))
    }
  } else {
    for (const fault of FAULTS.filter(isWanted)) tell(toOutcome(await play(fault, options), fault))
  }
} finally {
  await cluster.remove()
}

console.table(outcomes.map(({ row }) => row))
for (const { words } of outcomes) for (const line of words) console.log(line)
if (!isShort && only === undefined) {
  for (const { id, because } of LEFT_OUT) console.log(`${id} was not played: ${because}`)
}
const failed = outcomes.filter(({ isGreen }) => !isGreen).length
console.log(`${outcomes.length - failed} passed, ${failed} failed (seed ${values.seed})`)
if (values.json !== undefined) writeFileSync(values.json, JSON.stringify(reportOf(failed)))
process.exitCode = failed === 0 && outcomes.length > 0 ? 0 : 1
// Sockets that a fault left hanging would keep the process.
process.exit()

function isWanted({ id, isShort: isOfShortSet }: Fault): boolean {
  return only?.includes(id) ?? (!values.short || isOfShortSet === true)
}

async function play(fault: Fault, options: PlayOptions): Promise<Played> {
  process.stderr.write(`${fault.id} ${fault.title} …\n`)
  if (fault.needsSmallDisk !== true) return await playFault(fault, options)
  const disk = mountSmallDisk(SMALL_DISK_MB)
  const small = await startCluster({ disk: disk.folder })
  try {
    return await playFault(fault, { ...options, disk, template: await makeTemplate(small) })
  } finally {
    await small.remove()
    disk.remove()
  }
}

function toOutcome({ fault: id, violations, ...played }: Played, { title }: Fault): Outcome {
  const { ok, fail, info } = played.acts
  const isGreen = violations.length === 0
  return {
    name: `${id} ${title}`,
    isGreen,
    row: {
      fault: id,
      result: isGreen ? 'holds' : 'BROKEN',
      ...{ ok, refused: fail, unknown: info, seconds: Math.round(played.seconds) },
      did: played.did,
    },
    words: violations.map(({ invariant, what }) => `${id} ${invariant}: ${what}`),
  }
}

/** Green when the fault turns red by an invariant that the mutation breaks. */
async function playMutation(mutation: Mutation, options: PlayOptions): Promise<Outcome> {
  const fault = FAULTS.find(({ id }) => id === mutation.fault)
  if (fault === undefined) throw new Error(`${mutation.name} names no fault`)
  const patches = mutation.patches.map(({ name }) => name)
  const { schema, points } = mutation
  const played = await play(fault, {
    ...options,
    mutation: { patches, schema },
    ...(points === undefined ? {} : { points }),
  })
  const caught = played.violations.filter(({ invariant }) =>
    mutation.invariants.includes(invariant),
  )
  return {
    name: `without ${mutation.takesAway}`,
    isGreen: caught.length > 0,
    row: {
      without: mutation.takesAway,
      fault: fault.id,
      result: caught.length > 0 ? 'caught' : 'NOT CAUGHT',
      by: `${mutation.invariants} (${caught.length})`,
      seconds: Math.round(played.seconds),
    },
    words: caught
      .slice(0, 2)
      .map(({ invariant, what }) => `${mutation.name} ${invariant}: ${what}`),
  }
}

function tell(outcome: Outcome): void {
  const { name, isGreen, words } = outcome
  outcomes.push(outcome)
  process.stderr.write(`${isGreen ? 'ok' : 'FAILED'}  ${name}\n`)
  if (!isGreen) for (const line of words.slice(0, 12)) process.stderr.write(`  ${line}\n`)
}

/** The shape of a test runner's report, for whoever counts. */
function reportOf(numFailedTests: number) {
  return {
    ...{ numFailedTests, numPassedTests: outcomes.length - numFailedTests },
    ...{ numPendingTests: 0, numTodoTests: 0 },
    testResults: [
      {
        ...{ name: 'server/faults', status: numFailedTests === 0 ? 'passed' : 'failed' },
        assertionResults: outcomes.map(({ name, isGreen, words }) => ({
          ...{ fullName: name, status: isGreen ? 'passed' : 'failed' },
          failureMessages: words,
        })),
      },
    ],
  }
}
