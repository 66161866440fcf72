// Our engines against each other: who plays, and what came of it.
import { type Match, type MatchRecord, runScenario } from '../../src/cli/negotiate/run-scenario.ts'
import type { Scenario } from '../../src/cli/negotiate/scenario.ts'

export const ENGINE_MATCHES = {
  fair: { creditor: 'tiered', debtor: 'fair', hidden: false },
  hidden: { creditor: 'tiered', debtor: 'fair', hidden: true },
  patient: { creditor: 'tiered', debtor: 'patient', hidden: false },
  bestResponse: { creditor: 'tiered', debtor: 'best-response', hidden: false },
  hardDebtor: { creditor: 'tiered', debtor: 'hard-line', hidden: false },
  hardCreditor: { creditor: 'hard-line', debtor: 'fair', hidden: false },
} as const satisfies Record<string, Match>

export type EngineMatch = keyof typeof ENGINE_MATCHES

export const ENGINE_NAMES: Record<EngineMatch, string> = {
  fair: 'Parley: fair agent',
  hidden: 'Parley: fair agent, envelope hidden',
  patient: 'Parley: patient agent',
  bestResponse: 'Parley: best-response debtor',
  hardDebtor: 'Parley: hard-line debtor',
  hardCreditor: 'Parley: hard-line creditor',
}

const WARM_UP = 25

/** Plays a set; the first scenarios once before, so that nobody's first call is measured. */
export async function playMatch(
  scenarios: readonly Scenario[],
  match: EngineMatch,
): Promise<MatchRecord[]> {
  const records: MatchRecord[] = []
  for (const scenario of scenarios.slice(0, WARM_UP)) {
    await runScenario(scenario, ENGINE_MATCHES[match])
  }
  for (const scenario of scenarios) {
    records.push(await runScenario(scenario, ENGINE_MATCHES[match]))
  }
  return records
}

/** The names of all members, at any depth, that the debtor sent. */
export function debtorMembers(records: readonly MatchRecord[]): Set<string> {
  const names = new Set<string>()
  const collect = (value: unknown) => {
    if (typeof value !== 'object' || value === null) return
    for (const [name, inner] of Object.entries(value)) {
      if (!Array.isArray(value)) names.add(name)
      collect(inner)
    }
  }
  for (const { transcript } of records) {
    for (const { from, body } of transcript) if (from === 'debtor') collect(body)
  }
  return names
}
