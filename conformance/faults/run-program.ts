// As `run.ts`, for the roles whose system under test is a program: `run-program.ts agent|bank [ids of faults]`. A
// fault is on in the programs whose PARLEY_FAULT names it, so as many are looked at side by side as there are cores.
import { availableParallelism } from 'node:os'
import { resolve } from 'node:path'
import process from 'node:process'
import type { ReportedCase } from '../src/report/report.ts'
import { runRole } from '../src/roles/roles.ts'
import { inTurn, type Print } from '../src/run/in-turn.ts'
import { complaintsOf } from './complaints.ts'
import { driftedFaults, type Fault, readFaults } from './faults.ts'

const [role = '', ...chosen] = process.argv.slice(2)
if (role !== 'agent' && role !== 'bank') throw new Error('say agent or bank')
const root = resolve(import.meta.dirname, '../..')
const faults = readFaults(role).filter(({ id }) => chosen.length === 0 || chosen.includes(id))
const drifted = driftedFaults(faults)
if (drifted.length > 0 || faults.length === 0) {
  process.stderr.write(`${drifted.join('\n') || 'there is no such fault'}\n`)
  process.exit(1)
}

const hook = resolve(import.meta.dirname, 'hook.ts')
const adapter = resolve(root, `examples/conformance-${role}/${role}.ts`)
const program = `"${process.execPath}" --import "${hook}" "${adapter}"`
process.env['PARLEY_FAULTS'] = role
delete process.env['NODE_ENV']

// The run without any fault is the longest: it begins.
const wrong = await inTurn([null, ...faults], {
  atOnce: availableParallelism(),
  print: (line) => process.stdout.write(`${line}\n`),
  work: (fault, say) => (fault === null ? runWithoutFault(say) : runWithFault(fault, say)),
})
const sum = wrong.reduce((total, count) => total + count, 0)
process.stdout.write(`${faults.length} faults, ${sum} wrong\n`)
process.exitCode = sum === 0 ? 0 : 1

/** How many cases are red with every fault switched off. */
async function runWithoutFault(say: Print): Promise<number> {
  const all = [...new Set(faults.flatMap(({ turnsRed }) => turnsRed))]
  const red = (await run(program, all)).filter(({ outcome }) => outcome !== 'passed')
  for (const { id, outcome, reason } of red) say(`✗ without any fault: ${id} ${outcome}: ${reason}`)
  return red.length
}

/** 1 for a fault that does not do what its entry says. */
async function runWithFault(fault: Fault, say: Print): Promise<number> {
  const { id, turnsRed } = fault
  const complaints = complaintsOf(fault, await run(`PARLEY_FAULT=${id} ${program}`, turnsRed))
  const isWrong = complaints.length > 0
  say(`${isWrong ? '✗' : '✓'} ${id.padEnd(32)} ${turnsRed.join(' ')}`)
  for (const complaint of complaints) say(`    ${complaint}`)
  return isWrong ? 1 : 0
}

async function run(command: string, ids: readonly string[]): Promise<readonly ReportedCase[]> {
  const options = { seed: 'faults', ids, caseSeconds: 120, trace: false }
  const report = await runRole(
    role as 'agent' | 'bank',
    { agent: { command }, bank: { command } },
    options,
  )
  return report.cases
}
