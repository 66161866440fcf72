import { beforeAll, describe, expect, it } from 'vitest'
import { commitmentsOf } from '../../src/agent/commitments.ts'
import type { ThreadRecord } from '../../src/index.ts'
import { createAgentWorld } from '../support/agent-world.ts'
import { CREDITOR_ORIGIN, MENU, POLICY, ROW } from '../support/fixtures.ts'

const THREE_LINES = {
  ...MENU,
  rows: [
    {
      ...ROW,
      ...{ instalments: 3, interval: 'P1M' as const },
      ...{ firstDueFrom: '2026-03-31', firstDueTo: '2026-03-31' },
    },
  ],
}
const ELSEWHERE = { enrolmentId: 'e', thr: 'another' }

let agreed: ThreadRecord
let answering: ThreadRecord
beforeAll(async () => {
  const { agent, peer, push, network } = await createAgentWorld()
  await push(await peer.request({ menu: THREE_LINES }))
  await agent.idle()
  network.faultOf = () => 'unreachable'
  await push(await peer.request({ menu: THREE_LINES, remittance: OTHER_REFERENCE }))
  await agent.idle()
  const [first, second] = await agent.threads()
  if (first === undefined || second === undefined) throw new Error('two threads')
  agreed = first
  answering = second
})

const OTHER_REFERENCE = { scheme: 'SCOR', reference: 'RF18539007547034' } as const
const creditor = `${CREDITOR_ORIGIN} cr1`
const LINES = [
  { day: '2026-03-31', amount: 8_000n, creditor },
  { day: '2026-04-30', amount: 8_000n, creditor },
  { day: '2026-05-31', amount: 8_000n, creditor },
]

describe('commitments', () => {
  it('are the lines of agreements, and of answers that may become one', () => {
    const options = { except: ELSEWHERE, currency: 'EUR' }
    expect(agreed.stage).toBe('agreed')
    expect(commitmentsOf([agreed], options)).toEqual(LINES)
    expect(answering.stage).toBe('answering')
    expect(commitmentsOf([answering], options)).toEqual(LINES)
  })

  it('leave out the conversation that is being decided, ended ones and other currencies', () => {
    expect(commitmentsOf([agreed], { except: agreed, currency: 'EUR' })).toEqual([])
    expect(commitmentsOf([agreed], { except: ELSEWHERE, currency: 'USD' })).toEqual([])
    const ended: ThreadRecord = { ...agreed, stage: 'ended' }
    expect(commitmentsOf([ended], { except: ELSEWHERE, currency: 'EUR' })).toEqual([])
  })

  it('are less what receipts have allocated to a line', () => {
    const money = (value: string) => ({ value, currency: 'EUR' })
    const receipt = {
      ...agreed.request,
      ...{ receiptId: 'rc1', amount: money('100.00'), receivedOn: '2026-03-31' },
      allocations: [
        { line: 1, amount: money('80.00') },
        { line: 2, amount: money('20.00') },
      ],
      ...{ overpaid: money('0.00'), outstanding: money('140.00') },
    }
    const paid: ThreadRecord = { ...agreed, receipts: [receipt] }
    expect(commitmentsOf([paid], { except: ELSEWHERE, currency: 'EUR' })).toEqual([
      { day: '2026-04-30', amount: 6_000n, creditor },
      { day: '2026-05-31', amount: 8_000n, creditor },
    ])
  })

  it('hold back the next bill: two bills together never break the monthly limit', async () => {
    const policy = { ...POLICY, perMonth: 15_000n }
    const { agent, peer, push } = await createAgentWorld({ policy })
    const reference = (digits: string) => ({ scheme: 'SCOR' as const, reference: `RF${digits}` })
    const requests = [
      await peer.request({ menu: THREE_LINES, remittance: reference('18539007547034') }),
      await peer.request({ menu: THREE_LINES, remittance: reference('45G72UUR') }),
    ]
    await Promise.all(requests.map(push))
    await agent.idle()
    const kinds = (await agent.decisions()).map(({ decision }) => decision.kind)
    expect(kinds.sort()).toEqual(['accept', 'counter'])
  })
})
