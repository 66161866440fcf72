// The faults by their ids, and those that this kind of machine cannot play, each with the reason.
import { NETWORK_FAULTS } from './faults-network.ts'
import { PROCESS_FAULTS } from './faults-processes.ts'
import { RACE_FAULTS } from './faults-races.ts'
import type { Fault } from './stage.ts'

export const FAULTS: readonly Fault[] = [
  ...PROCESS_FAULTS,
  ...NETWORK_FAULTS,
  ...RACE_FAULTS,
].toSorted((a, b) => a.id.localeCompare(b.id))
