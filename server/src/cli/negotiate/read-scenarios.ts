// Reads a scenario file and refuses what is not the format, naming the scenario and the member. The
// engines see nothing that did not pass here.
import { readFile, stat } from 'node:fs/promises'
import { minorUnits, parseDay, parseStrictJson } from '@parley/sdk/protocol'
import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js'
import { CliError } from '../cli-error.ts'
import type { Scenario } from './scenario.ts'
import { SCENARIO_FORMAT, SCENARIOS_SCHEMA } from './scenario-schema.ts'

const MAX_BYTES = 64 * 1024 * 1024
const MAX_MEMBERS = 5_000_000

/** Reads every scenario of a file. @throws {CliError} for a file that is not of the format. */
export async function readScenarios(file: string): Promise<Scenario[]> {
  const { size } = await stat(file)
  if (size > MAX_BYTES) {
    throw new CliError(`${file} is larger than ${MAX_BYTES / 1024 ** 2} MiB: split the set.`)
  }
  const parsed = parseStrictJson(await readFile(file, 'utf8'), { maxMembers: MAX_MEMBERS })
  if (!parsed.ok) throw new CliError(`${file} is no valid JSON (${parsed.error.code}).`)
  const scenarios = scenariosOf(file, parsed.value)
  checkMeaning(file, scenarios)
  return scenarios
}

function scenariosOf(file: string, value: unknown): Scenario[] {
  const validate = new Ajv2020({ allowUnionTypes: true }).compile<{ scenarios: Scenario[] }>(
    SCENARIOS_SCHEMA,
  )
  if (validate(value)) return value.scenarios
  const [error] = validate.errors ?? []
  throw new CliError(`${file}: ${error === undefined ? 'not the format' : explain(error, value)}.`)
}

function explain({ instancePath, keyword, params, message = '' }: ErrorObject, value: unknown) {
  const path = instancePath.split('/').slice(1)
  if (keyword === 'required') path.push(params['missingProperty'])
  if (keyword === 'additionalProperties') path.push(params['additionalProperty'])
  const wrong = {
    required: 'is missing',
    additionalProperties: 'is no member of the format',
    const: `must be "${SCENARIO_FORMAT}"`,
    enum: `must be one of ${params['allowedValues']?.join(', ')}`,
  }[keyword]
  return `${placeOf(path, value)} ${wrong ?? message}`
}

/** `scenario "a" (the 3rd): request.currency`, or the path where it is in no scenario. */
function placeOf([first, index, ...rest]: string[], value: unknown): string {
  if (first !== 'scenarios' || index === undefined) return first ?? 'the file'
  const { scenarios } = value as { scenarios: { id?: unknown }[] }
  const id = scenarios[Number(index)]?.id
  const name = typeof id === 'string' ? `scenario ${JSON.stringify(id)}` : 'the scenario'
  const place = `${name} at index ${index}`
  return rest.length === 0 ? place : `${place}: ${rest.join('.')}`
}

/** What the schema cannot say: ids are unique, days and currencies exist. */
function checkMeaning(file: string, scenarios: readonly Scenario[]): void {
  const ids = new Set<string>()
  for (const [index, { id, today, request }] of scenarios.entries()) {
    const place = `${file}: scenario "${id}" at index ${index}`
    if (ids.has(id)) throw new CliError(`${place}: id stands in the set twice.`)
    ids.add(id)
    if (!parseDay(today).ok) throw new CliError(`${place}: today is not a day (YYYY-MM-DD).`)
    if (minorUnits(request.currency) === undefined) {
      throw new CliError(`${place}: request.currency is not a currency (ISO 4217).`)
    }
  }
}
