// `npm run faults [-- options]`: plays the faults one after the other and prints a table. Exit code 1 when
// something broke.
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { FAULTS } from './catalogue.ts'
import { LEFT_OUT } from './left-out.ts'
import { type FaultOptions, readOptions, USAGE } from './options.ts'
import { MUTATIONS, type Mutation } from './patches.ts'
import { startCluster } from './postgres-cluster.ts'
import { type Played, type PlayOptions, playFault } from './run-fault.ts'
import { mountSmallDisk } from './small-disk.ts'
import type { Fault } from './stage.ts'
import { makeTemplate } from './world.ts'

/** Room for the write-ahead log of one run. */
const SMALL_DISK_MB = 300

interface Outcome {
  readonly name: string
  readonly isGreen: boolean
  readonly row: Readonly<Record<string, string | number>>
  readonly words: readonly string[]
}

const outcomes: Outcome[] = []
const options = optionsOfRun()
if (options !== undefined) await run(options)
// Sockets that a fault left hanging would keep the process.
process.exit()

function optionsOfRun(): FaultOptions | undefined {
  const names = { faults: FAULTS.map(({ id }) => id), mutations: MUTATIONS.map(({ name }) => name) }
  try {
    const read = readOptions(process.argv.slice(2), names)
    if (read !== 'help') return read
    process.stdout.write(USAGE)
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${USAGE}`)
    process.exitCode = 2
  }
  return undefined
}

async function run({ isShort, mutations, only, seed, load, json }: FaultOptions): Promise<void> {
  const keepIn = tmpdir()
  const folder = openFolder()
  const cluster = await startCluster()
  try {
    const template = await makeTemplate(cluster)
    const how = { template, seed, load, isShort, keepIn }
    const isNamed = (name: string) => only?.includes(name) ?? true
    if (mutations) {
      for (const mutation of MUTATIONS.filter(({ name }) => isNamed(name))) {
        tell(await playMutation(mutation, how))
      }
    } else {
      const isOfSet = (fault: Fault) => only !== undefined || !isShort || fault.isShort === true
      for (const fault of FAULTS.filter((one) => isNamed(one.id) && isOfSet(one))) {
        tell(toOutcome(await play(fault, how), fault))
      }
    }
  } finally {
    await cluster.remove()
    folder.remove()
  }
  console.table(outcomes.map(({ row }) => row))
  for (const { words } of outcomes) for (const line of words) console.log(line)
  if (!isShort && only === undefined) {
    for (const { id, because } of LEFT_OUT) console.log(`${id} was not played: ${because}`)
  }
  const failed = outcomes.filter(({ isGreen }) => !isGreen).length
  console.log(`${outcomes.length - failed} passed, ${failed} failed (seed ${seed})`)
  if (json !== undefined) writeFileSync(json, JSON.stringify(reportOf(failed)))
  process.exitCode = failed === 0 && outcomes.length > 0 ? 0 : 1
}

/** The folder of everything that the run writes, which goes with it, however it ends. */
function openFolder(): { remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'parley-fault-run-'))
  // PostgreSQL is somebody else, who has to come through.
  chmodSync(folder, 0o711)
  process.env['TMPDIR'] = folder
  const remove = () => rmSync(folder, { recursive: true, force: true })
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const) {
    process.once(signal, () => {
      // The `exit` ends every process of the run, and then nobody writes there any more.
      process.once('exit', remove)
      process.exit(code)
    })
  }
  return { remove }
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
