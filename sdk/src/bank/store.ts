// The port through which a bank keeps its records.

import type { CreditorRef, CustomerRecord } from './customer.ts'

/**
 * Where a bank keeps its customers and agreements. Calls may fail by throwing; then nothing of that
 * call may have been kept. What was kept must survive a crash once the promise has resolved.
 *
 * Exactly-once payment rests on `saveCustomer`: it must be one atomic compare-and-set among all
 * processes that share the store (in SQL: `UPDATE … SET record = $1, version = $2 WHERE customer_id
 * = $3 AND version = $2 - 1`, one row or none).
 */
export interface BankStore {
  customer(customerId: string): Promise<CustomerRecord | undefined>
  /** Finds the customer whose record lists an agent key. */
  customerOfKey(kid: string): Promise<CustomerRecord | undefined>
  customerIds(): Promise<readonly string[]>
  /**
   * Keeps the record if and only if the kept version is `record.version - 1` (nothing kept for
   * version 1), and tells whether it did.
   */
  saveCustomer(record: CustomerRecord): Promise<boolean>
  /** Creditors for which automatic payment is stopped. */
  stoppedCreditors(): Promise<readonly CreditorRef[]>
  setCreditorStopped(creditor: CreditorRef, stopped: boolean): Promise<void>
  /** Keeps a signed agreement as proof; the same id again changes nothing. */
  keepAgreement(agreementId: string, jws: string): Promise<void>
  /** The signed agreement as it was received. */
  agreement(agreementId: string): Promise<string | undefined>
}
