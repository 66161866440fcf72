// What a bank asks its customer instead of paying: another bill for the same invoice, a name that
// looks like another, a payee whose bank says something else.
import { describe, expect, it } from 'vitest'
import { lookAlikeOf } from '../../src/bank/question.ts'
import type { BankOptions, PayeeVerdict } from '../../src/index.ts'
import { createBankWorld, LIMITS } from '../support/bank-world.ts'
import { agreeOnce, dueWorld, outcomesOf } from '../support/due-line.ts'
import { IBAN } from '../support/fixtures.ts'
import { signedAgreement } from '../support/signed-agreement.ts'

/** Two agreements about one invoice, the second under a new request. */
async function twiceBilled() {
  const world = await createBankWorld()
  for (const _ of [1, 2]) {
    const terms = { minor: 24_000n, firstDueDate: '2026-03-28' }
    const { text } = await signedAgreement(world, terms)
    const response = await world.hand(text)
    if (response.status !== 201) throw new Error(await response.text())
  }
  world.passDueDates()
  return world
}

describe('the same invoice under a new request', () => {
  it('[PAY-12] is paid once, and the second waits for the customer', async () => {
    const world = await twiceBilled()
    expect(world.bankEvents).toContainEqual(
      expect.objectContaining({ type: 'asked', code: 'duplicate-invoice' }),
    )
    expect(outcomesOf(await world.bank.payDue())).toMatchObject([
      { state: 'settled' },
      { state: 'scheduled', code: 'duplicate-invoice' },
    ])
    expect(world.rail.paid).toHaveLength(1)
    const [question, ...others] = await world.bank.questions('customer-1')
    const [first] = (await world.bank.customer('customer-1'))?.agreements ?? []
    expect(others).toEqual([])
    expect(question).toMatchObject({ detail: first?.agreementId, reference: 'RF18539007547034' })
  })

  it('is paid after a yes, and only that one', async () => {
    const world = await twiceBilled()
    const [question] = await world.bank.questions('customer-1')
    if (question === undefined) throw new Error('nothing is asked')
    const other = await world.bank.answer({ ...question, detail: 'another' }, 'yes')
    expect(other).toEqual({ ok: false, error: { code: 'question-unknown' } })
    expect((await world.bank.answer(question, 'yes')).ok).toBe(true)
    expect(await world.bank.questions('customer-1')).toEqual([])
    const again = await world.bank.answer(question, 'yes')
    expect(again).toEqual({ ok: false, error: { code: 'question-unknown' } })
    await world.bank.payDue()
    expect(world.rail.paid).toHaveLength(2)
    const journal = await world.bank.journal('customer-1')
    expect(journal.filter(({ subject }) => subject === 'question')).toMatchObject([
      { what: 'approved', code: 'duplicate-invoice', agreementId: question.agreementId },
    ])
  })

  it('is never paid after a no', async () => {
    const world = await twiceBilled()
    const [question] = await world.bank.questions('customer-1')
    if (question === undefined) throw new Error('nothing is asked')
    await world.bank.answer(question, 'no')
    await world.bank.payDue()
    expect(world.rail.paid).toHaveLength(1)
    const lines = (await world.bank.customer('customer-1'))?.agreements[1]?.lines
    expect(lines).toMatchObject([{ state: 'stopped', code: 'refused-by-customer' }])
  })

  it('is one also by another creditor into the same account, and none by another reference', async () => {
    const world = await createBankWorld()
    await world.register({ limits: { ...LIMITS, newCreditor: 'allow' } })
    const terms = { minor: 1000n, firstDueDate: '2026-03-28' }
    const creditor = { id: 'cr2', name: 'Gaswerk', account: { iban: IBAN } }
    const bills = [terms, { ...terms, creditor }, { ...terms, reference: 'RF712348231' }]
    const codes: unknown[] = []
    for (const bill of bills) {
      const { text } = await signedAgreement(world, bill)
      const answer = (await (await world.hand(text)).json()) as { lines: { code: unknown }[] }
      codes.push(answer.lines[0]?.code)
    }
    expect(codes).toEqual([null, 'duplicate-invoice', null])
  })

  it('is no duplicate when the first was never paid', async () => {
    const world = await twiceBilled()
    const { rail } = world
    rail.behaviour.mode = 'reject'
    const bank = world.restartBank({
      rail: {
        ...rail,
        async pay(instruction) {
          const outcome = await rail.pay(instruction)
          rail.behaviour.mode = 'pay'
          return outcome
        },
      },
    })
    expect(outcomesOf(await bank.payDue())).toMatchObject([
      { state: 'rejected' },
      { state: 'settled' },
    ])
    expect(rail.paid).toHaveLength(1)
  })
})

describe('a check of the payee', () => {
  async function checked(verdicts: PayeeVerdict[], options: Partial<BankOptions> = {}) {
    const world = await dueWorld()
    const asked: unknown[] = []
    const bank = world.restartBank({
      async payeeCheck(payee) {
        asked.push(payee)
        const verdict = verdicts.length > 1 ? verdicts.shift() : verdicts[0]
        if (verdict === undefined) throw new Error('no answer')
        return verdict
      },
      ...options,
    })
    return { ...world, bank, asked }
  }

  it('is made before the payment, of the signed name and account', async () => {
    const { bank, asked, rail } = await checked([{ result: 'match' }])
    expect(outcomesOf(await bank.payDue())).toMatchObject([{ state: 'settled' }])
    expect(asked).toEqual([{ name: 'Stadtwerke Beispiel', iban: IBAN }])
    expect(rail.paid).toHaveLength(1)
  })

  it.each([
    ['a close match', { result: 'close-match', name: 'Stadtwerke Bsp' }, 'Stadtwerke Bsp'],
    ['no match', { result: 'no-match' }, null],
  ] as const)('that finds %s never pays without a yes', async (_, verdict, detail) => {
    const { bank, rail, network } = await checked([verdict])
    const code = `payee-${verdict.result}`
    for (const _ of [1, 2]) {
      expect(outcomesOf(await bank.payDue())).toMatchObject([{ state: 'scheduled', code }])
    }
    expect(rail.calls).toEqual([])
    expect(network.posted('/parley/messages')).toHaveLength(1)
    const [question] = await bank.questions('customer-1')
    expect(question).toMatchObject({ code, detail })
    if (question !== undefined) await bank.answer(question, 'yes')
    expect(outcomesOf(await bank.payDue())).toMatchObject([{ state: 'settled' }])
  })

  it('asks again when another name is on file than the customer was told', async () => {
    const first = { result: 'close-match', name: 'Stadtwerke Bsp' } as const
    const world = await checked([first, { ...first, name: 'Müller' }])
    await world.bank.payDue()
    const [question] = await world.bank.questions('customer-1')
    if (question !== undefined) await world.bank.answer(question, 'yes')
    world.clock.advance(86_400)
    expect(outcomesOf(await world.bank.payDue())).toMatchObject([{ code: 'payee-close-match' }])
    expect(world.rail.calls).toEqual([])
  })

  it('that cannot be made holds the payment and is made again', async () => {
    const { bank, rail, asked } = await checked([{ result: 'unavailable' }, { result: 'match' }])
    const held = { state: 'scheduled', code: 'payee-check-unavailable' }
    expect(outcomesOf(await bank.payDue())).toMatchObject([held])
    expect(await bank.questions('customer-1')).toEqual([])
    expect(outcomesOf(await bank.payDue())).toMatchObject([{ state: 'settled' }])
    expect([asked.length, rail.paid.length]).toEqual([2, 1])
  })

  it('that throws counts as one that cannot be made, and may ask the customer instead', async () => {
    const { bank, rail } = await checked([], { whenPayeeUnavailable: 'ask' })
    expect(outcomesOf(await bank.payDue())).toMatchObject([{ code: 'payee-unavailable' }])
    const [question] = await bank.questions('customer-1')
    if (question !== undefined) await bank.answer(question, 'yes')
    await bank.payDue()
    expect(rail.paid).toHaveLength(1)
  })
})

describe('a name in a question', () => {
  it('[TXT-03] that looks like another is asked about with the other name', async () => {
    const world = await createBankWorld()
    await world.register({
      mandates: [
        {
          ...{ issuer: 'https://other.example', creditorId: 'o1', iban: IBAN },
          name: 'Stadtwerke BeispieI',
        },
      ],
    })
    await agreeOnce(world, '10.00')
    const [question] = await world.bank.questions('customer-1')
    expect(question).toMatchObject({ code: 'look-alike', detail: 'Stadtwerke BeispieI' })
    world.passDueDates()
    expect(outcomesOf(await world.bank.payDue())).toMatchObject([{ code: 'look-alike' }])
    expect(world.rail.calls).toEqual([])
  })

  it('[TXT-03] of a creditor that has changed its own is held against all others', async () => {
    const own = { issuer: 'https://own.example', iban: IBAN, name: 'Foo shop' }
    const known = {
      issuer: 'https://other.example',
      creditorId: 'o1',
      iban: IBAN,
      name: 'Electrabel',
    }
    const mandates = [{ ...own, creditorId: 'o2' }, known]
    const named = (name: string) => ({
      issuer: own.issuer,
      creditor: { id: 'o2', name, account: { iban: IBAN } },
    })
    expect(lookAlikeOf({ mandates }, named('E1ectrabel'))).toBe('Electrabel')
    expect(lookAlikeOf({ mandates }, named('Foo shop'))).toBe(null)
  })
})
