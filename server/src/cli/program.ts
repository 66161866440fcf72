// All commands of `parley`. Here only what there is to say; each command loads what it needs when it
// runs, so that the help is instant.
import { inspect } from 'node:util'
import { Command, CommanderError } from 'commander'
import { EXIT } from './cli-error.ts'
import type { CliHost } from './cli-host.ts'
import { addComplianceCommand } from './compliance-command.ts'
import { addCreditorCommand } from './creditor-command.ts'
import { addEvidenceCommand } from './evidence-command.ts'
import { explainError } from './explain-error.ts'
import { addImportCommand } from './import-command.ts'
import { addJourneyCommand } from './journey-command.ts'
import { addKeysCommand } from './keys-command.ts'
import { addLearnCommand } from './learn-command.ts'
import { addMigrateCommand } from './migrate-command.ts'
import { addNegotiateCommand } from './negotiate-command.ts'
import { addPrivacyCommand } from './privacy-command.ts'
import { addQrCommand } from './qr-command.ts'
import { addServeCommand } from './serve-command.ts'
import { addStatementCommand } from './statement-command.ts'

const EXAMPLES = `
Examples:
  $ parley creditor create --name "Stadsenergie" --iban "NL91 ABNA 0417 1643 00"
  $ parley serve
  $ parley import invoices.csv --currency EUR --dry-run
  $ PARLEY_API_KEY=parley_sk_… parley import invoices.csv --currency EUR --report refused.csv
  $ parley evidence verify evidence.json
  $ parley statement inspect statement.xml
  $ parley negotiate scenarios.json results.json

Without DATABASE_URL the data lives in the directory .parley of the current folder
(PARLEY_DATA_DIR names another). Exit codes: 0 all is well, 1 something was refused,
2 nothing could be done.`

/** Runs one command; its outcome is in `host.exitCode`. Never throws. */
export async function runParley(args: readonly string[], host: CliHost): Promise<void> {
  const program = buildProgram(host)
  try {
    await program.parseAsync(args, { from: 'user' })
  } catch (error) {
    // Commander has written its message, or the help that was asked for.
    if (error instanceof CommanderError) {
      host.exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.failed
      return
    }
    const { message, exitCode } = explainError(error)
    host.err(`parley: ${message}\n`)
    if (program.opts<{ verbose?: true }>().verbose) host.err(`${inspect(error)}\n`)
    host.exitCode = exitCode
  }
}

function buildProgram(host: CliHost): Command {
  const program = new Command('parley')
    .description('Settle bills bot to bot; fall back to people politely.')
    .option('--verbose', 'show the details of an unexpected error')
    .addHelpText('after', EXAMPLES)
    .showHelpAfterError('Add --help for the options.')
    .configureOutput({
      writeOut: (text) => host.out(text),
      writeErr: (text) => host.err(text),
      outputError: (text, write) => write(text.replace(/^error: /, 'parley: ')),
    })
    .exitOverride()
  addServeCommand(program, host)
  addMigrateCommand(program, host)
  addCreditorCommand(program, host)
  addImportCommand(program, host)
  addEvidenceCommand(program, host)
  addKeysCommand(program, host)
  addNegotiateCommand(program, host)
  addComplianceCommand(program, host)
  addJourneyCommand(program, host)
  addStatementCommand(program, host)
  addPrivacyCommand(program, host)
  addQrCommand(program, host)
  addLearnCommand(program, host)
  return program
}
