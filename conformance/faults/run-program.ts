// As `run.ts`, for the roles whose system under test is a program: `run-program.ts agent|bank [ids of faults]`. A
// fault is on for as long as the program that PARLEY_FAULT names it to.
import { resolve } from 'node:path'
import process from 'node:process'
import type { Report } from '../src/report/report.ts'
import { runRole } from '../src/roles/roles.ts'
import { complaintsOf } from './complaints.ts'
import { driftedFaults, readFaults } from './faults.ts'

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
const command = `"${process.execPath}" --import "${hook}" "${adapter}"`
process.env['PARLEY_FAULTS'] = role
delete process.env['NODE_ENV']

let wrong = 0
const all = [...new Set(faults.flatMap(({ turnsRed }) => turnsRed))]
const red = (await run(all)).cases.filter(({ outcome }) => outcome !== 'passed')
for (const { id, outcome, reason } of red) say(`✗ without any fault: ${id} ${outcome}: ${reason}`)
wrong += red.length
for (const fault of faults) {
  process.env['PARLEY_FAULT'] = fault.id
  const complaints = complaintsOf(fault, (await run(fault.turnsRed)).cases)
  delete process.env['PARLEY_FAULT']
  say(`${complaints.length === 0 ? '✓' : '✗'} ${fault.id.padEnd(32)} ${fault.turnsRed.join(' ')}`)
  for (const complaint of complaints) say(`    ${complaint}`)
  wrong += complaints.length === 0 ? 0 : 1
}
say(`${faults.length} faults, ${wrong} wrong`)
process.exitCode = wrong === 0 ? 0 : 1

function run(ids: readonly string[]): Promise<Report> {
  const options = { seed: 'faults', ids, caseSeconds: 120, trace: false }
  return runRole(role as 'agent' | 'bank', { agent: { command }, bank: { command } }, options)
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
