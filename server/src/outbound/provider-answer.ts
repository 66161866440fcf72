// Members that generic providers answer with, read strictly.
import type { MessageCost } from '../domain/delivery/provider-outcome.ts'

/** An id of at most 100 plain characters, or undefined. */
export function readId(id: unknown): string | undefined {
  return typeof id === 'string' && /^[A-Za-z0-9_.:-]{1,100}$/.test(id) ? id : undefined
}

/** A decimal text with its currency, or undefined. */
export function readCost(cost: unknown): MessageCost | undefined {
  if (typeof cost !== 'object' || cost === null) return undefined
  const { value, currency } = cost as Record<string, unknown>
  if (typeof value !== 'string' || !/^\d{1,9}(\.\d{1,9})?$/.test(value)) return undefined
  return typeof currency === 'string' && /^[A-Z]{3}$/.test(currency)
    ? { value, currency }
    : undefined
}
