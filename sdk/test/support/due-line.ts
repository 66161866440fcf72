// A bank with a line that is due, and what tests ask about its payments.
import type { BankStore, CustomerRecord, PaymentReport } from '../../src/index.ts'
import { peekClaims } from '../../src/protocol/index.ts'
import { type BankWorld, createBankWorld } from './bank-world.ts'

/** A world whose bank holds one agreement of one line, due in the past. */
export async function dueWorld(amount = '240.00', bankStore?: BankStore): Promise<BankWorld> {
  const world = await createBankWorld(bankStore === undefined ? {} : { bankStore })
  await agreeOnce(world, amount)
  world.passDueDates()
  return world
}

/** Makes an agreement that the menu restricts to a single payment. */
export async function agreeOnce(world: BankWorld, amount: string): Promise<void> {
  const rows = [
    {
      ...{ rowId: 'once', instalments: 1, interval: null, priceBps: 0 },
      ...{ firstDueFrom: '2026-03-28', firstDueTo: '2026-03-28' },
    },
  ]
  const menu = { ...BASE_MENU, rows }
  await world.push(await world.peer.request({ amount: { value: amount, currency: 'EUR' }, menu }))
  await world.agent.idle()
  const response = await world.hand(world.peer.agreements.at(-1) ?? '')
  if (response.status !== 201) throw new Error(await response.text())
}

/** A menu but for its rows. */
export const BASE_MENU = {
  ...{ menuId: 'menu-0', tier: 0, final: true, policyVersion: 1 },
  policyHash: 'A'.repeat(43),
}

/** What a test compares of the reports. */
export function outcomesOf(reports: readonly PaymentReport[]): unknown[] {
  return reports.map(({ state, code, reported }) => ({ state, code, reported }))
}

/** The statuses that the creditor was told, in order. */
export function statusesOf({ peer }: BankWorld): string[] {
  return peer.payments.map(({ status }) => status)
}

/** The status that a payment message states. */
export function statusIn(body: string): unknown {
  const peeked = peekClaims(body)
  return peeked.ok ? peeked.value.payload.status : undefined
}

/** A store whose process dies, once armed, when it is about to keep such a record. */
export function crashOn(
  store: BankStore,
  isFatal: (record: CustomerRecord) => boolean,
): { readonly store: BankStore; arm(): void; disarm(): void } {
  let isArmed = false
  return {
    store: {
      ...store,
      saveCustomer(record, entries) {
        if (isArmed && isFatal(record)) throw new Error('crash')
        return store.saveCustomer(record, entries)
      },
    },
    arm: () => {
      isArmed = true
    },
    disarm: () => {
      isArmed = false
    },
  }
}
