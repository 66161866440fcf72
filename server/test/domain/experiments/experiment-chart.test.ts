import { describe, expect, it } from 'vitest'
import { experimentChart } from '../../../src/domain/experiments/experiment-chart.ts'
import { judgeExperiment } from '../../../src/domain/experiments/experiment-result.ts'
import { membersOf } from './support-members.ts'

describe('the chart of an experiment', () => {
  it('shows the band and says it in words, without script', () => {
    const { days } = judgeExperiment(membersOf({ days: 60, aDay: 10, seed: 1 }), 90)
    const { markup } = experimentChart(days)
    expect(markup).toMatch(/<desc id="chart-words">policy: -?\d+\.\d at \d+, between -?\d/)
    expect(markup).toContain('<polygon')
    expect(markup).not.toMatch(/<script|<style|NaN|Infinity|undefined/)
  })

  it('can be drawn before there is anything to show', () => {
    const { markup } = experimentChart([])
    expect(markup).toContain('policy: nothing yet.')
    expect(markup).not.toMatch(/NaN|Infinity/)
  })
})
