import { expect, it } from 'vitest'
import { checkStatementFile } from '../../src/use-cases/read-statement-file.ts'
import { overlapProblems } from '../../src/use-cases/statement-surroundings.ts'
import { mt940File } from '../domain/statement/statement-fixtures.ts'
import { openFileWorld } from '../support/file-world.ts'
import { IBAN, receive } from '../support/money-world.ts'

const world = await openFileWorld()

/** An MT940 with a statement of one booking for each day of March. */
async function march() {
  const days = Array.from({ length: 31 }, (_, i) => String(i + 1).padStart(2, '0'))
  const file = days.map((day) => mt940File([`:61:2603${day}03${day}C1,NTRFNONREF`])).join('')
  const open = async function* () {
    yield new TextEncoder().encode(file)
  }
  const checked = await checkStatementFile(open, [])
  if (!checked.ok) throw new Error(checked.error.message)
  return checked.value.statements.map((statement) => ({ statement, account: IBAN }))
}

it('finds in one statement of SQL which of many statements came in another format', async () => {
  await receive(world, { amount: '1.00', bookingDay: '2026-03-10' })
  await receive(world, { amount: '1.00', bookingDay: '2026-03-31' })
  const statements = await march()
  expect(statements).toHaveLength(31)
  let asked = 0
  const db = world.deps.db.withPlugin({
    transformQuery: ({ node }) => {
      asked += 1
      return node
    },
    transformResult: async ({ result }) => result,
  })
  const problems = await overlapProblems({ db }, world.creditorId, statements)
  expect(problems.map(({ code, line }) => [code, line])).toEqual(
    [9, 30].map((i) => ['format-overlap', statements[i]?.statement.line]),
  )
  expect(asked).toBe(1)
  expect(await overlapProblems({ db }, world.creditorId, [])).toEqual([])
  expect(await overlapProblems({ db }, 'cr_other', statements)).toEqual([])
})
