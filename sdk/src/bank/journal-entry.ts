// What an entry of a bank's journal is.

/** What an entry is about. `line` entries tell where a line stands from then on. */
export type JournalSubject =
  | 'registered'
  | 'limits'
  | 'agent-key'
  | 'mandate'
  | 'switch'
  | 'agreement'
  | 'question'
  | 'payee'
  | 'line'
  | 'message'

/** Facts of a decision: amounts as `12.34 EUR`, days, counts, codes. */
export type JournalFacts = Readonly<Record<string, string | number | boolean | null>>

/** One entry; it is never changed. */
export interface JournalEntry {
  /** Counts from 1 within the journal, without gaps. */
  readonly seq: number
  /** Epoch seconds. */
  readonly at: number
  /** The version of the record that came of it. */
  readonly version: number
  readonly subject: JournalSubject
  /** What became of it: a state of a line, `added`, `revoked`, `stopped`, `sent`, … */
  readonly what: string
  /** Why: the code of a refusal, a reason, a question. */
  readonly code: string | null
  readonly agreementId: string | null
  readonly line: number | null
  /** The lease under which it was decided. */
  readonly fencing: number | null
  readonly facts: JournalFacts
}

/** An entry before it has its place. */
export type Note = Omit<JournalEntry, 'seq' | 'at' | 'version'>

/** What an entry is about when it is about nothing in particular. */
export const NOTHING = {
  code: null,
  agreementId: null,
  line: null,
  fencing: null,
  facts: {},
} as const
