// `parley compliance`: what the law allows to be asked. Reads the catalog alone; no store, no network.
import { type Command, Option } from 'commander'
import type { CliHost } from './cli-host.ts'
import type { AddRateInput } from './compliance/add-rate.ts'
import type { QuoteOptions } from './compliance/run-quote.ts'

type RateOptions = Omit<AddRateInput, 'series' | 'from' | 'percent'>

const HELP = `
Interest, fees and terms come from the files in the catalog; each number names its source there, and
what nobody has verified is shown and never charged.

Examples:
  $ parley compliance list
  $ parley compliance quote --profile be-b2c --principal 1000.00 --currency EUR \\
      --due 2026-03-01 --as-of 2026-06-01 --notice 2026-03-10:email --paid 2026-04-01:200.00
  $ parley compliance add-rate ecb-mro 2027-01-01 2.65 --source https://www.ecb.europa.eu/…`

export function addComplianceCommand(program: Command, host: CliHost): void {
  const compliance = program
    .command('compliance')
    .description('interest, fees and terms by law: quote, list, add-rate')
    .addHelpText('after', HELP)
  addQuote(compliance, host)
  compliance
    .command('list')
    .description('list the profiles and rate series of the catalog')
    .addOption(catalogOption())
    .option('--json', 'print them as JSON')
    .action(async (options: { catalog?: string; json?: true }) => {
      const { runList } = await import('./compliance/run-list.ts')
      host.out(runList(options))
    })
  compliance
    .command('add-rate')
    .description('write the rate of one more half-year into a rate file')
    .argument('<series>', 'id of the series, such as ecb-mro')
    .argument('<from>', 'first day of the half-year: 1 January or 1 July')
    .argument('<percent>', 'the rate, such as 2.65')
    .requiredOption('--source <text>', 'where it was read: a URL, a citation, or a source id')
    .option('--unverified', 'show the rate and charge nothing by it')
    .option('--read-on <day>', 'when it was read (default: today)')
    .addOption(catalogOption())
    .action(async (series: string, from: string, percent: string, options: RateOptions) => {
      const { runAddRate } = await import('./compliance/add-rate.ts')
      host.out(runAddRate({ series, from, percent, ...options }))
    })
}

function addQuote(compliance: Command, host: CliHost): void {
  compliance
    .command('quote')
    .description('what may be asked for a claim on a day, and what may be sent next')
    .requiredOption('--profile <id>', 'compliance profile, such as be-b2c')
    .requiredOption('--principal <amount>', 'amount of the claim, such as 1000.00')
    .requiredOption('--currency <code>', 'ISO 4217 currency')
    .requiredOption('--due <day>', 'due day, YYYY-MM-DD')
    .requiredOption('--as-of <day>', 'day of the quote, YYYY-MM-DD')
    .option('--notice <day:channel>', 'notice that was sent; may be repeated', collect)
    .option('--demand <day:channel>', 'formal demand that was sent; may be repeated', collect)
    .option('--paid <day:amount>', 'payment, by its value day; may be repeated', collect)
    .option('--stop <kind:from[:to]>', 'dispute, plan, moratorium and so on; repeated', collect)
    .option('--not-agreed', 'the contract provides for no interest and no costs')
    .option('--fourth-missed-date', 'a fourth date of a regular supply was missed in a year')
    .option('--region <code>', 'region whose holidays count (default: those of all regions)')
    .addOption(catalogOption())
    .option('--json', 'print the quote as JSON')
    .action(async (options: QuoteOptions) => {
      const { runQuote } = await import('./compliance/run-quote.ts')
      host.out(runQuote(options))
    })
}

function catalogOption(): Option {
  return new Option('--catalog <directory>', 'catalog folder (default: the one of the server)')
}

function collect(text: string, before: string[] = []): string[] {
  return [...before, text]
}
