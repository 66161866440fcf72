// Tables of what keeps personal data apart from the rest.

export interface PersonKeysTable {
  creditor_id: string
  person_id: string
  wrapped: Buffer | null
  wrapped_by: string
  created_at: number
  destroyed_at: number | null
}

export interface ErasuresTable {
  creditor_id: string
  debtor_id: string
  erased_at: number
  proof: string
}

export interface ServerSecretsTable {
  name: string
  sealed: Buffer
}
