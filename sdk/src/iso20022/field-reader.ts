// Reads the simple types of ISO 20022 out of elements. The first fault is kept as the refusal of the
// whole message; elements that are not asked for are passed over.
import { type Day, parseDay } from '../protocol/days.ts'
import { type Money, minorUnits } from '../protocol/money.ts'
import { err, ok, type Result } from '../protocol/result.ts'
import type { IsoRefusal, IsoRefusalCode } from './iso-refusal.ts'
import type { XmlNode } from './xml-reader.ts'

/** A day as it is written, or an instant in epoch seconds. */
export type DayOrInstant = { readonly day: Day } | { readonly instant: number }

/** Reads values; `iso-element` when what is mandatory is missing or stands twice. */
export interface FieldReader {
  /** The one element of a name. */
  one(parent: XmlNode, name: string): XmlNode
  maybe(parent: XmlNode, name: string): XmlNode | undefined
  /** The text of the one element of a name, not empty. */
  text(parent: XmlNode, name: string): string
  maybeText(parent: XmlNode, name: string): string | undefined
  /** `iso-amount`, `iso-currency`. */
  amount(node: XmlNode): Money
  /** A share in per cent as basis points. `iso-amount`. */
  rate(node: XmlNode): number
  /** `true`, `false`, `1` or `0`. */
  flag(parent: XmlNode, name: string): boolean
  /** `iso-day`, `iso-instant`. */
  dayOrInstant(node: XmlNode): DayOrInstant
  /** Epoch seconds; null for a local time without its offset, which is no instant. `iso-instant`. */
  instant(parent: XmlNode, name: string): number | null
  maybeInstant(parent: XmlNode, name: string): number | null | undefined
  /** A count in the message is what it counts. `iso-count`. */
  count(parent: XmlNode, name: string, counted: number): void
  refuse(code: IsoRefusalCode, at: string): void
  /** The value, or the first refusal. */
  finish<T>(value: T): Result<T, IsoRefusal>
}

const DECIMAL = /^\+?([0-9]{1,18})(?:\.([0-9]{1,17}))?$/
/** Per cent, to the basis point. */
const RATE = /^([0-9]{1,3})(?:\.([0-9]{1,2}0*))?$/
const DATE_TIME =
  /^([0-9]{4}-[0-9]{2}-[0-9]{2})T([0-9]{2}:[0-9]{2}:[0-9]{2})(?:\.[0-9]{1,9})?(Z|[+-][0-9]{2}:[0-9]{2})?$/
const FLAGS: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['1', true],
  ['false', false],
  ['0', false],
])
const NO_MONEY: Money = { minor: 0n, currency: '' }

/** All elements of a name. */
export function all(parent: XmlNode, name: string): XmlNode[] {
  return parent.children.filter((child) => child.name === name)
}

/** The first element at a path of names, where there is one. */
export function at(parent: XmlNode | undefined, ...names: readonly string[]): XmlNode | undefined {
  return names.reduce<XmlNode | undefined>(
    (node, name) => node?.children.find((child) => child.name === name),
    parent,
  )
}

/** Drops what is absent, so that an optional member is there or is not. */
export function given<T extends object>(members: T): { [K in keyof T]?: NonNullable<T[K]> } {
  const present = Object.entries(members).filter(([, value]) => value !== undefined)
  return Object.fromEntries(present) as { [K in keyof T]?: NonNullable<T[K]> }
}

/** Creates the reader of one message. */
export function createFieldReader(): FieldReader {
  let refusal: IsoRefusal | undefined
  const refuse = (code: IsoRefusalCode, path: string) => {
    refusal ??= { code, at: path }
  }
  const pathOf = (parent: XmlNode, name: string) =>
    parent.path === '' ? name : `${parent.path}/${name}`
  const maybe = (parent: XmlNode, name: string) => {
    const [node, second] = all(parent, name)
    if (second !== undefined) refuse('iso-element', second.path)
    return node
  }
  const one = (parent: XmlNode, name: string): XmlNode => {
    const node = maybe(parent, name)
    if (node !== undefined) return node
    const path = pathOf(parent, name)
    refuse('iso-element', path)
    return { name, namespace: '', path, attributes: {}, children: [], text: '' }
  }
  const maybeText = (parent: XmlNode, name: string) => {
    const text = maybe(parent, name)?.text.trim()
    return text === '' ? undefined : text
  }
  const text = (parent: XmlNode, name: string): string => {
    const found = maybeText(parent, name)
    if (found === undefined) refuse('iso-element', pathOf(parent, name))
    return found ?? ''
  }
  const instantOf = (node: XmlNode): number | null => {
    const [, day = '', time = '', zone] = DATE_TIME.exec(node.text.trim()) ?? []
    const milliseconds = Date.parse(`${day}T${time}${zone ?? 'Z'}`)
    if (!parseDay(day).ok || Number.isNaN(milliseconds)) refuse('iso-instant', node.path)
    return zone === undefined ? null : Math.floor(milliseconds / 1000)
  }
  const dayOf = (node: XmlNode): Day => {
    const day = parseDay(node.text.trim())
    if (!day.ok) refuse('iso-day', node.path)
    return day.ok ? day.value : ''
  }
  return {
    ...{ refuse, one, maybe, text, maybeText },
    amount: (node) => {
      const money = moneyOf(node)
      if (money.ok) return money.value
      refuse(money.error, node.path)
      return NO_MONEY
    },
    rate: (node) => {
      const [, whole = '', fraction = ''] = RATE.exec(node.text.trim()) ?? []
      if (whole === '') refuse('iso-amount', node.path)
      return Number(whole + fraction.slice(0, 2).padEnd(2, '0'))
    },
    flag: (parent, name) => {
      const flag = FLAGS.get(text(parent, name))
      if (flag === undefined) refuse('iso-element', pathOf(parent, name))
      return flag ?? false
    },
    dayOrInstant: (node) => {
      const day = at(node, 'Dt')
      if (day !== undefined) return { day: dayOf(day) }
      const moment = one(node, 'DtTm')
      const instant = instantOf(moment)
      return instant === null ? { day: moment.text.trim().slice(0, 10) } : { instant }
    },
    instant: (parent, name) => instantOf(one(parent, name)),
    maybeInstant: (parent, name) => {
      const node = maybe(parent, name)
      return node && instantOf(node)
    },
    count: (parent, name, counted) => {
      const stated = maybeText(parent, name)
      if (stated !== undefined && stated !== String(counted)) {
        refuse('iso-count', pathOf(parent, name))
      }
    },
    finish: (value) => (refusal === undefined ? ok(value) : err(refusal)),
  }
}

/** An exact amount: as many digits as the currency has, further ones only when they are zero. */
function moneyOf({ attributes, text }: XmlNode): Result<Money, 'iso-amount' | 'iso-currency'> {
  const currency = attributes.Ccy ?? ''
  const decimals = minorUnits(currency)
  if (decimals === undefined) return err('iso-currency')
  const [, whole = '', fraction = ''] = DECIMAL.exec(text.trim()) ?? []
  const kept = fraction.slice(0, decimals).padEnd(decimals, '0')
  if (whole === '' || /[1-9]/.test(fraction.slice(decimals))) return err('iso-amount')
  const digits = (whole + kept).replace(/^0+(?=.)/, '')
  return digits.length > 18 ? err('iso-amount') : ok({ minor: BigInt(digits), currency })
}
