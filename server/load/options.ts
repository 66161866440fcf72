// The options of the run.
import { parseArgs } from 'node:util'
import { positive } from '../bench/positive-option.ts'

export interface LoadOptions {
  minutes: number
  /** Arrivals a second, of all kinds. */
  rate: number
  seed: number
  /** Longest p99 of the others beside hostile neighbours, in milliseconds, unless it was as long alone. */
  harmMs: number
  findPeak: boolean
  json: string | undefined
}

export const USAGE = `npm run load -- [options]

Two server processes on one PostgreSQL, as an operator runs them, under work that arrives by itself: it
does not wait for answers, and latency counts from the instant at which the work was due.

  --minutes N     how long the soak lasts, half of it beside hostile neighbours (10)
  --rate N        arrivals a second: issue 54, negotiate 26 and pay 20 in a hundred (20)
  --find-peak     first raise the rate until p99 passes 500 ms, for Parley and for the ceiling
  --harm-ms N     longest p99 of the others beside hostile neighbours (1000); a slow machine is forgiven
                  what is up to twice that of the same work alone
  --seed N        another schedule (1)
  --json FILE     write all figures
  --help          this

The ceiling is a bare server on the same database: as many signatures, verifications and inserts, nothing
else. Figures of a shared machine drift, ratios to the ceiling hold.

Exit code 1 when an invariant breaks: a 5xx; an error of well-behaved work; an acknowledged write or its
webhook that is missing; harm beyond --harm-ms; memory that grows by more than 1 MB a minute (judged
from 5 minutes on); sockets, files or timers that stay. Exit code 2 for options that are not understood.
`

/** Reads the command line. @throws {Error} for what it does not understand. */
export function readOptions(parameters: readonly string[]): LoadOptions | 'help' {
  const { values } = parseArgs({
    args: [...parameters],
    options: {
      minutes: { type: 'string', default: '10' },
      rate: { type: 'string', default: '20' },
      seed: { type: 'string', default: '1' },
      'harm-ms': { type: 'string', default: '1000' },
      'find-peak': { type: 'boolean', default: false },
      json: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return 'help'
  return {
    minutes: positive('minutes', values.minutes),
    rate: positive('rate', values.rate),
    seed: positive('seed', values.seed),
    harmMs: positive('harm-ms', values['harm-ms']),
    findPeak: values['find-peak'],
    json: values.json,
  }
}
