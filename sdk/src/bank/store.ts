// The port through which a bank keeps its records, its switches and its journal.

import type { CreditorRef, CustomerRecord } from './customer.ts'
import type { JournalEntry } from './journal-entry.ts'

/** The operator's switches, for all customers. */
export interface SwitchRecord {
  /** Counts saves from 1; 0 when nothing was ever switched. */
  readonly version: number
  readonly journalSeq: number
  /** Nobody is paid. */
  readonly stopped: boolean
  /** Creditors for which automatic payment is stopped. */
  readonly stoppedCreditors: readonly CreditorRef[]
}

/** Where nothing was ever switched. */
export const NO_SWITCHES: SwitchRecord = {
  version: 0,
  journalSeq: 0,
  stopped: false,
  stoppedCreditors: [],
}

/** Which part of a journal is read. */
export interface JournalPage {
  /** Entries after this one; from the first unless given. */
  readonly after?: number
  /** At most so many (1,000). */
  readonly limit?: number
}

/** How many entries a page of a journal has unless told otherwise. */
export const JOURNAL_PAGE = 1000

/**
 * Where a bank keeps its customers and agreements. Calls may fail by throwing; then nothing of that
 * call may have been kept. What was kept must survive a crash once the promise has resolved.
 *
 * Exactly-once payment rests on `saveCustomer`: it must be one atomic compare-and-set among all
 * processes that share the store (in SQL: `UPDATE … SET record = $1, version = $2 WHERE customer_id
 * = $3 AND version = $2 - 1`, one row or none). The journal entries of a save are kept together with
 * it, or neither is; an entry is never changed. Mandates and limits are part of the record, so that
 * they cannot change between a decision and its payment.
 */
export interface BankStore {
  customer(customerId: string): Promise<CustomerRecord | undefined>
  /** Finds the customer whose record lists an agent key. */
  customerOfKey(kid: string): Promise<CustomerRecord | undefined>
  customerIds(): Promise<readonly string[]>
  /**
   * Keeps the record and the entries that explain it if and only if the kept version is
   * `record.version - 1` (nothing kept for version 1), and tells whether it did.
   */
  saveCustomer(record: CustomerRecord, entries: readonly JournalEntry[]): Promise<boolean>
  /** `NO_SWITCHES` until one is saved. */
  switches(): Promise<SwitchRecord>
  /** As `saveCustomer`. */
  saveSwitches(record: SwitchRecord, entries: readonly JournalEntry[]): Promise<boolean>
  /** A customer's journal, or the operator's (null), in order. */
  journal(customerId: string | null, page?: JournalPage): Promise<readonly JournalEntry[]>
  /** Keeps a signed agreement as proof; the same id again changes nothing. */
  keepAgreement(agreementId: string, jws: string): Promise<void>
  /** The signed agreement as it was received. */
  agreement(agreementId: string): Promise<string | undefined>
}
