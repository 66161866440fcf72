// What stands in the way of a run, in one sentence each with what to do.
import process from 'node:process'
import { agentFindings } from '../doctor/agent.ts'
import { bankFindings } from '../doctor/bank.ts'
import { type Finding, finding } from '../doctor/finding.ts'
import { serverFindings } from '../doctor/server.ts'
import type { Targets } from '../roles/roles.ts'
import type { Role } from '../run/case.ts'
import type { Print } from '../run/in-turn.ts'
import { EXIT } from './usage.ts'

const NOTHING_NAMED =
  'Nothing is named: run parley-conformance init, or give --url and --api-key, or --command with --role.'

/** Looks at everything that is named, and prints a line for each thing. Returns the exit code. */
export async function examine(targets: Targets, print: Print): Promise<number> {
  const found: Finding[] = []
  const tell = (one: Finding, of = '') => {
    found.push(one)
    print(`${one.trouble === undefined ? '✓' : '✗'} ${of}${one.looked}${textOf(one)}`)
  }
  tell(finding('Node', nodeTrouble()))
  const examinations = examinationsOf(targets)
  if (examinations.length === 0) tell(finding('settings', NOTHING_NAMED))
  for (const [role, look] of examinations) {
    for (const one of await look()) tell(one, `${role}: `)
  }
  if (found.some(({ isUnreachable }) => isUnreachable)) return EXIT.unreachable
  return found.some(({ trouble }) => trouble !== undefined) ? EXIT.failed : EXIT.passed
}

type Examination = readonly [Role, () => Promise<readonly Finding[]>]

function examinationsOf({ server, agent, bank }: Targets): readonly Examination[] {
  const all: readonly (Examination | undefined)[] = [
    server && ['server', () => serverFindings(server)],
    agent && ['agent', () => agentFindings(agent)],
    bank && ['bank', () => bankFindings(bank)],
  ]
  return all.filter((one) => one !== undefined)
}

function textOf({ trouble }: Finding): string {
  return trouble === undefined ? '' : `: ${trouble}`
}

function nodeTrouble(): string | undefined {
  const [major = 0] = process.versions.node.split('.').map(Number)
  if (major >= 24) return undefined
  return `This is Node ${process.versions.node}: the suite wants 24 or later.`
}
