// `parley import`: invoices from a CSV file become payment requests on a server.
import { type Command, InvalidArgumentError, Option } from 'commander'
import type { DecimalMark } from '../domain/import/csv-amount.ts'
import type { DayOrder } from '../domain/import/csv-day.ts'
import type { ColumnChoice } from '../domain/import/match-columns.ts'
import { CliError } from './cli-error.ts'
import type { CliHost } from './cli-host.ts'
import { readChoices } from './column-choices.ts'
import { addCsvOptions } from './csv-options.ts'
import type { CsvEncoding } from './import/inspect-file.ts'
import type { ImportServer } from './import/send-bulk.ts'

interface ImportCommandOptions {
  server: string
  apiKey?: string
  map?: ColumnChoice[]
  currency?: string
  segment?: string
  dates?: DayOrder
  decimal?: DecimalMark
  encoding: CsvEncoding
  dryRun?: true
  report?: string
}

const DETAILS = `
Columns are found by their headers, in English, French, Dutch or German: invoice number,
customer id, name, amount and due date are needed; e-mail, phone, language, currency, issue
date and segment are taken when they are there. What can be read in two ways (1,234 or
05/12/2026) is refused and never guessed. Sending a file again issues nothing twice.

Examples:
  $ parley import invoices.csv --currency EUR --dry-run
  $ parley import export.csv --map "Kd-Nr.=customerId" --dates dmy --decimal comma`

export function addImportCommand(program: Command, host: CliHost): void {
  addCsvOptions(program.command('import'))
    .description('issue payment requests from the invoices in a CSV file')
    .argument('<file>', 'CSV file with a header line')
    .addOption(
      new Option('--server <url>', 'the server to send to')
        .env('PARLEY_SERVER')
        .default('http://127.0.0.1:8080')
        .argParser(readServer),
    )
    .addOption(new Option('--api-key <key>', 'API key of the creditor').env('PARLEY_API_KEY'))
    .option('--map <column=field>', 'take a field from a column; may be repeated', readChoices)
    .option('--currency <code>', 'ISO 4217 currency of lines that name none')
    .option('--segment <name>', 'segment of lines that name none', readSegment)
    .option('--dry-run', 'check every line and send nothing')
    .option('--report <file>', 'write all refused lines with their reasons to a CSV file')
    .addHelpText('after', DETAILS)
    .action((file: string, options: ImportCommandOptions) => runCommand(file, options, host))
}

async function runCommand(
  file: string,
  options: ImportCommandOptions,
  host: CliHost,
): Promise<void> {
  const { runImport } = await import('./import/run-import.ts')
  const { currency, segment, encoding, report } = options
  const server = options.dryRun === true ? undefined : await connect(options)
  try {
    host.exitCode = await runImport(
      {
        file,
        encoding,
        choices: options.map ?? [],
        currency,
        segment,
        dayOrder: options.dates,
        decimalMark: options.decimal,
        reportFile: report,
        server,
      },
      { out: host.out, err: { isTTY: host.isTerminal, write: host.err } },
    )
  } finally {
    await server?.close()
  }
}

async function connect({ server, apiKey }: ImportCommandOptions): Promise<ImportServer> {
  if (apiKey === undefined || apiKey === '') {
    throw new CliError(
      'An API key is needed: set PARLEY_API_KEY, or check the file with --dry-run.',
    )
  }
  const { connectServer } = await import('./import/send-bulk.ts')
  return connectServer(server, apiKey)
}

function readServer(text: string): string {
  const url = URL.parse(text)
  if (url === null || !['http:', 'https:'].includes(url.protocol)) {
    throw new InvalidArgumentError('It must be a URL such as https://pay.example.')
  }
  const isLoopback = ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname)
  if (url.protocol === 'http:' && !isLoopback) {
    throw new InvalidArgumentError('Use https: the API key would be readable on the way.')
  }
  return url.origin
}

function readSegment(text: string): string {
  if (/^[a-z0-9][a-z0-9-]{0,39}$/.test(text)) return text
  throw new InvalidArgumentError('It may hold a-z, 0-9 and hyphens, 40 at most.')
}
