// The mechanism of the faults: what has drifted fails, and nothing of it is in a production build.
import { execFile } from 'node:child_process'
import { resolve } from 'node:path'
import process from 'node:process'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { driftedFaults, type Fault, readFaults, withFaults } from '../faults/faults.ts'
import { factsOf } from '../src/roles/roles.ts'

const root = resolve(import.meta.dirname, '../..')
const faults = readFaults('server')

const fault = (find: string, id = 'x'): Fault => ({
  ...{ id, file: 'some.ts', find, replace: 'false', turnsRed: ['SIG-001'] },
})

describe('the faults of the server', () => {
  it('are sixty at least, each under a name of its own', () => {
    expect(faults.length).toBeGreaterThanOrEqual(60)
    expect(new Set(faults.map(({ id }) => id)).size).toBe(faults.length)
  })

  it('stand in their files exactly once', () => {
    expect(driftedFaults(faults)).toEqual([])
  })

  it('name cases that there are', () => {
    const ids = new Set(factsOf('server').map(({ id }) => id))
    const named = faults.flatMap(({ turnsRed }) => turnsRed)
    expect(named.filter((id) => !ids.has(id))).toEqual([])
    expect(faults.filter(({ turnsRed }) => turnsRed.length === 0)).toEqual([])
  })
})

describe.each(['agent', 'bank'] as const)('the faults of the %s', (role) => {
  const own = readFaults(role)

  it('are ten at least, each under a name of its own', () => {
    expect(own.length).toBeGreaterThanOrEqual(10)
    expect(new Set(own.map(({ id }) => id)).size).toBe(own.length)
  })

  it('stand in their files exactly once', () => {
    expect(driftedFaults(own)).toEqual([])
  })

  it('name cases that there are', () => {
    const ids = new Set(factsOf(role).map(({ id }) => id))
    expect(own.flatMap(({ turnsRed }) => turnsRed).filter((id) => !ids.has(id))).toEqual([])
  })
})

describe('compiling faults in', () => {
  it('leaves what stood there where no fault is on', () => {
    const text = withFaults('if (a > b) stop()', [fault('a > b')])
    expect(text).toBe("if ((globalThis.parleyFault === 'x' ? (false) : (a > b))) stop()")
  })

  it('fails for what has drifted, or stands there twice', () => {
    expect(() => withFaults('if (a < b) stop()', [fault('a > b')])).toThrow('drifted')
    expect(() => withFaults('a > b; a > b', [fault('a > b')])).toThrow('drifted')
  })

  it('fails for faults that overlap', () => {
    const both = [fault('a > b', 'one'), fault('b && c', 'two')]
    expect(() => withFaults('a > b && c', both)).toThrow('overlaps')
  })
})

describe('production', () => {
  const run = promisify(execFile)
  const parley = resolve(root, 'server/src/cli/parley.ts')
  const env = {
    ...process.env,
    ...{ NODE_ENV: 'production', PARLEY_FAULTS: 'server', PARLEY_DATA_DIR: 'memory' },
    PARLEY_MASTER_KEY: Buffer.alloc(32, 7).toString('base64'),
  }

  it('does not start with the variable of the switch', async () => {
    const failed = await run(process.execPath, [parley, 'serve'], { env }).catch((error) => error)
    expect(failed.code).toBe(2)
    expect(failed.stderr).toContain('PARLEY_FAULTS puts faults into the server')
  })

  it('does not start with the hook', async () => {
    const hook = resolve(root, 'conformance/faults/hook.ts')
    const started = run(process.execPath, ['--import', hook, '-e', '0'], { env })
    const failed = await started.catch((error) => error)
    expect(failed.stderr).toContain('no faults in production')
  })
})
