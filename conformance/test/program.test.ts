// A program under test that does not live through a turn: what it printed is said, so that one sees why.
import { describe, expect, it } from 'vitest'
import { runRole } from '../src/roles/roles.ts'

const run = (role: 'agent' | 'bank', command: string) =>
  runRole(role, { [role]: { command } }, { seed: 'test', ids: [], caseSeconds: 10, trace: false })

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
      message: expect.stringContaining('does not start: 127'),
    })
  })

  it('is tested when it lives through a turn', async () => {
    expect(await run(role, 'exit 0')).toMatchObject({ role, cases: [] })
  })
})
