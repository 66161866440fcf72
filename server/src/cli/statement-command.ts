// `parley statement`: what a bank statement holds, and the CSV formats that can be read. Reads files
// alone; no store, no network.
import { type Command, Option } from 'commander'
import type { CliHost } from './cli-host.ts'
import type { InspectOptions } from './statement/run-inspect.ts'

const INSPECT_HELP = `
Reads camt.052, camt.053 and camt.054 (versions 02 to 13), MT940, MT942 and the CSV of the banks
that "parley statement profiles" lists; the format is recognised by the content. Without FILE, or
with "-", it reads standard input. Memory does not grow with the file.

With --json it prints {"statements": [...], "problems": [...]}. Of each statement: id, account,
currency, opening and closing (the booked balances, negative when overdrawn), entries and
transactions (how many there are), credits and debits (the sums of the booked entries, both without
sign), reversals (how many transactions take money back), references (the structured references of
the payers, in order) and balanced (whether opening + credits - debits is the closing balance).
Amounts are exact decimal strings; what a file does not state is null. Each problem has a code, a
severity (error: the file was refused, and nothing of it is shown; warning; note), a line, the id
of the statement and a message.

Exit codes: 0 all is well, 1 the file was refused or has warnings, 2 it could not be opened.

Examples:
  $ parley statement inspect statement.xml
  $ parley statement inspect export.csv --profile rabobank-nl --json
  $ unzip -p statements.zip | parley statement inspect --json`

export function addStatementCommand(program: Command, host: CliHost): void {
  const statement = program
    .command('statement')
    .description('bank statements: what a file holds, and the formats that are known')
  statement
    .command('inspect')
    .description('read a bank statement and check its sums; books nothing')
    .argument('[file]', 'camt, MT940 or CSV; standard input without it', '-')
    .option('--profile <id>', 'read it as the CSV of this bank')
    .addOption(catalogOption())
    .option('--json', 'print the result as JSON')
    .addHelpText('after', INSPECT_HELP)
    .action(async (file: string, options: InspectOptions) => {
      const { runInspect } = await import('./statement/run-inspect.ts')
      const { text, exitCode } = await runInspect(file, options)
      host.out(text)
      host.exitCode = exitCode
    })
  statement
    .command('profiles')
    .description('list the CSV formats of banks that are recognised')
    .addOption(catalogOption())
    .option('--json', 'print them as JSON')
    .action(async (options: { catalog?: string; json?: true }) => {
      const { listProfiles } = await import('./statement/list-profiles.ts')
      host.out(listProfiles(options))
    })
}

function catalogOption(): Option {
  return new Option('--catalog <directory>', 'catalog folder (default: the one of the server)')
}
