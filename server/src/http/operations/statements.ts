// Operations of the tag statements.

import type { components } from '@parley/sdk/creditor'
import { formatAmount, ok, type Result } from '@parley/sdk/protocol'
import type { Refusal } from '../../domain/refusal.ts'
import type { Deps } from '../../use-cases/deps.ts'
import type { PlanDeps } from '../../use-cases/hold-dunning.ts'
import { importBankStatement, type StatementImport } from '../../use-cases/import-bank-statement.ts'
import { listBankTransactions, readUnmatchedMoney } from '../../use-cases/list-bank-transactions.ts'
import { matchByHand } from '../../use-cases/match-by-hand.ts'
import { readBankTransaction } from '../../use-cases/read-bank-transaction.ts'
import { setAsideBooking } from '../../use-cases/set-aside-booking.ts'
import { unmatchBooking } from '../../use-cases/unmatch-booking.ts'
import type { Call, Handler } from '../operation.ts'
import { bankTransactionDetailOnWire, bankTransactionOnWire } from './bank-transaction-on-wire.ts'
import { onceAfter } from './once.ts'

type Schemas = components['schemas']

type StatementDeps = Pick<
  Deps,
  'clock' | 'ids' | 'signer' | 'vault' | 'publicUrl' | 'outboxChanged' | 'statementProfiles'
> &
  PlanDeps

const bookingOf = (call: Call) => ({
  creditorId: call.creditorId,
  transactionId: call.params['bankTransactionId'] ?? '',
})

export function statementOperations(deps: StatementDeps): Record<string, Handler> {
  const shown = async (call: Call, done: Result<void, Refusal>) => {
    if (!done.ok) return done
    const found = await readBankTransaction(deps, bookingOf(call))
    return found.ok ? ok({ status: 200, body: bankTransactionDetailOnWire(found.value) }) : found
  }
  return {
    uploadStatement: (call) =>
      onceAfter(deps, 'uploadStatement', call, async () => {
        const { creditorId, bytes, file, query } = call
        const imported = await importBankStatement(deps, {
          creditorId,
          file: file === undefined ? bytes : () => file.open(),
          account: query['account'] as string | undefined,
          profile: query['profile'] as string | undefined,
        })
        return imported.ok ? ok({ status: 200, body: importOnWire(imported.value) }) : imported
      }),

    async listBankTransactions(call) {
      const page = await listBankTransactions(deps, {
        creditorId: call.creditorId,
        state: call.query['state'] as string | undefined,
        cursor: call.query['cursor'] as string | undefined,
        limit: Number(call.query['limit']),
      })
      const body = { data: page.data.map(bankTransactionOnWire), nextCursor: page.next }
      return ok({ status: 200, body })
    },

    getBankTransaction: (call) => shown(call, ok(undefined)),

    matchBankTransaction: (call) =>
      onceAfter(deps, `matchBankTransaction ${bookingOf(call).transactionId}`, call, async () => {
        const input = call.body as Schemas['MatchInput']
        return await shown(call, await matchByHand(deps, { ...input, ...bookingOf(call) }))
      }),

    unmatchBankTransaction: (call) =>
      onceAfter(deps, `unmatchBankTransaction ${bookingOf(call).transactionId}`, call, async () => {
        const input = call.body as Schemas['UnmatchInput']
        return await shown(call, await unmatchBooking(deps, { ...input, ...bookingOf(call) }))
      }),

    setAsideBankTransaction: (call) =>
      onceAfter(
        deps,
        `setAsideBankTransaction ${bookingOf(call).transactionId}`,
        call,
        async () => {
          const input = call.body as Schemas['SetAsideInput']
          return await shown(call, await setAsideBooking(deps, { ...input, ...bookingOf(call) }))
        },
      ),

    async readUnmatchedMoney({ creditorId }) {
      const waiting = await readUnmatchedMoney(deps, { creditorId })
      const data = waiting.map(({ currency, count, sum, oldest }) => ({
        count,
        sum: formatAmount({ minor: sum, currency }),
        oldest,
      }))
      return ok({ status: 200, body: { data } })
    },
  }
}

function importOnWire(imported: StatementImport): Schemas['StatementImport'] {
  const problems = imported.problems.map(({ code, severity, line, statementId, message }) => ({
    code,
    severity,
    line,
    statementId: statementId?.slice(0, 64) ?? null,
    message,
  }))
  return { ...imported, problems }
}
