// `npm run simulate [-- options]`: exit code 1 when an invariant broke, 2 for a fault that there is not.
import process from 'node:process'
import { parseArgs } from 'node:util'
import { FAULTS, type Fault } from './faults.ts'
import { hashInThisThread } from './letters.ts'
import { simulate } from './simulate.ts'

const USAGE = `npm run simulate -- [options]

Lives that follow from their seeds alone: server, three agents and a bank with network, clock and crashes.

  --seed N      lives one life again
  --trace       and tells each of its steps
  --seeds N     how many lives (1000)
  --from N      the seed of the first (1)
  --fault NAME  with a fault of the product: ${FAULTS.join(', ')}
  --help        this
`

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    seeds: { type: 'string', default: '1000' },
    from: { type: 'string', default: '1' },
    fault: { type: 'string' },
    trace: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})
if (values.help) {
  process.stdout.write(USAGE)
  process.exit()
}
const { fault } = values
if (fault !== undefined && !FAULTS.includes(fault as Fault)) {
  process.stderr.write(`no such fault; there are ${FAULTS.join(', ')}\n`)
  process.exit(2)
}
const faults = fault === undefined ? [] : [fault as Fault]
const first = Number(values.seed ?? values.from)
const count = values.seed === undefined ? Number(values.seeds) : 1
const print = (line: string) => process.stdout.write(`${line}\n`)
hashInThisThread()
const started = performance.now()
const sums = { steps: 0, agreements: 0, bookings: 0, broken: 0 }
for (let seed = first; seed < first + count; seed++) {
  const lived = await simulate(seed, faults, values.trace ? print : undefined)
  sums.steps += lived.steps
  sums.agreements += lived.agreements
  sums.bookings += lived.bookings
  if (lived.broken === undefined) continue
  sums.broken += 1
  const more = fault === undefined ? '' : ` --fault ${fault}`
  print(`seed ${seed}: ${lived.broken}\n  npm run simulate -- --seed ${seed}${more} --trace`)
}
const seconds = ((performance.now() - started) / 1000).toFixed(1)
const { user } = process.cpuUsage()
print(
  `${count} lives, ${sums.broken} broken, ${seconds} s (${(user / 1e6).toFixed(1)} s of one core): ${JSON.stringify(sums)}`,
)
process.exitCode = sums.broken === 0 ? 0 : 1
