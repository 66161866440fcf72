// The payment rail of the bank under test: it books what it is sent, once for each idempotency key, and fails as a
// case wants it to. It also answers who owns an account (verification of payee).
import type { Transcript } from '../run/transcript.ts'
import type { Amount } from '../wire/money.ts'
import { type Answer, type Host, jsonAnswer, openHost, type Received } from './host.ts'

/** A payment as the bank gave it to the rail. */
export interface RailOrder {
  readonly idempotencyKey: string
  readonly endToEndId: string
  readonly amount: Amount
  readonly creditor: { readonly name: string; readonly iban: string }
  readonly debtor: { readonly iban: string }
  readonly reference: string
  readonly executionDay: string
}

/**
 * What happens to an order: `book-and-vanish` books it and breaks off, `book-and-hang` books it and never answers,
 * `vanish` does not even book.
 */
export type RailMood = 'book' | 'book-and-vanish' | 'book-and-hang' | 'vanish' | 'reject'

export interface RailSink {
  readonly host: Host
  mood: RailMood
  /** Whether the rail knows what became of an order when it is asked. */
  isForgetful: boolean
  /** What the payee's bank says of a name. */
  payee: 'match' | 'close-match' | 'no-match'
  /** Everything that was booked, in order; a repeated key stands here once. */
  readonly booked: RailOrder[]
  /** Every order that came, repeats and rejected ones too. */
  readonly orders: RailOrder[]
  /** Resolves with the next order that comes. */
  nextOrder(): Promise<void>
}

const ANSWERING: ReadonlySet<RailMood> = new Set(['book', 'reject'])

/** Opens a rail on loopback. */
export async function openRailSink(transcript: Transcript): Promise<RailSink> {
  const host = await openHost('rail', transcript)
  const outcomes = new Map<string, object>()
  const waiting: (() => void)[] = []
  const sink: RailSink = {
    ...{ host, mood: 'book', isForgetful: false, payee: 'match', booked: [], orders: [] },
    nextOrder: () => new Promise((resolve) => waiting.push(resolve)),
  }

  function book(order: RailOrder): object {
    const known = outcomes.get(order.idempotencyKey)
    if (known !== undefined) return known
    const isBooked = sink.mood !== 'reject'
    if (isBooked) sink.booked.push(order)
    const outcome = isBooked
      ? { outcome: 'settled', railId: `R-${sink.booked.length}` }
      : { outcome: 'rejected', code: 'AC04' }
    outcomes.set(order.idempotencyKey, outcome)
    return outcome
  }

  host.answerWith(({ method, target, body }: Received, { response }): Answer | 'taken-over' => {
    if (method === 'GET') {
      if (sink.isForgetful) return jsonAnswer({ outcome: 'unknown' })
      const key = decodeURIComponent(target.replace('/payments/', ''))
      const outcome = outcomes.get(key)
      return outcome === undefined ? jsonAnswer({ outcome: 'not-found' }, 404) : jsonAnswer(outcome)
    }
    if (target === '/payees') return jsonAnswer({ result: sink.payee, name: 'Stadsenergie B.V.' })
    const order = JSON.parse(body.toString()) as RailOrder
    sink.orders.push(order)
    const outcome = sink.mood === 'vanish' ? null : book(order)
    for (const tell of waiting.splice(0)) tell()
    if (outcome !== null && ANSWERING.has(sink.mood)) return jsonAnswer(outcome)
    if (sink.mood !== 'book-and-hang') response.destroy()
    return 'taken-over'
  })
  return sink
}
