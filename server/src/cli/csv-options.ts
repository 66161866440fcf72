// The options by which a CSV file is read, for every command that reads one.
import { type Command, Option } from 'commander'

/** Adds `--dates`, `--decimal` and `--encoding`. */
export function addCsvOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--dates <order>', 'order of day, month, year').choices(['dmy', 'mdy', 'iso']),
    )
    .addOption(new Option('--decimal <mark>', 'the decimal mark').choices(['comma', 'point']))
    .addOption(
      new Option('--encoding <name>', 'encoding of the file')
        .choices(['utf8', 'latin1'])
        .default('utf8'),
    )
}
