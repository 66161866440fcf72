// What is learnt about a customer: a value, how sure it is, the events it stands on, and the sentence that
// says it. A sentence is a key and its values; its words are in the texts of the catalog.

/** Values of a sentence: text, whole numbers, days. */
export type SentenceValues = Readonly<Record<string, string | number>>

/** A sentence by its key, such as `pay-day-seen`. */
export interface Sentence {
  readonly key: SentenceKey
  readonly values: SentenceValues
}

export type SentenceKey =
  | 'pay-day-told'
  | 'pay-day-seen'
  | 'pay-day-seen-with-bill'
  | 'usual-delay'
  | 'usual-delay-early'
  | 'payment-expected'
  | 'self-cure-chance'
  | 'ability'
  | 'ability-unknown'
  | 'willingness'
  | 'willingness-unknown'
  | 'contactability'
  | 'best-hour'
  | 'fragile-told'
  | 'fragile-plans'
  | 'not-fragile'

/** One fact. `basis` are ids of the creditor's own events; without events it is what all customers show. */
export interface LearntFact<Value> {
  readonly value: Value
  /** From 0, a guess from all customers, to 1, told or certain. */
  readonly confidence: number
  readonly basis: readonly string[]
  readonly sentence: Sentence
}

/** Two decimals: what is shown, stored and compared. */
export function rounded(value: number): number {
  return Math.round(value * 100) / 100 + 0
}
