// `parley learn`: how well the payment of bills is foretold from their own history. Reads a file and the
// catalog; no store, no network.
import { type Command, InvalidArgumentError, Option } from 'commander'
import type { CliHost } from './cli-host.ts'
import { readChoices } from './column-choices.ts'
import { addCsvOptions } from './csv-options.ts'
import type { EvaluateOptions } from './learn/run-evaluate.ts'
import type { PoliciesOptions } from './learn/run-policies.ts'

const HELP = `
Trains on past bills, then judges others that it has not seen, beside what anybody could say without
a model. A bill is judged by what was known before: what came on that day or later is not looked at.

Columns are found by their headers, in English, French, Dutch or German. Needed: invoiceNumber,
customerId, amount, issueDate, dueDate, paidOn (empty while open). Taken when they are there:
  currency     ISO 4217; amounts are compared within a currency
  disputed     yes or no, or the day on which it became known
  sentBy       electronic or paper (also yes and no)
  contactedOn  the first day after the due day on which anybody reminded; without this column
               the history is taken to have no reminders in it
  endedOn      cancelled, credited or written off on that day
No other column is read: no name, no address, no country.

Splits: last40 judges the last 40 % of the bills of each customer by what came before; a FILE names
the bills to judge, one invoice number a line, or with a second column that says train or test.
--folds customers judges customers of whom the model has seen nothing.

Examples:
  $ parley learn evaluate --data paid.csv
  $ parley learn evaluate --data paid.csv --folds customers --svg reliability.svg
  $ parley learn evaluate --data export.csv --map "Kd-Nr.=customerId,Bezahlt am=paidOn" --dates dmy`

const POLICIES_HELP = `
Each line is an object: customer, segment, actions (each with arm and probability, the journey's own
first), chosen (its index) and reward: what came within the horizon, less what messages cost and the
stated cost of annoyance. Each policy is judged in three ways: inverse propensity weighs what was done
by how likely it was; self-normalised divides by the sum of the weights; doubly robust begins with a
model of what actions bring, and mends it by the weights. Where they disagree, there is too little data.

Example:
  $ curl -H "Authorization: Bearer $KEY" $PARLEY/v1/action-choices | jq -c '.data[].logged // empty' > choices.jsonl
  $ parley learn policies --data choices.jsonl`

export function addLearnCommand(program: Command, host: CliHost): void {
  const learn = program
    .command('learn')
    .description('how bills will be paid, learnt from past ones: measured, and the shipped prior')
  addCsvOptions(learn.command('evaluate'))
    .description('train and judge on a payment history, beside trivial baselines')
    .requiredOption('--data <csv>', 'past bills, one a line, with a header')
    .option('--map <column=field>', 'take fields from columns, divided by commas', readChoices)
    .option('--split <how>', 'last40, or a file that names the bills to judge (default: last40)')
    .addOption(new Option('--folds <by>', 'judge customers left out').choices(['customers']))
    .addOption(seedOption())
    .addOption(
      new Option('--draws <count>', 'draws of customers for the intervals')
        .default(500)
        .argParser((text) => readWhole(text, { least: 100, most: 10_000 })),
    )
    .option('--currency <code>', 'currency of lines that name none', 'EUR')
    .option('--leave-out-faulty', 'go on without the lines that cannot be read')
    .option('--svg <file>', 'also write a plot of foretold against real')
    .option('--json', 'print everything as JSON')
    .addHelpText('after', HELP)
    .action(async (options: EvaluateOptions) => {
      const { runEvaluate } = await import('./learn/run-evaluate.ts')
      await runEvaluate(options, host)
    })
  learn
    .command('policies')
    .description('judge ways of choosing the next action by choices that were logged')
    .requiredOption(
      '--data <jsonl>',
      'choices as `GET /v1/action-choices` exports them, one a line',
    )
    .option('--json', 'print everything as JSON')
    .addHelpText('after', POLICIES_HELP)
    .action(async (options: PoliciesOptions) => {
      const { runPolicies } = await import('./learn/run-policies.ts')
      await runPolicies(options, host)
    })
  learn
    .command('prior')
    .description('make the prior of the catalog again: from generated histories, nobody’s data')
    .action(async () => {
      const { makePrior } = await import('../domain/learning/make-prior.ts')
      host.out(`${JSON.stringify(makePrior(), null, 2)}\n`)
    })
}

function seedOption(): Option {
  return new Option('--seed <number>', 'the same seed gives the same figures')
    .default(1)
    .argParser((text) => readWhole(text, { least: 0, most: 4_294_967_295 }))
}

function readWhole(text: string, { least, most }: { least: number; most: number }): number {
  const value = Number(text)
  if (/^\d{1,10}$/.test(text) && value >= least && value <= most) return value
  throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`)
}
