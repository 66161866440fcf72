// `parley journey`: the journeys of the catalog, and whether the law allows one. Reads the catalog
// alone; no store, no network.
import { type Command, Option } from 'commander'
import type { CliHost } from './cli-host.ts'
import type { CheckOptions } from './journey/run-check.ts'
import type { DryRunOptions } from './journey/run-dry-run.ts'

const HELP = `
A journey says when and how people hear about an open claim. Before it may run, it is compiled
against the law of a country; what the law forbids is refused, with its source.

Examples:
  $ parley journey list
  $ parley journey check nl-consumer-wik --profile nl-b2c --on 2026-03-01
  $ parley journey check ./my-journey.json --profile be-b2c --json
  $ parley journey dry-run --journey friendly-default --profile be-b2c --claims claims.csv \\
      --compare small-creditor --costs defaults --html dry-run.html`

export function addJourneyCommand(program: Command, host: CliHost): void {
  const journey = program
    .command('journey')
    .description('journeys to people: list, check against the law, dry-run')
    .addHelpText('after', HELP)
  journey
    .command('list')
    .description('list the journeys of the catalog, and which of them this server can run')
    .addOption(catalogOption())
    .option('--json', 'print them as JSON')
    .action(async (options: { catalog?: string; json?: true }) => {
      const { runList } = await import('./journey/run-list.ts')
      host.out(runList(options))
    })
  journey
    .command('check')
    .description('what a journey does by day under a profile, or why it may not')
    .argument('<journey>', 'id of a journey, or a file that ends with .json')
    .requiredOption('--profile <id>', 'compliance profile, such as nl-b2c')
    .option('--on <day>', 'due day of the example claim, YYYY-MM-DD (default: today)')
    .option('--region <code>', 'region whose holidays count (default: those of all regions)')
    .addOption(catalogOption())
    .option('--json', 'print the result as JSON')
    .action(async (name: string, options: CheckOptions) => {
      const { runCheck } = await import('./journey/run-check.ts')
      const { text, exitCode } = runCheck(name, options)
      host.out(text)
      host.exitCode = exitCode
    })
  journey
    .command('dry-run')
    .description('what a journey would have done to past claims; sends nothing')
    .requiredOption('--journey <journey>', 'id of a journey, or a file that ends with .json')
    .requiredOption('--profile <id>', 'compliance profile, such as nl-b2c')
    .requiredOption('--claims <csv>', 'columns: invoice number, amount, due date, paid on')
    .option('--days <days>', 'how long each claim is followed after its due day', '90')
    .option('--compare <journey>', 'another journey, or another version in a file, side by side')
    .option('--costs <file>', 'prices by channel: a file like catalog/costs.json, or "defaults"')
    .option('--html <file>', 'also write a page with charts')
    .addOption(catalogOption())
    .option('--json', 'print the result as JSON, claim by claim')
    .action(async (options: DryRunOptions) => {
      const { runDryRun } = await import('./journey/run-dry-run.ts')
      host.out(runDryRun(options))
    })
}

function catalogOption(): Option {
  return new Option('--catalog <directory>', 'catalog folder (default: the one of the server)')
}
