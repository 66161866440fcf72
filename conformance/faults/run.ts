// The suite's own proof: every fault turns the cases red that name it, and leaves their controls green.
// `npm run conformance:faults`, or with ids of faults.
import { once } from 'node:events'
import { resolve } from 'node:path'
import process from 'node:process'
import { serverPlan } from '../src/roles/server/index.ts'
import { runPlan } from '../src/run/run-plan.ts'
import { startReferenceServer } from '../src/self-test/reference-server.ts'
import { complaintsOf } from './complaints.ts'
import { driftedFaults, readFaults } from './faults.ts'

const chosen = process.argv.slice(2)
const faults = readFaults('server').filter(({ id }) => chosen.length === 0 || chosen.includes(id))
const drifted = driftedFaults(faults)
if (drifted.length > 0 || faults.length === 0) {
  process.stderr.write(`${drifted.join('\n') || 'there is no such fault'}\n`)
  process.exit(1)
}

const server = await startReferenceServer({
  execArgv: ['--import', resolve(import.meta.dirname, 'hook.ts')],
  variables: { PARLEY_FAULTS: 'server' },
})
let wrong = 0
try {
  const plan = serverPlan(server.target)
  const run = async (ids: readonly string[]) => {
    const options = { seed: 'faults', ids, caseSeconds: 60, trace: false }
    return (await runPlan(plan, options)).cases
  }
  const all = [...new Set(faults.flatMap(({ turnsRed }) => turnsRed))]
  const red = (await run(all)).filter(({ outcome }) => outcome !== 'passed')
  for (const { id, outcome, reason } of red) say(`✗ without any fault: ${id} ${outcome}: ${reason}`)
  wrong += red.length
  for (const fault of faults) {
    await turnOn(fault.id)
    const complaints = complaintsOf(fault, await run(fault.turnsRed))
    await turnOn(null)
    say(`${complaints.length === 0 ? '✓' : '✗'} ${fault.id.padEnd(32)} ${fault.turnsRed.join(' ')}`)
    for (const complaint of complaints) say(`    ${complaint}`)
    wrong += complaints.length === 0 ? 0 : 1
  }
} finally {
  await server.stop()
}
say(`${faults.length} faults, ${wrong} wrong`)
process.exitCode = wrong === 0 ? 0 : 1

async function turnOn(fault: string | null): Promise<void> {
  const switched = once(server.process, 'message')
  server.process.send({ fault })
  await switched
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
