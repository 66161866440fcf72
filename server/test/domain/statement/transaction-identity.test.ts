import { describe, expect, it } from 'vitest'
import { parseCamt } from '../../../src/domain/statement/camt.ts'
import { camtFile, detailXml, entryXml } from './camt-fixtures.ts'

function idsOf(file: string): string[] {
  const result = parseCamt(file)
  if (!result.ok) throw new Error(JSON.stringify(result.error))
  return result.value.flatMap(({ entries }) =>
    entries.flatMap(({ transactions }) => transactions.map(({ transactionId }) => transactionId)),
  )
}

const anonymous = (text: string) =>
  entryXml({
    reference: '',
    details: detailXml('120.50', `<RmtInf><Ustrd>${text}</Ustrd></RmtInf>`),
  })

describe('the id of a transaction', () => {
  it('is the bank reference of the transaction, else of its entry', () => {
    const details = detailXml('120.50', '', '<AcctSvcrRef>TX-1</AcctSvcrRef>')
    expect(idsOf(camtFile(entryXml({ details }) + entryXml()))).toEqual(['TX-1', 'BANK-1'])
  })

  it('is the same in the notification and in the statement', () => {
    for (const entry of [entryXml(), anonymous('electricity')]) {
      expect(idsOf(camtFile(entry, { kind: '054' }))).toEqual(
        idsOf(camtFile(entry, { kind: '053' })),
      )
    }
  })

  it('does not depend on the place in the file', () => {
    const [, second] = idsOf(camtFile(entryXml({ reference: 'OTHER' }) + anonymous('electricity')))
    expect(idsOf(camtFile(anonymous('electricity')))).toEqual([second])
  })

  it('tells a payment from its reversal, which often has the same bank reference', () => {
    const reversal = entryXml({ sign: 'DBIT', more: '<RvslInd>true</RvslInd>' })
    expect(idsOf(camtFile(entryXml() + reversal))).toEqual(['BANK-1', 'BANK-1/debit/reversal'])
  })

  it('tells the payments of a batch apart that share its reference', () => {
    const detail = (id: string) => detailXml('60.25', '', `<TxId>${id}</TxId>`)
    expect(idsOf(camtFile(entryXml({ details: detail('A') + detail('B') })))).toEqual([
      'BANK-1/A',
      'BANK-1/B',
    ])
  })

  it('counts payments that nothing tells apart', () => {
    const details = detailXml('60.25') + detailXml('60.25')
    expect(idsOf(camtFile(entryXml({ details })))).toEqual(['BANK-1', 'BANK-1#2'])
    const [first = '', second] = idsOf(camtFile(anonymous('x') + anonymous('x')))
    expect(second).toBe(`${first}#2`)
  })

  it('is made of the content without a bank reference, and says so', () => {
    const [first, second] = idsOf(camtFile(anonymous('May') + anonymous('June')))
    expect(first).toMatch(/^content:/)
    expect(first).not.toBe(second)
    const result = parseCamt(camtFile(anonymous('May')))
    expect(result).toMatchObject({
      value: [{ entries: [{ transactions: [{ identifiedBy: 'content' }] }] }],
    })
  })

  it('ignores the words that banks write where there is no reference', () => {
    expect(idsOf(camtFile(entryXml({ reference: 'NONREF' })))[0]).toMatch(/^content:/)
  })
})

describe('the id of an entry', () => {
  it('is the bank reference, the entry reference, else the position', () => {
    const unnamed = entryXml({ reference: '' })
    const numbered = unnamed.replace('<Ntry>', '<Ntry><NtryRef>7</NtryRef>')
    const result = parseCamt(camtFile(entryXml() + entryXml() + numbered + unnamed))
    if (!result.ok) throw new Error(JSON.stringify(result.error))
    const ids = result.value[0]?.entries.map(({ entryId }) => entryId)
    expect(ids).toEqual(['BANK-1', 'BANK-1', '7', 'entry-4'])
  })
})
