// The options of the run.
import { parseArgs } from 'node:util'
import { positive } from '../bench/positive-option.ts'

export interface FaultOptions {
  readonly isShort: boolean
  readonly mutations: boolean
  /** Names of faults, or of mutations; undefined: all. */
  readonly only: readonly string[] | undefined
  readonly seed: number
  readonly load: { readonly rate: number; readonly seconds: number }
  readonly json: string | undefined
}

/** What can be named. */
export interface Names {
  readonly faults: readonly string[]
  readonly mutations: readonly string[]
}

export const USAGE = `npm run faults -- [options]

Plays the faults one after the other on real processes, each in a world of its own, and prints what an
independent judge found in the history, the database, the rail and the mailbox.

  --short         the short set, as in CI: fewer moments of each, under less work
  --mutations     takes away what a guarantee rests on, one by one: each must be caught
  --only A,B      these faults alone (F06,F16), or these mutations (no-row-lock)
  --seed N        other random choices (1); a broken run prints its seed and keeps its history
  --rate N        acts a second beside each fault (20; short and mutations 6)
  --seconds N     for how long at least (15; short and mutations 3)
  --json FILE     counts, as a test runner gives them
  --help          this

Exit code 0 when everything held, 1 when something broke, 2 for options that are not understood.
`

/** Reads the command line. @throws {Error} for what it does not understand. */
export function readOptions(parameters: readonly string[], names: Names): FaultOptions | 'help' {
  const { values } = parseArgs({
    args: [...parameters],
    options: {
      short: { type: 'boolean', default: false },
      mutations: { type: 'boolean', default: false },
      only: { type: 'string' },
      seed: { type: 'string', default: '1' },
      rate: { type: 'string' },
      seconds: { type: 'string' },
      json: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return 'help'
  const { mutations } = values
  const isShort = values.short || mutations
  return {
    ...{ isShort, mutations, json: values.json },
    only: values.only === undefined ? undefined : chosen(values.only, mutations, names),
    seed: positive('seed', values.seed),
    load: {
      rate: positive('rate', values.rate ?? (isShort ? '6' : '20')),
      seconds: positive('seconds', values.seconds ?? (isShort ? '3' : '15')),
    },
  }
}

function chosen(text: string, mutations: boolean, names: Names): readonly string[] {
  const known = mutations ? names.mutations : names.faults
  const only = text.split(',')
  const unknown = only.find((name) => !known.includes(name))
  if (unknown === undefined) return only
  throw new Error(`--only: there is no ${unknown}; known are ${known.join(', ')}`)
}
