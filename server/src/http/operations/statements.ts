// Operations of the tag statements.

import type { components } from '@parley/sdk/creditor'
import { formatAmount, ok } from '@parley/sdk/protocol'
import type { Deps } from '../../use-cases/deps.ts'
import type { PlanDeps } from '../../use-cases/hold-dunning.ts'
import { importBankStatement, type StatementImport } from '../../use-cases/import-bank-statement.ts'
import {
  type BankTransactionView,
  listBankTransactions,
} from '../../use-cases/list-bank-transactions.ts'
import type { Handler } from '../operation.ts'
import { onceAfter } from './once.ts'

type StatementDeps = Pick<
  Deps,
  'clock' | 'ids' | 'signer' | 'vault' | 'publicUrl' | 'outboxChanged' | 'statementProfiles'
> &
  PlanDeps

export function statementOperations(deps: StatementDeps): Record<string, Handler> {
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
  }
}

function importOnWire(imported: StatementImport): components['schemas']['StatementImport'] {
  const problems = imported.problems.map(({ code, severity, line, statementId, message }) => ({
    code,
    severity,
    line,
    statementId: statementId?.slice(0, 64) ?? null,
    message,
  }))
  return { ...imported, problems }
}

function bankTransactionOnWire(
  view: BankTransactionView,
): components['schemas']['BankTransaction'] {
  return {
    id: view.transactionId,
    amount: formatAmount({ minor: view.amount, currency: view.currency }),
    direction: view.direction,
    bookingDate: view.bookingDate,
    state: view.state,
    reason: view.reason,
    paymentRequestId: view.claimId,
    candidates: view.candidates.map(({ claimId, reasons }) => ({
      paymentRequestId: claimId,
      reasons: [...reasons],
    })),
  }
}
