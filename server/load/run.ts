// `npm run load [-- options]`: latencies, memory and handles of two servers under work that arrives by
// itself, alone and beside hostile neighbours. Exit code 1 when an invariant breaks.
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import process from 'node:process'
import { setTimeout as pause } from 'node:timers/promises'
import { createCeilingTarget } from './ceiling-target.ts'
import { findPeak } from './find-peak.ts'
import { countClaims, findLost } from './journal.ts'
import { FLOOD } from './neighbours/flood.ts'
import { type LoadOptions, readOptions, USAGE } from './options.ts'
import { createParleyTarget, type ParleyTarget } from './parley-target.ts'
import { cpuOf, type PartResult, playPart } from './play-part.ts'
import { costTable, latencyTable, memoryTable, neighbourTable, verdictTable } from './report.ts'
import { createTally, type Tally } from './tally.ts'
import { type Handles, judge } from './verdict.ts'
import type { WatchedProcess } from './watched-process.ts'
import { buildWorld, type World } from './world.ts'

/** The parts of the soak, and which share of it each takes. */
const ALONE = { name: 'alone', share: 0.3 }
const BESIDE = { name: 'beside neighbours', share: 0.5 }
const AFTERWARDS = { name: 'afterwards', share: 0.2 }

const CEILING_SECONDS = 20
const WARM_UP_SECONDS = 20
const STOCK = 100
const WEBHOOKS_WITHIN_MS = 120_000
const LOGGED_LINES = 20
const REST_WITHIN_MS = 240_000
/** Connections that nobody uses are closed by then, on either side. */
const IDLE_MS = 15_000

const startedAt = performance.now()
const options = optionsOfRun()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130))
if (options !== undefined) await run(options)

function optionsOfRun(): LoadOptions | undefined {
  try {
    const read = readOptions(process.argv.slice(2))
    if (read !== 'help') return read
    process.stdout.write(USAGE)
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${USAGE}`)
    process.exitCode = 2
  }
  return undefined
}

function say(what: string): void {
  const seconds = Math.round((performance.now() - startedAt) / 1000)
  process.stdout.write(`${String(seconds).padStart(4)} s  ${what}\n`)
}

async function run(settings: LoadOptions): Promise<void> {
  const world = await buildWorld(say)
  try {
    await measure(world, settings)
  } catch (error) {
    await world.close()
    throw error
  }
}

async function measure(world: World, settings: LoadOptions): Promise<void> {
  const { servers, ceiling, creditors, receiver, neighbours, victims } = world
  const { minutes, rate, seed } = settings
  const target = createParleyTarget({
    origins: servers.map(({ origin }) => origin),
    ...{ creditors, receiver },
  })
  const bare = await createCeilingTarget(ceiling.origin)
  let parts = 0
  const play = async (
    name: string,
    seconds: number,
    where = target as ParleyTarget | typeof bare,
  ) => {
    say(`${name}: ${rate}/s for ${seconds.toFixed(0)} s`)
    const tally = createTally()
    target.tallyInto(tally)
    const watched = where === target ? servers : [ceiling]
    const part = { ...{ name, seconds, rate, tally }, seed: seed + ++parts }
    const result = await playPart({ ...part, target: where, servers: watched })
    say(`  ${inShort(result)}`)
    return { result, tally }
  }

  for (let n = 0; n < STOCK; n++) await target.issue(performance.now())
  await play('warm-up', WARM_UP_SECONDS)
  await play('warm-up of the ceiling', WARM_UP_SECONDS / 4, bare)
  const onCeiling = await play('ceiling', CEILING_SECONDS, bare)
  const peaks = settings.findPeak ? await peaksOf() : undefined
  const idleCpuMs = await untilRest(world)
  const before = await Promise.all(servers.map(handlesOf))

  const playSoak = ({ name, share }: typeof ALONE) => play(name, share * minutes * 60)
  const alone = await playSoak(ALONE)
  neighbours.start(victims)
  const beside = await playSoak(BESIDE)
  const outcomes = await neighbours.stop()
  await world.removeBadWebhooks()
  const recovered = await playSoak(AFTERWARDS)

  say('waiting for the last webhooks, then for rest')
  await until(WEBHOOKS_WITHIN_MS, async () => receiver.missing() === 0)
  await Promise.all([target.close(), bare.close()])
  await untilRest(world)
  const after = await untilNoMoreThan(before, servers)
  const flooded = outcomes.find(({ name }) => name === FLOOD)?.counts['201'] ?? 0
  const lost = await findLost(world.databaseUrl, target.journal)
  const stored = await countClaims(world.databaseUrl, victims.flooding.debtorId)
  const webhooks = { ...receiver.counts(), missing: receiver.missing() }
  const logged = servers
    .flatMap(({ logFile }) => readFileSync(logFile, 'utf8').split('\n'))
    .filter(isUnexpected)
  const ends = await world.close()

  // By now the last webhooks have come, which count for the work that caused them.
  const settled = (part: Played): PartResult => ({ ...part.result, kinds: part.tally.results() })
  const soaked = [alone, beside, recovered].map(settled)
  const findings = judge({
    parts: soaked,
    ...{ alone: ALONE.name, besideNeighbours: BESIDE.name },
    harmMs: settings.harmMs,
    neighbours: outcomes,
    lost,
    flood: { acknowledged: flooded, stored },
    webhooks,
    handles: servers.map(({ name }, n) => ({
      name,
      before: before[n] as Handles,
      after: after[n] as Handles,
    })),
    ends,
    loggedErrors: logged.length,
  })
  const all = [onCeiling.result, ...soaked]
  const machine = `${cpus().length} cores, load average ${loadavg()[1]?.toFixed(1)} over 5 minutes, commit ${commit()}`
  process.stdout.write(
    [
      `\n${machine}\n`,
      latencyTable(all),
      costTable(all, onCeiling.result),
      `at rest both servers take ${idleCpuMs.toFixed(0)} ms of a processor a second\n`,
      memoryTable(soaked),
      neighbourTable(outcomes),
      peaks === undefined ? '' : peakLine(peaks),
      verdictTable(findings),
    ].join('\n'),
  )
  if (findings.some(({ held }) => !held)) {
    process.exitCode = 1
    for (const line of logged.slice(0, LOGGED_LINES)) process.stdout.write(`${line}\n`)
  }
  if (settings.json !== undefined) {
    const figures = {
      options: settings,
      machine,
      idleCpuMs,
      parts: all,
      outcomes,
      peaks,
      webhooks,
      findings,
    }
    writeFileSync(settings.json, `${JSON.stringify(figures, null, 2)}\n`)
  }

  async function peaksOf() {
    const at = { from: rate, seed, say }
    say('peak of the ceiling')
    const ofCeiling = await findPeak({ ...at, target: bare, servers: [ceiling] })
    say('peak of Parley')
    target.tallyInto(createTally())
    return { ofCeiling, ofParley: await findPeak({ ...at, target, servers }) }
  }
}

function peakLine({ ofCeiling, ofParley }: { ofCeiling: number; ofParley: number }): string {
  const ratio = (ofParley / ofCeiling).toFixed(2)
  return `peak: ${ofParley.toFixed(0)}/s by two servers, ${ofCeiling.toFixed(0)}/s by the ceiling, ratio ${ratio}\n`
}

interface Played {
  result: PartResult
  tally: Tally
}

function inShort({ perSecond, kinds, failures, cpuMs }: PartResult): string {
  const p99 = Object.entries(kinds).map(([kind, it]) => `${kind} ${it.p99.toFixed(0)}`)
  return `${perSecond.toFixed(1)}/s, p99 ms: ${p99.join(', ')}; ${failures} errors; ${cpuMs.toFixed(1)} ms CPU each`
}

/** That a job was given up is told as an error, and is what bad receivers are there for. */
function isUnexpected(line: string): boolean {
  return line !== '' && !line.includes('"work was given up"')
}

/**
 * Nothing waits to be done, and connections that nobody uses have been closed. Returns what both servers
 * take of a processor meanwhile, in milliseconds a second.
 */
async function untilRest(world: World): Promise<number> {
  await until(REST_WITHIN_MS, async () => (await world.pendingWork()) === 0)
  const before = cpuOf(world.servers)
  await pause(IDLE_MS)
  return (cpuOf(world.servers) - before) / (IDLE_MS / 1000)
}

async function untilNoMoreThan(
  before: readonly Handles[],
  servers: readonly WatchedProcess[],
): Promise<Handles[]> {
  let now: Handles[] = []
  await until(REST_WITHIN_MS, async () => {
    now = await Promise.all(servers.map(handlesOf))
    return now.every((handles, n) => handles.sockets <= (before[n]?.sockets ?? 0))
  })
  return now
}

async function handlesOf(server: WatchedProcess): Promise<Handles> {
  const { resources } = await server.look()
  return { ...server.openFiles(), timers: resources['Timeout'] ?? 0 }
}

async function until(deadlineMs: number, isSo: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + deadlineMs
  while (!(await isSo()) && performance.now() < deadline) await pause(500)
}

function commit(): string {
  return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim()
}
