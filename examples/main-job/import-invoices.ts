// The creditor's ERP: hands every invoice to Parley in the morning of its issue date.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { BulkLine, CreditorClient } from '@parley/sdk/creditor'
import type { Day } from '@parley/sdk/protocol'
import type { Invoice } from './invoices.ts'
import type { World } from './world.ts'

/** An invoice that Parley did not take. */
export interface RefusedInvoice {
  readonly invoiceNumber: string
  readonly reason: string
}

/** Issues invoices with one call of the bulk operation. */
export async function issueInvoices(
  creditor: CreditorClient,
  invoices: readonly Invoice[],
  debtorIds: ReadonlyMap<string, string>,
): Promise<readonly RefusedInvoice[]> {
  const lines = invoices.map((invoice): BulkLine => {
    const { invoiceNumber, customerId, amount, issueDate, dueDate } = invoice
    const debtorId = debtorIds.get(customerId) ?? ''
    const paymentRequest = { invoiceNumber, debtorId, amount, issueDate, dueDate }
    return { lineKey: encodeURIComponent(invoiceNumber), paymentRequest }
  })
  const results = await Array.fromAsync(creditor.issueInBulk(lines))
  return results.flatMap(({ result, problem }, index) => {
    if (result !== 'refused') return []
    const reason = problem?.detail ?? problem?.code ?? 'refused'
    return [{ invoiceNumber: invoices[index]?.invoiceNumber ?? '', reason }]
  })
}

const HEADER = 'invoice_number,customer_id,name,currency,amount,issue_date,due_date'

/** Issues invoices with `parley import`, as a creditor without an ERP does. @throws when refused. */
export async function importWithCommand(
  world: World,
  invoices: readonly Invoice[],
  day: Day,
): Promise<string> {
  const file = join(world.folder, `invoices-${day}.csv`)
  const lines = invoices.map(({ invoiceNumber, customerId, customerName, amount, ...dates }) =>
    [
      invoiceNumber,
      customerId,
      customerName,
      amount.currency,
      amount.value,
      dates.issueDate,
      dates.dueDate,
    ]
      .map((cell) => `"${cell.replaceAll('"', '""')}"`)
      .join(','),
  )
  writeFileSync(file, `${[HEADER, ...lines].join('\n')}\n`)
  const printed = await world.parley('import', file)
  return printed.trim()
}
