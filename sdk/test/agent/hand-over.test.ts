// What an agent gives to the bank that is to pay, and what it makes of the bank's answer.
import { describe, expect, it } from 'vitest'
import { problemResponse } from '../../src/peer/problem.ts'
import { createBankWorld } from '../support/bank-world.ts'
import { BANK_ORIGIN } from '../support/fixtures.ts'

const AGREEMENTS = '/parley/agreements'

/** An agreement that waits for its bank, which answers with these problems first. */
async function waitingWorld(...refusals: Parameters<typeof problemResponse>[0][]) {
  const world = await createBankWorld()
  const agreement = await world.agree()
  world.network.serve(BANK_ORIGIN, async (request) => {
    const refusal = refusals.shift()
    return refusal === undefined ? await world.bank.handle(request) : problemResponse(refusal)
  })
  const handOver = async () => (await world.agent.threads())[0]?.handOver
  return { ...world, agreement, handOver }
}

describe('an agreement that a bank is to pay', () => {
  it('[PAY-17] is given to it as the creditor sent it, and nothing else', async () => {
    const { agent, agreement, network, bank } = await waitingWorld()
    await agent.resume()
    const toBank = network.log.filter(({ url }) => new URL(url).origin === BANK_ORIGIN)
    expect(toBank).toMatchObject([
      { method: 'POST', url: `${BANK_ORIGIN}${AGREEMENTS}`, body: agreement },
    ])
    expect(toBank[0]?.headers.get('content-type')).toBe('application/jose+json')
    expect((await bank.customer('customer-1'))?.agreements).toHaveLength(1)
  })

  it.each(['payment-under-way', 'iat', 'busy'] as const)(
    '[PAY-21] is given again after %s, the same bytes',
    async (code) => {
      const { agent, agreement, network, handOver } = await waitingWorld(code)
      await agent.resume()
      expect(await handOver()).toMatchObject({ state: 'pending' })
      await agent.resume()
      expect(await handOver()).toMatchObject({ state: 'done' })
      expect(network.posted(AGREEMENTS)).toEqual([agreement, agreement])
    },
  )

  it('[PAY-21] is not given again when the bank has refused it, and the debtor is told', async () => {
    const { agent, network, handOver, events } = await waitingWorld('account-changed')
    await agent.resume()
    await agent.resume()
    expect(await handOver()).toMatchObject({ state: 'refused', code: 'account-changed' })
    expect(network.posted(AGREEMENTS)).toHaveLength(1)
    expect(events.filter(({ type }) => type === 'hand-over-refused')).toHaveLength(1)
  })
})
