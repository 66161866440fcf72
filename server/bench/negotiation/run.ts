// `npm run bench:negotiation [-- <scenarios>] [--out <folder>] [--scorer <file>] [--count n] [--seed n]`:
// plays a set with our engines and with what creditors do without one, scores all of it against the
// truth found by looking at every plan, checks the goals and draws what came of it. Exit code 1 when a
// goal is missed.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join, relative, resolve } from 'node:path'
import process from 'node:process'
import { parseArgs } from 'node:util'
import { readScenarios } from '../../src/cli/negotiate/read-scenarios.ts'
import type { MatchRecord, MatchResult } from '../../src/cli/negotiate/run-scenario.ts'
import type { Scenario } from '../../src/cli/negotiate/scenario.ts'
import { BASELINES } from './baselines.ts'
import { drawAgreements } from './draw-agreements.ts'
import { drawRoundTrips } from './draw-round-trips.ts'
import { drawScenarios, type SettledScenario } from './draw-scenarios.ts'
import { ENGINE_MATCHES, ENGINE_NAMES, type EngineMatch, playMatch } from './engine-matches.ts'
import { generateScenarios } from './generate-scenarios.ts'
import { checkGoals } from './goals.ts'
import { createTally, quantile, type Score, type Tally } from './score.ts'
import { goalTable, scoreTable } from './tables.ts'
import { truthOf } from './truth.ts'

const ROOT = resolve(import.meta.dirname, '../../..')
const CORPUS = resolve(ROOT, process.env['PARLEY_CORPUS'] ?? '../shared/data')
const MATCHES = Object.keys(ENGINE_MATCHES) as EngineMatch[]

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    out: { type: 'string', default: join(import.meta.dirname, 'out') },
    scorer: { type: 'string', default: resolve(ROOT, '../shared/tools/negotiation/score.mjs') },
    count: { type: 'string', default: '200' },
    seed: { type: 'string', default: '2027' },
  },
})
await mkdir(values.out, { recursive: true })
const { scenarios, file } = await scenarioSet()
const records = {} as Record<EngineMatch, MatchRecord[]>
for (const match of MATCHES) records[match] = await playMatch(scenarios, match)
const enumerating: number[] = []
const tallies = await scoreAll()
const thinking = Object.fromEntries(
  MATCHES.map((match) => [ENGINE_NAMES[match], timesOf(records[match])]),
)
const scores = new Map([...tallies].map(([name, tally]) => [name, tally.score()]))
process.stdout.write(scoreTable(scores, thinking))

const goals = checkGoals({
  scores: Object.fromEntries(
    MATCHES.map((match) => [match, scoreOf(ENGINE_NAMES[match])]),
  ) as Record<EngineMatch, Score>,
  oneMenu: scoreOf('one menu, the debtor picks'),
  fair: records.fair,
  again: await playMatch(scenarios, 'fair'),
  thinking: { ...timesOf(records.fair), everyPlan: quantile(enumerating, 0.95) },
})
process.stdout.write(goalTable(goals))
await askScorer()
if (goals.some(({ met }) => met === false)) process.exitCode = 1

/** The set that was named, or the given one, or one made here; and the file that holds it. */
async function scenarioSet(): Promise<{ scenarios: Scenario[]; file: string }> {
  const named = positionals[0] ?? join(CORPUS, 'negotiation/scenarios-dev.json')
  if (positionals.length > 0 || existsSync(named)) {
    process.stdout.write(`scenarios: ${named}\n`)
    return { scenarios: await readScenarios(named), file: named }
  }
  const [count, seed] = [Number(values.count), Number(values.seed)]
  process.stdout.write(`there is no ${named}: ${count} scenarios are made with seed ${seed}\n`)
  const made = generateScenarios(count, seed)
  const own = join(values.out, 'scenarios.json')
  const set = { format: 'payment-negotiation-scenarios/1', seed, count, scenarios: made }
  await writeFile(own, JSON.stringify(set))
  return { scenarios: await readScenarios(own), file: own }
}

/** One scenario after the other, since all plans of all scenarios at once would fill the memory. */
async function scoreAll(): Promise<Map<string, Tally>> {
  const names = [
    ...MATCHES.map((match) => ENGINE_NAMES[match]),
    ...BASELINES.map(({ name }) => name),
  ]
  const tallies = new Map(names.map((name) => [name, createTally()]))
  const drawn: SettledScenario[] = []
  for (const [index, scenario] of scenarios.entries()) {
    const started = performance.now()
    const truth = truthOf(scenario)
    enumerating.push(performance.now() - started)
    const results: [string, MatchResult | undefined][] = [
      ...MATCHES.map((match): [string, MatchResult | undefined] => [
        ENGINE_NAMES[match],
        records[match][index]?.result,
      ]),
      ...BASELINES.map(({ name, play }): [string, MatchResult] => [name, play(scenario, truth)]),
    ]
    for (const [name, result] of results) {
      if (result !== undefined) tallies.get(name)?.add(scenario, truth, result)
    }
    drawn.push({ scenario, truth: { ...truth, plans: [] }, results: new Map(results) })
  }
  await draw(drawn, tallies)
  return tallies
}

async function draw(drawn: readonly SettledScenario[], tallies: Map<string, Tally>): Promise<void> {
  const score = (name: string) => tallies.get(name)?.score()
  const sets = [
    ENGINE_NAMES.fair,
    'one menu, the debtor picks',
    'alternating offers, envelope known',
  ]
  const picked = sets.flatMap((name) => {
    const own = score(name)
    return own === undefined ? [] : [{ name, score: own }]
  })
  const pictures = {
    'scenarios.svg': drawScenarios(drawn),
    'agreements.svg': drawAgreements(picked),
    'round-trips.svg': drawRoundTrips(
      picked.filter(({ score: { roundTrips } }) => roundTrips.most > 1),
    ),
  }
  for (const [name, svg] of Object.entries(pictures)) {
    await writeFile(join(values.out, name), svg)
  }
  process.stdout.write(`drawn: ${relative(process.cwd(), values.out)}/{${Object.keys(pictures)}}\n`)
}

function scoreOf(name: string): Score {
  const score = scores.get(name)
  if (score === undefined) throw new Error(`nothing was scored as ${name}`)
  return score
}

function timesOf(played: readonly MatchRecord[]) {
  const p95 = (side: 'creditor' | 'debtor') =>
    quantile(
      played.map(({ thinking: times }) => times[side]),
      0.95,
    )
  return { creditor: p95('creditor'), debtor: p95('debtor') }
}

/** Another program's verdict on the same results, where there is one. */
async function askScorer(): Promise<void> {
  if (!existsSync(values.scorer)) {
    process.stdout.write(`left out: another scorer, since there is no ${values.scorer}\n`)
    return
  }
  const results = join(values.out, 'results.json')
  await writeFile(results, JSON.stringify(records.fair.map(({ result }) => result)))
  const asked = spawnSync(process.execPath, [values.scorer, file, results], { encoding: 'utf8' })
  const said = asked.status === 0 ? asked.stdout : asked.stderr
  process.stdout.write(`${values.scorer}\n${said.replaceAll(/^/gm, '  ').trimEnd()}\n`)
  if (asked.status !== 0 || /\bFAIL\b/.test(said)) process.exitCode = 1
}
