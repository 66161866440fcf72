// A bank's store in a folder: one JSON file a customer with the journal entries of its last change, one
// a former change's entries, one an agreement. Crash safe, and its compare-and-set holds among
// processes; meant for trials and small use, since every look-up reads the folder. Node only:
// published as part of `@parley/sdk/node`.

import { join } from 'node:path'
import type { CustomerRecord } from '../bank/customer.ts'
import type { JournalEntry } from '../bank/journal-entry.ts'
import { type BankStore, JOURNAL_PAGE, NO_SWITCHES, type SwitchRecord } from '../bank/store.ts'
import { openVersionedFiles, type VersionedFiles } from './versioned-files.ts'

/** A record and the journal entries that came with it: one file, so that both are kept or neither. */
interface Kept<Record> {
  readonly record: Record
  readonly entries: readonly JournalEntry[]
}

/**
 * Opens or makes a store in a folder, readable by its owner only.
 *
 * @example
 * import { createFileBankStore } from '@parley/sdk/node'
 * const store = createFileBankStore('/var/lib/bank')
 * console.log(await store.customerIds())
 */
export function createFileBankStore(folder: string): BankStore {
  const customers = openRecords<CustomerRecord>(folder, 'customers')
  const operator = openRecords<SwitchRecord>(folder, 'operator')
  const agreements = openVersionedFiles(join(folder, 'agreements'))

  return {
    customer: (customerId) => customers.read(customerId),
    async customerOfKey(kid) {
      const all = await customers.readAll()
      return all.find(({ agentKeys }) => agentKeys.some((key) => key.kid === kid))
    },
    async customerIds() {
      return (await customers.readAll()).map(({ customerId }) => customerId)
    },
    saveCustomer: (record, entries) => customers.save(record.customerId, { record, entries }),
    switches: async () => (await operator.read('switches')) ?? NO_SWITCHES,
    saveSwitches: (record, entries) => operator.save('switches', { record, entries }),
    async journal(customerId, { after = 0, limit = JOURNAL_PAGE } = {}) {
      const entries =
        customerId === null
          ? await operator.journal('switches')
          : await customers.journal(customerId)
      return entries.slice(after, after + limit)
    },
    async keepAgreement(agreementId, jws) {
      // Version 1 is the only one: writing it again is refused and changes nothing.
      await agreements.write(agreementId, 1, jws)
    },
    async agreement(agreementId) {
      return (await agreements.read(agreementId)) as string | undefined
    },
  }
}

interface Records<Record> {
  read(name: string): Promise<Record | undefined>
  readAll(): Promise<readonly Record[]>
  save(name: string, kept: Kept<Record>): Promise<boolean>
  journal(name: string): Promise<readonly JournalEntry[]>
}

/**
 * Records with journals. The entries of a change stay with its record until the next change, which
 * first puts them into a file of their own: what was committed is copied before it is replaced, and
 * what was not is never seen.
 */
function openRecords<Record extends { readonly version: number }>(
  folder: string,
  kind: string,
): Records<Record> {
  const records = openVersionedFiles(join(folder, kind))
  const journals = openVersionedFiles(join(folder, `${kind}-journal`))
  const keptOf = async (name: string) => (await records.read(name)) as Kept<Record> | undefined

  return {
    read: async (name) => (await keptOf(name))?.record,
    async readAll() {
      const all = (await records.readAll()) as readonly Kept<Record>[]
      return all.map(({ record }) => record)
    },
    async save(name, kept) {
      const before = await keptOf(name)
      if ((before?.record.version ?? 0) !== kept.record.version - 1) return false
      if (before !== undefined) await putAside(journals, name, before)
      return await records.write(name, kept.record.version, kept)
    },
    async journal(name) {
      const aside = (await journals.readFolder(name)) as ReadonlyArray<readonly JournalEntry[]>
      const newest = (await keptOf(name))?.entries ?? []
      // Read in this order, a change that comes in between is missing, never doubled.
      const bySeq = new Map([...aside.flat(), ...newest].map((entry) => [entry.seq, entry]))
      const entries = [...bySeq.values()].sort((left, right) => left.seq - right.seq)
      return upToTheFirstGap(entries)
    },
  }
}

async function putAside<Record extends { readonly version: number }>(
  journals: VersionedFiles,
  name: string,
  { record, entries }: Kept<Record>,
): Promise<void> {
  if (entries.length > 0) await journals.add(name, record.version, entries)
}

function upToTheFirstGap(entries: readonly JournalEntry[]): readonly JournalEntry[] {
  const gap = entries.findIndex(({ seq }, index) => seq !== index + 1)
  return gap < 0 ? entries : entries.slice(0, gap)
}
