// How cases are judged: by their controls, their level, and what they throw.
import { describe, expect, it } from 'vitest'
import type { Case, RolePlan } from '../src/run/case.ts'
import { runCases, withControls } from '../src/run/run-cases.ts'
import { runPlan } from '../src/run/run-plan.ts'
import { createTranscript } from '../src/run/transcript.ts'
import type { Trial } from '../src/run/trial.ts'
import { CaseIncomplete, NotApplicable } from '../src/run/verdicts.ts'
import { createSeeded } from '../src/wire/seeded.ts'

type Run = (trial: Trial) => void

const one = (id: string, run: Run, more: Partial<Case<null>> = {}): Case<null> => ({
  ...{ role: 'server', id, level: 'MUST', clause: 'SIG-01', title: id, sends: '', expects: '' },
  run: async (_, trial) => run(trial),
  ...more,
})

const passes: Run = (trial) => trial.same('a step', 'seen', 'seen')
const fails: Run = (trial) => trial.same('a step', 'seen', 'awaited')

async function outcomes(...cases: Case<null>[]): Promise<Record<string, string>> {
  const options = {
    ...{ seeded: createSeeded('test'), choices: createSeeded('test') },
    ...{ transcript: createTranscript(), caseSeconds: 1 },
  }
  const results = await runCases(null, cases, options)
  return Object.fromEntries(results.map(({ id, outcome }) => [id, outcome]))
}

describe('a case', () => {
  it('passes when every step holds', async () => {
    expect(await outcomes(one('A', passes))).toEqual({ A: 'passed' })
  })

  it('fails as MUST and warns as SHOULD', async () => {
    const cases = [one('A', fails), one('B', fails, { level: 'SHOULD' })]
    expect(await outcomes(...cases)).toEqual({ A: 'failed', B: 'warning' })
  })

  it('is incomplete when its control did not pass, or did not run', async () => {
    const cases = [
      one('A', fails),
      one('B', passes, { control: 'A' }),
      one('C', passes, { control: 'Z' }),
    ]
    expect(await outcomes(...cases)).toEqual({ A: 'failed', B: 'incomplete', C: 'incomplete' })
  })

  it('counts when its control passed', async () => {
    const cases = [one('A', passes), one('B', passes, { control: 'A' })]
    expect(await outcomes(...cases)).toEqual({ A: 'passed', B: 'passed' })
  })

  it('is incomplete when a prerequisite or the suite itself fails, never green', async () => {
    const cases = [
      one('A', () => {
        throw new CaseIncomplete('no debtor')
      }),
      one('B', () => {
        throw new TypeError('a fault of the suite')
      }),
    ]
    expect(await outcomes(...cases)).toEqual({ A: 'incomplete', B: 'incomplete' })
  })

  it('is not applicable when it says so', async () => {
    const apart = one('A', () => {
      throw new NotApplicable('no clock')
    })
    expect(await outcomes(apart)).toEqual({ A: 'not-applicable' })
  })

  it('fails when it does not end', async () => {
    const endless = one('A', passes, { run: () => new Promise(() => undefined) })
    expect(await outcomes(endless)).toEqual({ A: 'failed' })
  })
})

describe('the choice of cases', () => {
  it('takes the controls along, in the order of the plan', () => {
    const cases = [one('A', passes), one('B', passes, { control: 'A' }), one('C', passes)]
    const plan = { cases } as unknown as RolePlan<null>
    expect(withControls(plan, ['B']).map(({ id }) => id)).toEqual(['A', 'B'])
  })
})

describe('seeds', () => {
  it('give the same bytes, and others within another label', () => {
    const [a, b] = [createSeeded('one'), createSeeded('one')]
    expect(a.id()).toBe(b.id())
    expect(a.within('x').id()).toBe(b.within('x').id())
    expect(a.within('x').id()).not.toBe(a.within('y').id())
  })
})

describe('two runs of a seed', () => {
  async function drawn(seed: string) {
    const notes = { chosen: 0, id: '' }
    const draws = one('A', ({ choices, seeded }) => {
      notes.chosen = choices.below(1_000_000)
      notes.id = seeded.id()
    })
    const plan: RolePlan<null> = {
      ...{ role: 'server', cases: [draws], open: async () => null, close: async () => undefined },
      describe: async () => 'nothing',
    }
    await runPlan(plan, { seed, caseSeconds: 1, trace: false })
    return notes
  }

  it('try the same by chance under ids that nobody has met', async () => {
    const first = await drawn('one')
    await new Promise((resolve) => setTimeout(resolve, 2))
    const again = await drawn('one')
    expect(again.chosen).toBe(first.chosen)
    expect(again.id).not.toBe(first.id)
    expect((await drawn('another')).chosen).not.toBe(first.chosen)
  })
})
