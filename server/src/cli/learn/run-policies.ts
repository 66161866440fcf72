// `parley learn policies`: reads logged choices and judges policies by them.
import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import {
  type Estimate,
  evaluatePolicy,
  POLICIES,
  type PolicyEvaluation,
} from '../../domain/next-action/evaluate-policy.ts'
import { faultOfChoice, type LoggedChoice } from '../../domain/next-action/logged-choice.ts'
import { CliError } from '../cli-error.ts'
import type { CliHost } from '../cli-host.ts'

export interface PoliciesOptions {
  readonly data: string
  readonly json?: true
}

const LEAST_CUSTOMERS = 30
/** With fewer, an estimate by weights hangs on single choices. */
const LEAST_EFFECTIVE = 30

interface Judged extends PolicyEvaluation {
  readonly policy: string
  readonly meaning: string
}

/** Runs the command. @throws {CliError} for a file or a line that cannot be used. */
export async function runPolicies(options: PoliciesOptions, host: CliHost): Promise<void> {
  const { open, fixed } = await readChoices(options.data)
  const customers = new Set(open.map(({ customer }) => customer)).size
  if (customers < LEAST_CUSTOMERS) {
    const found = `${open.length} choice(s) of ${customers} customer(s) that were open to chance`
    throw new CliError(`${found}: at least ${LEAST_CUSTOMERS} customers are needed.`)
  }
  const judged = Object.entries(POLICIES).map(([policy, { meaning, policy: rule }]): Judged => {
    return { policy, meaning, ...evaluatePolicy(open, rule) }
  })
  host.out(
    options.json === true
      ? `${JSON.stringify({ leftOut: fixed, policies: judged }, null, 2)}\n`
      : asText(judged, fixed),
  )
}

/** Choices that left nothing to chance tell nothing of other actions. */
async function readChoices(file: string): Promise<{ open: LoggedChoice[]; fixed: number }> {
  const open: LoggedChoice[] = []
  let fixed = 0
  let number = 0
  try {
    for await (const line of createInterface({ input: createReadStream(file) })) {
      number += 1
      if (line.trim() === '') continue
      const choice = readLine(line, number)
      if (choice.actions.filter(({ probability }) => probability > 0).length > 1) open.push(choice)
      else fixed += 1
    }
  } catch (cause) {
    if (cause instanceof CliError) throw cause
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new CliError(`--data: ${file} cannot be read: ${reason}`, { cause })
  }
  return { open, fixed }
}

function readLine(line: string, number: number): LoggedChoice {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch (cause) {
    throw new CliError(`line ${number}: no JSON`, { cause })
  }
  const fault = faultOfChoice(value)
  if (fault !== null) throw new CliError(`line ${number}: ${fault}`)
  return value as LoggedChoice
}

function asText(judged: readonly Judged[], fixed: number): string {
  const [first] = judged
  const head = `${first?.choices ?? 0} choices of ${first?.customers ?? 0} customers; ${fixed} more left nothing to chance.\nReward a choice, at 95 %, choices of one customer taken together:\n`
  return [head, ...judged.map(print), ''].join('\n')
}

function print(one: Judged): string {
  const { policy, meaning, effectiveChoices, largestWeight, unsupported } = one
  const worth = `as much as ${Math.round(effectiveChoices)} choices; largest weight ${largestWeight.toFixed(1)}`
  const warnings = [
    ...(effectiveChoices < LEAST_EFFECTIVE ? ['too few choices are like its own to say'] : []),
    ...(unsupported > 0
      ? [`of ${(unsupported * 100).toFixed(1)} % of its choices nothing is known`]
      : []),
  ]
  return [
    `  ${policy}: ${meaning}`,
    `    doubly robust        ${show(one.doublyRobust)}`,
    `    self-normalised      ${show(one.selfNormalised)}`,
    `    inverse propensity   ${show(one.inversePropensity)}`,
    `    ${[worth, ...warnings].join('; ')}`,
  ].join('\n')
}

function show({ mean, low, high }: Estimate): string {
  return `${mean.toFixed(3)} [${low.toFixed(3)}, ${high.toFixed(3)}]`
}
