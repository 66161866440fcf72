// A run that is broken off leaves no folder and no program behind, and no stack trace.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, it } from 'vitest'

const SUITE = resolve(import.meta.dirname, '../src/cli/parley-conformance.ts')

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'parley-left-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const isAlive = (group: number) => {
  try {
    return process.kill(-group, 0)
  } catch {
    return false
  }
}

it.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('%s ends the program and removes its folders', async (signal, code) => {
  const told = join(folder, 'told')
  const own = mkdtempSync(join(folder, 'tmp-'))
  const command = `echo $$ > "${told}.new"; mv "${told}.new" "${told}"; sleep 90`
  const { NODE_COMPILE_CACHE: _, ...env } = process.env
  const suite = spawn(process.execPath, [SUITE, 'agent', '--command', command], {
    ...{ cwd: folder, env: { ...env, TMPDIR: own }, stdio: 'ignore' },
  })
  const ended = once(suite, 'exit')
  while (!existsSync(told)) await sleep(20)
  const group = Number(readFileSync(told, 'utf8'))
  expect(isAlive(group)).toBe(true)
  expect(readdirSync(own)).not.toEqual([])
  suite.kill(signal)
  expect(await ended).toEqual([code, null])
  expect(readdirSync(own)).toEqual([])
  while (isAlive(group)) await sleep(20)
})

it('ends quietly when nobody reads any more', async () => {
  const suite = spawn(process.execPath, [SUITE, 'list'], { stdio: ['ignore', 'pipe', 'pipe'] })
  suite.stdout.destroy()
  let complaint = ''
  suite.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint += text
  })
  expect(await once(suite, 'close')).toEqual([141, null])
  expect(complaint).toBe('')
})
