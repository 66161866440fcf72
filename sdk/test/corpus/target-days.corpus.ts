import { expect, it } from 'vitest'
import { addDays, isTargetClosingDay } from '../../src/protocol/index.ts'
import { describeCorpus, readCorpus } from './corpus-files.ts'

const FILE = 'calendars/target-closing-days-2002-2035.csv'

describeCorpus(FILE, () => {
  it('has the closing days that the rule computes, every day of 34 years', () => {
    const [, ...rows] = new TextDecoder().decode(readCorpus(FILE)).trim().split('\n')
    const listed = rows.map((row) => row.slice(0, 10))
    const computed: string[] = []
    for (let day = '2002-01-01'; day < '2036-01-01'; day = addDays(day, 1)) {
      if (isTargetClosingDay(day)) computed.push(day)
    }
    expect(computed).toEqual(listed)
    expect(computed).toHaveLength(204)
  })
})
