// A bank of the SDK beside the server under test: it publishes its keys on a socket of its own, takes
// agreements from agents there, and pays on a rail that does as it is told.
import {
  type Bank,
  createBank,
  createMemoryBankStore,
  type Rail,
  type RailOutcome,
} from '@parley/sdk/bank'
import { generateSigningKey, type PublicJwk } from '@parley/sdk/protocol'
import type { TestApp } from '../../support/build-test-app.ts'
import { startReceiver } from '../../support/http-receiver.ts'
import { createHeldBackLine, type HeldBackLine } from './held-back-line.ts'

/** One process of the bank, with records of its own. */
export interface SdkBank extends HeldBackLine {
  readonly bank: Bank
}

export interface SdkBankHouse {
  readonly origin: string
  /** Opens the bank for one customer; agreements go to the one that was opened last. */
  open(customer: { agentJwk: PublicJwk; rail?: RailOutcome }): Promise<SdkBank>
  close(): Promise<void>
}

/** The one customer of the bank. */
export const CUSTOMER = 'customer-1'

const ENOUGH = {
  ...{ perPayment: 50_000n, perDay: 50_000n, perMonth: 100_000n, perCreditorMonth: 100_000n },
}

/** Starts a bank without customers. */
export async function startSdkBank(test: TestApp, now: () => number): Promise<SdkBankHouse> {
  const receiver = await startReceiver()
  const { origin } = receiver
  const key = await generateSigningKey('ES256')
  return {
    origin,
    async open({ agentJwk, rail: outcome = { outcome: 'settled', railId: 'rail-1' } }) {
      const line = createHeldBackLine(test)
      const rail: Rail = { pay: async () => outcome, find: async () => outcome }
      const bank = createBank({
        ...{ issuer: origin, key, store: createMemoryBankStore(), rail },
        ...{ clock: now, fetch: line.fetch, allowLoopbackHttp: true },
      })
      await bank.registerCustomer({
        ...{ customerId: CUSTOMER, agentJwk, timeZone: 'Europe/Brussels' },
        debtorAccount: { iban: 'BE71096123456769', name: 'Ann Example' },
        limits: { newCreditor: 'allow', byCurrency: { EUR: ENOUGH } },
      })
      receiver.reply = ({ method, path, headers, body }, response) => {
        const request = new Request(origin + path, {
          ...{ method, headers },
          ...(method === 'GET' ? {} : { body }),
        })
        void bank.handle(request).then(async (reply) => {
          response.writeHead(reply.status, Object.fromEntries(reply.headers))
          response.end(await reply.text())
        })
      }
      return { ...line, bank }
    },
    close: () => receiver.close(),
  }
}
