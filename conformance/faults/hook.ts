// Given to a process by `--import`: compiles the faults of PARLEY_FAULTS (a role) into its modules, all
// switched off, and turns one on when its parent says so, or that of PARLEY_FAULT. Without this file a build holds nothing of it.
import { registerHooks } from 'node:module'
import { resolve } from 'node:path'
import process from 'node:process'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { type Fault, readFaults, withFaults } from './faults.ts'

const role = process.env['PARLEY_FAULTS']
if (process.env['NODE_ENV'] === 'production') throw new Error('no faults in production')
if (role === undefined) throw new Error('PARLEY_FAULTS names the role whose faults are compiled in')

const root = resolve(import.meta.dirname, '../..')
const byUrl = Map.groupBy(readFaults(role), ({ file }) => pathToFileURL(resolve(root, file)).href)

registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context)
    const faults: readonly Fault[] | undefined = byUrl.get(url)
    if (faults === undefined) return loaded
    const source = loaded.source ?? ''
    const text = typeof source === 'string' ? source : new TextDecoder().decode(source)
    try {
      return { ...loaded, source: withFaults(text, faults) }
    } catch (error) {
      throw new Error(`${fileURLToPath(url)}: ${error instanceof Error ? error.message : error}`)
    }
  },
})

const on = globalThis as { parleyFault?: string | null }
on.parleyFault = process.env['PARLEY_FAULT'] ?? null
process.on('message', (message: { fault: string | null }) => {
  on.parleyFault = message.fault
  process.send?.({ fault: message.fault })
})
process.channel?.unref()
