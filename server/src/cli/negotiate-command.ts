// `parley negotiate`: plays whole negotiations with the engines of both sides, from a file of
// scenarios to a file of results. Needs no server and no store; the same set gives the same bytes.
import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { type Command, Option } from 'commander'
import { CliError } from './cli-error.ts'
import type { CliHost } from './cli-host.ts'
import { CREDITORS, type CreditorKind, DEBTORS, type DebtorKind } from './negotiate/player-kinds.ts'
import type { MatchRecord } from './negotiate/run-scenario.ts'
import type { Scenario } from './negotiate/scenario.ts'

const HELP = `
Creditors:
  tiered         the server's engine: menus that widen until they show the whole policy
  one-menu       the whole policy in the first menu
  hard-line      its best menu, and nothing after it
Debtors:
  fair           the agent's default: takes what is good for both sides
  patient        the agent's other strategy: nothing less than the best of the whole policy
  best-response  knows every tier and waits for the last
  hard-line      nothing below 95 % of the best plan it could wish for

A scenario file has the format payment-negotiation-scenarios/1. The results are a JSON array of
{"id", "agreement": {"firstDueDate", "installments", "interval", "priceBps"} | null, "messages",
"debtorOffers"}; transcripts have one line of JSON a scenario, with the body of every message.

Examples:
  $ parley negotiate scenarios.json results.json
  $ parley negotiate scenarios.json results.json --debtor best-response
  $ parley negotiate scenarios.json results.json --hidden-envelope --transcripts talks.jsonl`

interface NegotiateOptions {
  creditor: CreditorKind
  debtor: DebtorKind
  hiddenEnvelope?: true
  transcripts?: string
}

export function addNegotiateCommand(program: Command, host: CliHost): void {
  program
    .command('negotiate')
    .description('play negotiations between the engines of both sides, from a file of scenarios')
    .argument('<scenarios>', 'file of scenarios')
    .argument('<results>', 'file to write the results to')
    .addOption(
      new Option('--creditor <kind>', 'who offers').choices(CREDITORS).default('tiered' as const),
    )
    .addOption(
      new Option('--debtor <kind>', 'who answers').choices(DEBTORS).default('fair' as const),
    )
    .option('--hidden-envelope', 'the creditor does not publish the bounds of its policy')
    .option('--transcripts <file>', 'also write what was said')
    .addHelpText('after', HELP)
    .action((scenarios: string, results: string, options: NegotiateOptions) =>
      runNegotiate({ scenarios, results }, options, host),
    )
}

async function runNegotiate(
  files: { scenarios: string; results: string },
  options: NegotiateOptions,
  host: CliHost,
): Promise<void> {
  const written = [files.results, ...(options.transcripts ? [options.transcripts] : [])]
  const distinct = new Set([files.scenarios, ...written].map((file) => resolve(file)))
  if (distinct.size <= written.length) {
    throw new CliError('The scenarios, the results and the transcripts must be different files.')
  }
  const { readScenarios } = await import('./negotiate/read-scenarios.ts')
  const records = await playAll(await readScenarios(files.scenarios), options, host)
  await writeFile(files.results, jsonArray(records.map(({ result }) => result)))
  if (options.transcripts !== undefined) {
    await writeFile(options.transcripts, records.map(transcriptLine).join(''))
  }
  host.out(summary(records))
}

async function playAll(
  scenarios: readonly Scenario[],
  { creditor, debtor, hiddenEnvelope }: NegotiateOptions,
  host: CliHost,
): Promise<MatchRecord[]> {
  const { runScenario } = await import('./negotiate/run-scenario.ts')
  const match = { creditor, debtor, hidden: hiddenEnvelope === true }
  const records: MatchRecord[] = []
  for (const scenario of scenarios) {
    try {
      records.push(await runScenario(scenario, match))
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause)
      throw new CliError(`Scenario "${scenario.id}" cannot be played: ${reason}.`, { cause })
    }
    showProgress(records.length, scenarios.length, host)
  }
  return records
}

const PROGRESS_STEP = 25

function showProgress(done: number, all: number, host: CliHost): void {
  if (!host.isTerminal || all <= PROGRESS_STEP) return
  if (done === all) host.err('\r\u001b[K')
  else if (done % PROGRESS_STEP === 0) host.err(`\r${done} of ${all}`)
}

/** One result a line, so that two files can be compared. */
function jsonArray(values: readonly object[]): string {
  if (values.length === 0) return '[]\n'
  return `[\n${values.map((value) => JSON.stringify(value)).join(',\n')}\n]\n`
}

function transcriptLine({ result, transcript }: MatchRecord): string {
  return `${JSON.stringify({ id: result.id, messages: transcript })}\n`
}

function summary(records: readonly MatchRecord[]): string {
  const [agreed, none] = [true, false].map((isAgreed) =>
    records
      .filter(({ result }) => (result.agreement !== null) === isAgreed)
      .map(({ result }) => Math.ceil(result.messages / 2)),
  )
  const thought = (side: 'creditor' | 'debtor') =>
    quantile(
      records.map(({ thinking }) => thinking[side]),
      0.95,
    ).toFixed(1)
  return [
    `Scenarios ${records.length}: agreements ${agreed?.length}${roundTrips(agreed)}, `,
    `no deals ${none?.length}${roundTrips(none)}; `,
    `engine p95: creditor ${thought('creditor')} ms, debtor ${thought('debtor')} ms\n`,
  ].join('')
}

function roundTrips(counts: readonly number[] = []): string {
  if (counts.length === 0) return ''
  return ` (round trips: median ${quantile(counts, 0.5)}, p95 ${quantile(counts, 0.95)})`
}

function quantile(values: readonly number[], share: number): number {
  const at = Math.min(values.length - 1, Math.floor(share * values.length))
  return values.toSorted((left, right) => left - right)[at] ?? 0
}
