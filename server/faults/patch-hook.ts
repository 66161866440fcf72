// `node --import patch-hook.ts`: patches the product's sources as they are loaded, in a process of a
// fault run and nowhere else. PARLEY_FAULT_PATCHES names the patches; a crash point kills the process at
// its PARLEY_FAULT_CRASH_AT-th passage, and for good: nothing is flushed, nothing is closed.
import { registerHooks } from 'node:module'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { PATCHES } from './patches.ts'
import { patchSource } from './source-patch.ts'

declare global {
  var atFaultPoint: (name: string) => Promise<void>
}

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const names = (process.env['PARLEY_FAULT_PATCHES'] ?? '').split(',').filter(Boolean)
const crashAt = Number(process.env['PARLEY_FAULT_CRASH_AT'] ?? 1)
const wanted = names.map((name) => {
  const patch = PATCHES.find((one) => one.name === name)
  if (patch === undefined) throw new Error(`there is no patch ${name}`)
  return patch
})
const byFile = Map.groupBy(wanted, ({ file }) => file)

let passages = 0
globalThis.atFaultPoint = async (name) => {
  const pauseMs = /^pause-(\d+)-/.exec(name)?.[1]
  if (pauseMs !== undefined) {
    process.stdout.write(`${name}\n`)
    return await sleep(Number(pauseMs))
  }
  passages += 1
  if (passages < crashAt) return
  process.kill(process.pid, 'SIGKILL')
  // The signal is on its way: nothing after this line may run.
  await new Promise(() => {})
}

registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context)
    if (!url.startsWith('file:')) return loaded
    const patches = byFile.get(fileURLToPath(url).slice(ROOT.length))
    if (patches === undefined || loaded.source === undefined) return loaded
    const source = Buffer.from(loaded.source as Uint8Array).toString('utf8')
    return { ...loaded, source: patchSource(source, patches) }
  },
})
