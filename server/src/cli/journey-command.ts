// `parley journey`: the journeys of the catalog, and whether the law allows one. Reads the catalog
// alone; no store, no network.
import { type Command, Option } from 'commander'
import type { CheckOptions } from './journey/run-check.ts'
import type { DryRunOptions } from './journey/run-dry-run.ts'

const HELP = `
A journey says when and how people hear about an open claim. Before it may run, it is compiled
against the law of a country; what the law forbids is refused, with its source.

Examples:
  $ parley journey list
  $ parley journey check nl-consumer-wik --profile nl-b2c --on 2026-03-01
  $ parley journey check ./my-journey.json --profile be-b2c --json
  $ parley journey dry-run --journey friendly-default --profile be-b2c --claims claims.csv`

export function addJourneyCommand(program: Command): void {
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
      process.stdout.write(runList(options))
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
      process.stdout.write(text)
      process.exitCode = exitCode
    })
  journey
    .command('dry-run')
    .description('what a journey would have done to past claims; sends nothing')
    .requiredOption('--journey <journey>', 'id of a journey, or a file that ends with .json')
    .requiredOption('--profile <id>', 'compliance profile, such as nl-b2c')
    .requiredOption('--claims <csv>', 'columns: invoice number, amount, due date, paid on')
    .option('--days <days>', 'how long each claim is followed after its due day', '90')
    .option('--compare <journey>', 'another journey over the same claims')
    .addOption(catalogOption())
    .option('--json', 'print the result as JSON, claim by claim')
    .action(async (options: DryRunOptions) => {
      const { runDryRun } = await import('./journey/run-dry-run.ts')
      process.stdout.write(runDryRun(options))
    })
}

function catalogOption(): Option {
  return new Option('--catalog <directory>', 'catalog folder (default: the one of the server)')
}
