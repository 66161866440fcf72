// The reference agent and the example bank, by their command lines.
import { resolve } from 'node:path'
import process from 'node:process'

const EXAMPLES = resolve(import.meta.dirname, '../../../examples')

const commandOf = (role: 'agent' | 'bank') => ({
  command: `"${process.execPath}" "${EXAMPLES}/conformance-${role}/${role}.ts"`,
})

/** What the suite starts from the clone to test itself. */
export const REFERENCE_PROGRAMS = { agent: commandOf('agent'), bank: commandOf('bank') } as const
