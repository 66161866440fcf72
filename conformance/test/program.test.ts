// A program under test: what it is told, and what is said of one that does not live through a turn.
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest'
import { startProgram } from '../src/play/program.ts'
import { runRole } from '../src/roles/roles.ts'

const run = (role: 'agent' | 'bank', command: string) =>
  runRole(role, { [role]: { command } }, { seed: 'test', ids: [], caseSeconds: 10, trace: false })

const compiled = inject('compileCache')
beforeAll(() => void vi.stubEnv('NODE_COMPILE_CACHE', compiled))
afterAll(() => void vi.unstubAllEnvs())

const told = { serverUrl: 'http://127.0.0.1', scenario: 'turn', context: {}, now: 0 }

describe('a program', () => {
  it('keeps what it compiled where the caller says', async () => {
    const program = startProgram('echo "$NODE_COMPILE_CACHE"', told)
    expect(await program.ended).toBe(0)
    expect(program.output().trim()).toBe(compiled)
  })

  it('has ended although something that it left running keeps its streams', async () => {
    const program = startProgram('sleep 30 & echo "$!"; exit 4', told)
    expect(await program.ended).toBe(4)
    process.kill(Number(program.output()))
  })

  it('is heard to its last word', async () => {
    const program = startProgram("head -c 15000 /dev/zero | tr '\\0' x; echo last", told)
    await program.ended
    expect(program.output()).toMatch(/x{15000}last\n$/)
  })
})

describe.each(['agent', 'bank'] as const)('a command for the %s', (role) => {
  it('is unreachable with its own words when it ends in an error', async () => {
    await expect(run(role, 'echo "no SDK here" >&2; exit 3')).rejects.toMatchObject({
      code: 'unreachable',
      message: expect.stringMatching(/exit code 3\nno SDK here$/),
    })
  })

  it('is unreachable when there is none', async () => {
    await expect(run(role, 'no-such-program-at-all')).rejects.toMatchObject({
      code: 'unreachable',
      message: expect.stringContaining('does not start (exit code 127)'),
    })
  })

  it('is tested when it lives through a turn', async () => {
    expect(await run(role, 'exit 0')).toMatchObject({ role, cases: [] })
  })
})
