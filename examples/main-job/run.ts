// The main job, end to end, on real parts: `npm run demo`. Invoices go in, bots agree and pay, people
// hear only when no bot answers. Exits with 1 when an outcome differs from what the story says.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { type ChildProcesses, createChildProcesses } from '../support/child-processes.ts'
import { type Cast, readCast } from './cast.ts'
import { differencesOf } from './compare.ts'
import { type RunOptions, readOptions, USAGE } from './options.ts'
import { type ClaimOutcome, readOutcomes } from './outcomes.ts'
import { type Played, play } from './play.ts'
import { decisionsLine, evidenceLine, outcomeTable, totalsLine } from './report.ts'
import { instantOn } from './simulation.ts'
import { totalsOf } from './totals.ts'
import { startWorld, type World } from './world.ts'

const { stdout: out, stderr } = process

/** Runs the demo and sets the exit code. */
async function run(options: RunOptions, folder: string, children: ChildProcesses): Promise<void> {
  const startedAt = performance.now()
  const cast = readCast(options)
  out.write(`${cast.title}\n`)
  const world = await startWorld({
    folder,
    startsAt: instantOn(cast.firstDay, '06:00'),
    children,
    records: cast.expectationOf === undefined ? 'memory' : 'files',
  })
  const played = await play(world, cast, { children, out })
  const outcomes = await readOutcomes(world, { keepEvidence: options.keep })
  const failures = report({ world, cast, played, outcomes, options })
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(0)
  out.write(`\nDone in ${seconds} s.\n`)
  process.exitCode = failures.length === 0 ? 0 : 1
  if (options.keep) await untilInterrupted(folder)
}

interface Report {
  readonly world: World
  readonly cast: Cast
  readonly played: Played
  readonly outcomes: readonly ClaimOutcome[]
  readonly options: RunOptions
}

/** Prints what came of it and returns what is not as it should be. */
function report({ world, cast, played, outcomes, options }: Report): readonly string[] {
  const { emails, refused, debtorIds } = played
  const customerOf = new Map([...debtorIds].map(([customer, debtor]) => [debtor, customer]))
  const nameById = new Map(cast.customers.map(({ id, name }) => [id, name]))
  const nameOf = (debtorId: string) => nameById.get(customerOf.get(debtorId) ?? '') ?? debtorId
  const refusedLines = refused.length + cast.refusedRows.length
  const totals = totalsOf(outcomes, { emails, refusedLines })
  out.write(`\n${outcomeTable(outcomes, nameOf)}\n\n`)
  out.write(`${totalsLine(totals)}.\n${evidenceLine(totals)}\n${decisionsLine(totals)}\n`)
  for (const { line, reason } of cast.refusedRows) out.write(`line ${line} refused: ${reason}\n`)
  for (const { invoiceNumber, reason } of refused) out.write(`${invoiceNumber}: ${reason}\n`)
  out.write(`${addresses(world, outcomes, options)}\n`)
  if (options.json !== undefined) {
    writeFileSync(options.json, `${JSON.stringify(totals, undefined, 2)}\n`)
  }
  const failures = differences(outcomes, cast, customerOf)
  for (const failure of failures) stderr.write(`NOT AS EXPECTED  ${failure}\n`)
  return failures
}

function addresses(
  { server }: World,
  outcomes: readonly ClaimOutcome[],
  { keep }: RunOptions,
): string {
  const page = outcomes[0]?.request.portalUrl ?? ''
  const tense = keep ? 'are' : 'were (--keep leaves them running)'
  return `The addresses ${tense}:\n  docs    ${server}/docs\n  portal  ${page}`
}

/** With a story, every difference from it; without one, every claim that nobody can explain. */
function differences(
  outcomes: readonly ClaimOutcome[],
  { expectationOf, invoices, refusedRows }: Cast,
  customerOf: ReadonlyMap<string, string>,
): readonly string[] {
  if (expectationOf !== undefined) {
    const missing = invoices.length - outcomes.length
    return [
      ...(missing === 0 ? [] : [`${missing} invoices have no claim`]),
      ...refusedRows.map(({ line }) => `line ${line} of the story was refused`),
      ...differencesOf(outcomes, ({ request }) =>
        expectationOf(customerOf.get(request.debtorId) ?? ''),
      ),
    ]
  }
  return outcomes.flatMap(({ request: { invoiceNumber }, standing, faults, explained }) => [
    ...(standing === 'unexplained' ? [`${invoiceNumber}: nobody knows where it stands`] : []),
    ...faults.map((fault) => `${invoiceNumber}: evidence: ${fault}`),
    ...explained.unexplained.map((type) => `${invoiceNumber}: ${type} is not explained`),
  ])
}

/** Leaves everything running; the handler of the signals ends it. */
async function untilInterrupted(folder: string): Promise<void> {
  out.write(`Everything is in ${folder}. Ctrl-C ends it.\n`)
  await new Promise<never>(() => setInterval(() => {}, 60_000))
}

async function main(options: RunOptions): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'parley-demo-'))
  const children = createChildProcesses(folder)
  const end = async () => {
    await children.stop()
    if (!options.keep) rmSync(folder, { recursive: true, force: true })
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void end().finally(() => process.exit(process.exitCode ?? 130)))
  }
  try {
    await run(options, folder, children)
  } finally {
    await end()
  }
}

function optionsOrUsage(): RunOptions | undefined {
  try {
    return readOptions(process.argv.slice(2))
  } catch (error) {
    stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`)
    return undefined
  }
}

const options = optionsOrUsage()
if (options === undefined) process.exitCode = 2
else {
  await main(options).catch((error: unknown) => {
    stderr.write(`\n${error instanceof Error ? error.message : String(error)}\n`)
    process.exitCode = 2
  })
}
