import { describe, expect, it } from 'vitest'
import { balanceXml, camtFile, detailXml, entryXml } from '../domain/statement/camt-fixtures.ts'
import { ingFile, MT940 } from '../domain/statement/statement-fixtures.ts'
import { parley, temporaryFile } from './run-parley.ts'

const REFERENCE =
  '<RmtInf><Strd><CdtrRefInf><Ref>RF18539007547034</Ref></CdtrRefInf></Strd></RmtInf>'
const CAMT = camtFile(
  entryXml({ details: detailXml('120.50', REFERENCE) }) +
    entryXml({ amount: '20.50', sign: 'DBIT', reference: 'B2', more: '<RvslInd>true</RvslInd>' }),
  { head: balanceXml('OPBD', '10', 'DBIT') + balanceXml('CLBD', '90') },
)

async function inspect(content: string, ...options: string[]) {
  const file = await temporaryFile('statement', content)
  return await parley(['statement', 'inspect', file, ...options])
}

describe('parley statement inspect', () => {
  it('prints exactly what it promises as JSON', async () => {
    const { code, out, err } = await inspect(CAMT, '--json')
    expect([code, err]).toEqual([0, ''])
    expect(JSON.parse(out)).toEqual({
      statements: [
        {
          id: 'STATEMENT-1',
          account: 'BE68539007547034',
          currency: 'EUR',
          opening: '-10.00',
          closing: '90.00',
          entries: 2,
          transactions: 2,
          credits: '120.50',
          debits: '20.50',
          reversals: 1,
          references: ['RF18539007547034'],
          balanced: true,
        },
      ],
      problems: [],
    })
  })

  it('prints a table for people', async () => {
    const { out } = await inspect(CAMT)
    expect(out).toContain('STATEMENT-1  (camt.053.001.08)')
    expect(out).toContain('closing     90.00  (adds up)')
    expect(out).toContain('1 statement, no problems')
  })

  it.each([
    ['MT940', MT940, '00005'],
    ['CSV', ingFile([{ amount: '1,00' }]), '2026-03-02'],
  ])('recognises %s', async (_, content, id) => {
    const { code, out } = await inspect(content, '--json')
    expect(code).toBe(0)
    expect(JSON.parse(out).statements).toMatchObject([{ id }])
  })

  it('ends with 1 for a file that is refused, with the line', async () => {
    const { code, out } = await inspect(camtFile(entryXml({ amount: '1O' })), '--json')
    expect(code).toBe(1)
    expect(JSON.parse(out)).toMatchObject({
      statements: [],
      problems: [{ code: 'statement-amount', severity: 'error', line: 5 }],
    })
  })

  it('ends with 1 for sums that do not add up', async () => {
    const { code, out } = await inspect(MT940.replace('EUR1200,50', 'EUR1200,51'))
    expect(code).toBe(1)
    expect(out).toContain('1200.50 is expected, 1200.51 stated. (statement-unbalanced)')
  })

  it('ends with 2 for a file that is not there, and for a profile that is not', async () => {
    expect(await parley(['statement', 'inspect', '/nowhere/x.xml'])).toMatchObject({ code: 2 })
    const { code, err } = await inspect(MT940, '--profile', 'mybank')
    expect(code).toBe(2)
    expect(err).toContain('There are: abn-amro-tab')
  })
})

describe('parley statement profiles', () => {
  it('lists them', async () => {
    expect((await parley(['statement', 'profiles'])).out).toContain('rabobank-nl')
    const { out } = await parley(['statement', 'profiles', '--json'])
    expect(JSON.parse(out).profiles).toContainEqual({
      id: 'kbc-be',
      name: 'KBC (Dutch)',
      country: 'BE',
    })
  })
})
