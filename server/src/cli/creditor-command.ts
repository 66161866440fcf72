// `parley creditor create`: who sends the bills. Prints the API key once; the store keeps its hash.
import { type Command, Option } from 'commander'
import { LANGUAGES, type Language } from '../domain/claim/debtor.ts'
import { NUMBERINGS, type Numbering } from '../domain/references/numbering.ts'
import { CliError } from './cli-error.ts'
import type { CliHost } from './cli-host.ts'

interface CreateOptions {
  name: string
  iban: string
  bic?: string
  referenceScheme?: Numbering
  timeZone?: string
  language: Language
  email?: string
  address?: string[]
  json?: true
}

export function addCreditorCommand(program: Command, host: CliHost): void {
  const language = new Option('--language <code>', 'language of the creditor')
  const numbering = new Option(
    '--reference-scheme <name>',
    'how payment references are made: SCOR is RF (ISO 11649), OGM Belgian, QRR Swiss, KID Norwegian, ' +
      'FI Finnish, OCR Swedish, NL Dutch (default: SCOR, or QRR for a QR-IBAN)',
  )
  program
    .command('creditor')
    .description('add those who send bills: creditor create')
    .command('create')
    .description('add a creditor and print its API key, once')
    .requiredOption('--name <text>', 'name, as debtors know it')
    .requiredOption('--iban <iban>', 'account that receives the money')
    .option('--bic <bic>', 'BIC of the account')
    .addOption(numbering.choices(NUMBERINGS))
    .option('--time-zone <zone>', 'IANA time zone (default: PARLEY_TIME_ZONE, or Europe/Brussels)')
    .addOption(language.choices(LANGUAGES).default('en'))
    .option('--email <address>', 'address for the questions of debtors')
    .option(
      '--address <lines...>',
      'postal address, a line each, in the country of the account: letters and Swiss QR-bills need it',
    )
    .option('--json', 'print {creditorId, apiKey} as JSON')
    .action((options: CreateOptions) => runCreate(options, host))
}

async function runCreate(options: CreateOptions, host: CliHost): Promise<void> {
  const { withStore } = await import('./with-store.ts')
  const { createCreditor } = await import('../use-cases/create-creditor.ts')
  const { createIdSource } = await import('../ids.ts')
  const { loadCatalog } = await import('../catalog-files.ts')
  const { name, language, bic, email, address, referenceScheme } = options
  const iban = electronicForm(options.iban)
  const postalAddress = address && { lines: address, country: iban.slice(0, 2) }
  const created = await withStore(host.env, ({ config, store, clock }) =>
    createCreditor(
      { db: store.db, clock, ids: createIdSource(clock), journeys: loadCatalog().journeys },
      {
        name: name.trim(),
        account: bic === undefined ? { iban } : { iban, bic: electronicForm(bic) },
        timeZone: options.timeZone ?? config.timeZone,
        language,
        contact: {
          ...(email === undefined ? {} : { email }),
          ...(postalAddress === undefined ? {} : { postalAddress }),
        },
        ...(referenceScheme === undefined ? {} : { referenceScheme }),
      },
    ),
  )
  if (!created.ok) {
    const { detail, pointer = '' } = created.error
    throw new CliError(`${OPTION_AT[pointer] ?? 'The creditor'} was refused: ${detail}.`)
  }
  const { creditorId, apiKey } = created.value
  if (options.json === true) host.out(`${JSON.stringify({ creditorId, apiKey })}\n`)
  else host.out(announcement(creditorId, apiKey))
}

const OPTION_AT: Readonly<Record<string, string>> = {
  '/name': '--name',
  '/account/iban': '--iban',
  '/account/bic': '--bic',
  '/referenceScheme': '--reference-scheme',
  '/timeZone': '--time-zone',
  '/contact/email': '--email',
  '/contact/postalAddress': '--address',
}

function announcement(creditorId: string, apiKey: string): string {
  return [
    `Creditor ${creditorId} was created.`,
    'Its API key is shown this once and cannot be shown again; keep it secret:',
    '',
    `  ${apiKey}`,
    '',
  ].join('\n')
}

/** Capitals and digits, as IBANs and BICs are stored; people write them in groups. */
function electronicForm(text: string): string {
  return text.replace(/[\s-]/g, '').toUpperCase()
}
