// The faults by their ids.
import { NETWORK_FAULTS } from './faults-network.ts'
import { PROCESS_FAULTS } from './faults-processes.ts'
import { RACE_FAULTS } from './faults-races.ts'
import { SURROUNDING_FAULTS } from './faults-surroundings.ts'
import type { Fault } from './stage.ts'

export const FAULTS: readonly Fault[] = [
  ...PROCESS_FAULTS,
  ...NETWORK_FAULTS,
  ...RACE_FAULTS,
  ...SURROUNDING_FAULTS,
].toSorted((a, b) => a.id.localeCompare(b.id))
