// Parses untrusted JSON and refuses what `JSON.parse` lets through: duplicate names, prototype
// names, deep nesting, lone surrogates, numbers that would change their value. It never throws.
// Three linear steps: scan the text, let the engine parse it, walk the value.

import { isExactNumber } from './exact-number.ts'
import type { Result } from './result.ts'
import { err, ok } from './result.ts'

/** Why a text was refused as JSON. */
export interface JsonRefusal {
  readonly code:
    | 'json-syntax'
    | 'json-duplicate-name'
    | 'json-depth'
    | 'json-size'
    | 'json-forbidden-name'
    | 'json-surrogate'
    | 'json-number'
}

/** Caps on a document: nested containers (32; at most 500), members and elements in all (2,000). */
export interface JsonLimits {
  readonly maxDepth?: number
  readonly maxMembers?: number
}

type JsonRefusalCode = JsonRefusal['code']

const DEFAULT_MAX_DEPTH = 32
const DEFAULT_MAX_MEMBERS = 2000
/** Walking the value recurses; this keeps every accepted document far from the stack's end. */
const DEPTH_CEILING = 500
const FORBIDDEN_NAMES: readonly string[] = ['__proto__', 'constructor', 'prototype']

/**
 * Parses RFC 8259 JSON in linear time.
 *
 * Refuses `json-syntax` (also a byte order mark), `json-duplicate-name` (compared after
 * unescaping), `json-forbidden-name` (`__proto__`, `constructor`, `prototype`), `json-depth`,
 * `json-size`, `json-surrogate` (RFC 7493 §2.1) and `json-number` (a value that a double cannot
 * hold: not finite, an integer beyond ±(2^53 − 1), digits that would be lost; RFC 7493 §2.2).
 *
 * @example
 * import { parseStrictJson } from '@parley/sdk/protocol'
 * parseStrictJson('{"a":1}') // => { ok: true, value: { a: 1 } }
 * parseStrictJson('{"a":1,"a":2}') // => { ok: false, error: { code: 'json-duplicate-name' } }
 */
export function parseStrictJson(
  text: string,
  limits: JsonLimits = {},
): Result<unknown, JsonRefusal> {
  const scan = scanText(text, limits)
  if (!scan.ok) return scan
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return err({ code: 'json-syntax' })
  }
  if (scan.value.hasInexactNumber) return err({ code: 'json-number' })
  const fault = isPlain(text) ? undefined : findFault(value)
  if (fault !== undefined) return err({ code: fault })
  const { names, values } = countBelow(value, { names: 0, values: 0 })
  // The parser keeps the last of several equal names, so every duplicate is missing in the value.
  if (names !== scan.value.nameCount) return err({ code: 'json-duplicate-name' })
  const { maxMembers = DEFAULT_MAX_MEMBERS } = limits
  return values > maxMembers ? err({ code: 'json-size' }) : ok(value)
}

interface Scan {
  /** Colons outside strings: the number of names in well-formed JSON. */
  readonly nameCount: number
  readonly hasInexactNumber: boolean
}

/** Reads the text outside strings, without judging its grammar. */
function scanText(text: string, limits: JsonLimits): Result<Scan, JsonRefusal> {
  const maxDepth = Math.min(limits.maxDepth ?? DEFAULT_MAX_DEPTH, DEPTH_CEILING)
  const { maxMembers = DEFAULT_MAX_MEMBERS } = limits
  let depth = 0
  let nameCount = 0
  let commaCount = 0
  let containerCount = 0
  let hasInexactNumber = false
  for (let position = 0; position < text.length; position++) {
    switch (text.charCodeAt(position)) {
      case 0x22: // "
        position = endOfString(text, position)
        break
      case 0x7b: // {
      case 0x5b: // [
        if (++depth > maxDepth) return err({ code: 'json-depth' })
        // Every container but the outermost is a member or an element itself.
        if (containerCount++ > maxMembers) return err({ code: 'json-size' })
        break
      case 0x7d: // }
      case 0x5d: // ]
        depth--
        break
      case 0x3a: // :
        if (++nameCount > maxMembers) return err({ code: 'json-size' })
        break
      case 0x2c: // ,
        if (++commaCount >= maxMembers) return err({ code: 'json-size' })
        break
      default:
        if (isNumberStart(text.charCodeAt(position))) {
          const end = endOfNumber(text, position)
          hasInexactNumber ||= !isExactNumber(text.slice(position, end))
          position = end - 1
        }
    }
  }
  return ok({ nameCount, hasInexactNumber })
}

function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1)
  while (end !== -1 && isEscaped(text, end)) end = text.indexOf('"', end + 1)
  return end === -1 ? text.length : end
}

/** Counts the backslashes in front; the quote that opened the string ends the run at the latest. */
function isEscaped(text: string, position: number): boolean {
  let start = position
  while (text.charCodeAt(start - 1) === 0x5c) start--
  return (position - start) % 2 === 1
}

function endOfNumber(text: string, start: number): number {
  let position = start
  while (position < text.length && isNumberPart(text.charCodeAt(position))) position++
  return position
}

function isNumberStart(code: number): boolean {
  return (code >= 0x30 && code <= 0x39) || code === 0x2d
}

function isNumberPart(code: number): boolean {
  const isSignOrPoint = code === 0x2b || code === 0x2d || code === 0x2e
  return (code >= 0x30 && code <= 0x39) || isSignOrPoint || code === 0x65 || code === 0x45
}

/** Tells whether no name and no string can have a fault: nothing is escaped and nothing suspect. */
function isPlain(text: string): boolean {
  const isSuspect = text.includes('\\') || FORBIDDEN_NAMES.some((name) => text.includes(name))
  return !isSuspect && text.isWellFormed()
}

/** Finds the first forbidden name or lone surrogate in a value. */
function findFault(value: unknown): JsonRefusalCode | undefined {
  if (typeof value === 'string') return value.isWellFormed() ? undefined : 'json-surrogate'
  if (typeof value !== 'object' || value === null) return undefined
  for (const [name, member] of Object.entries(value)) {
    if (FORBIDDEN_NAMES.includes(name)) return 'json-forbidden-name'
    const fault = name.isWellFormed() ? findFault(member) : 'json-surrogate'
    if (fault !== undefined) return fault
  }
  return undefined
}

interface Count {
  /** Members of objects. */
  names: number
  /** Members of objects and elements of arrays. */
  values: number
}

function countBelow(value: unknown, count: Count): Count {
  if (typeof value !== 'object' || value === null) return count
  if (Array.isArray(value)) {
    count.values += value.length
    for (const element of value) countBelow(element, count)
    return count
  }
  const members = value as Readonly<Record<string, unknown>>
  // Several times as fast as `Object.entries`, and this runs for every message.
  const names = Object.keys(members)
  count.names += names.length
  count.values += names.length
  for (const name of names) countBelow(members[name], count)
  return count
}
