// Broken files of every format: whatever happens to one, it is read or refused, and never more.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { loadStatementProfiles } from '../../../src/statement-profile-files.ts'
import { balanceXml, camtFile, detailXml, entryXml } from './camt-fixtures.ts'
import { mutateFile, readMutated } from './mutate-file.ts'
import { ingFile, MT940 } from './statement-fixtures.ts'

const profiles = [...loadStatementProfiles().values()]
const FILES: [string, string][] = [
  [
    'camt',
    camtFile(
      entryXml({ details: detailXml('60.25', '', '<TxId>A</TxId>') + detailXml('60.25') }) +
        entryXml({ sign: 'DBIT', more: '<RvslInd>true</RvslInd>' }),
      { head: balanceXml('OPBD', '100') + balanceXml('CLBD', '100') },
    ),
  ],
  ['MT940', MT940],
  [
    'CSV',
    ingFile([
      { amount: '1.250,00', text: 'a "quoted" word', balance: '1300,00' },
      { amount: '0,01', sign: 'Af', balance: '50,00' },
    ]),
  ],
]

describe.each(FILES)('a broken file of %s', (_, file) => {
  const bytes = new TextEncoder().encode(file)

  it('is read or refused, with amounts that are whole', () => {
    fc.assert(
      fc.property(mutateFile(bytes), (broken) => {
        const { result, entries } = readMutated(broken, profiles)
        if (!result.ok) {
          expect(result.error.line).toBeGreaterThan(0)
          return
        }
        for (const { amount, transactions } of entries) {
          expect(amount.minor >= 0n && transactions.length > 0).toBe(true)
        }
      }),
      { numRuns: 200 },
    )
  })
})
