// One mutator per keyword of JSON Schema: from a value that fits a schema, the values that break exactly one
// rule of it. What comes out is invalid by how it is made, and not by the verdict of a validator.
import type { Resolve, Schema } from './valid-values.ts'

export interface Broken {
  keyword: Keyword
  /** JSON Pointer of the member at fault. */
  pointer: string
  value: unknown
}

/** Every wrong form of one value under the rules of its schema; `undefined` is a member left out. */
type Mutator = (schema: Schema, value: unknown, resolve: Resolve) => unknown[]

const TYPES: Readonly<Record<string, (value: unknown) => boolean>> = {
  string: (it) => typeof it === 'string',
  boolean: (it) => typeof it === 'boolean',
  integer: (it) => Number.isInteger(it),
  null: (it) => it === null,
  array: (it) => Array.isArray(it),
  object: (it) => typeof it === 'object' && it !== null && !Array.isArray(it),
}

const ONE_OF_EACH: readonly unknown[] = ['text', 7, 1.5, true, null, [], {}]
const MISFITS = ['', ' ', '!', 'ä', 'a\n', '-1', '01', '\u0000', 'x'.repeat(70), '§§', '2026-1-1']
const NOT_INSTANTS = ['2026-13-01T00:00:00Z', '2026-02-30T00:00:00Z', '2026-01-01', 'soon', '']

const hasType = (schema: Schema, value: unknown) =>
  [schema.type].flat().some((type) => TYPES[type ?? '']?.(value) === true)

const without = (value: object, name: string) =>
  Object.fromEntries(Object.entries(value).filter(([other]) => other !== name))

export const MUTATORS = {
  type: (schema) => ONE_OF_EACH.filter((it) => !hasType(schema, it)),
  enum: ({ enum: allowed = [] }) =>
    ['outside', `${allowed[0]} `, null].filter((it) => !allowed.includes(it)),
  const: ({ const: only }) => [`${only}x`, null],
  not: ({ not }) => not?.enum ?? [],
  pattern: ({ pattern = '', minLength = 0, maxLength = Number.POSITIVE_INFINITY }) =>
    MISFITS.filter((it) => !new RegExp(pattern, 'u').test(it)).filter(
      (it) => it.length >= minLength && it.length <= maxLength,
    ),
  format: () => NOT_INSTANTS,
  minLength: ({ minLength = 0 }) => ['x'.repeat(minLength - 1)],
  // Characters outside of the first plane: one each, though two units of UTF-16.
  maxLength: ({ maxLength = 0 }) => ['x'.repeat(maxLength + 1), '𝒳'.repeat(maxLength + 1)],
  minimum: ({ minimum = 0 }) => [minimum - 1, -1e15],
  maximum: ({ maximum = 0 }) => [maximum + 1, 1e15],
  minItems: ({ minItems = 0 }, value) => [(value as unknown[]).slice(0, minItems - 1)],
  maxItems: ({ maxItems = 0 }, value) => {
    const [first] = value as unknown[]
    return first === undefined ? [] : [new Array(maxItems + 1).fill(first)]
  },
  uniqueItems: (_, value) => {
    const [first] = value as unknown[]
    return first === undefined ? [] : [[first, first]]
  },
  required: ({ required = [] }, value) => required.map((name) => without(value as object, name)),
  additionalProperties: (_, value) =>
    ['unexpected', '__proto__', 'constructor'].map((name) =>
      Object.fromEntries([...Object.entries(value as object), [name, '1']]),
    ),
  minProperties: () => [{}],
  oneOf: ({ oneOf = [], properties }, value, resolve) => {
    if (properties === undefined) {
      const branches = oneOf.map((it) => (it.$ref === undefined ? it : resolve(it.$ref)))
      return ONE_OF_EACH.filter((it) => !branches.some((branch) => hasType(branch, it)))
    }
    const names = oneOf.map(({ required }) => required?.[0] ?? '')
    return [names.reduce(without, value as object)]
  },
} as const satisfies Record<string, Mutator>

export type Keyword = keyof typeof MUTATORS

export const KEYWORDS = Object.keys(MUTATORS) as Keyword[]

/** Every value that breaks one rule, at every place inside of `value`, which must fit `schema`. */
export function brokenValues(schema: Schema, value: unknown, resolve: Resolve): Broken[] {
  const rules = schema.$ref === undefined ? schema : resolve(schema.$ref)
  const here = KEYWORDS.filter((keyword) => isStrict(rules, keyword)).flatMap((keyword) => {
    const mutate: Mutator = MUTATORS[keyword]
    return mutate(rules, value, resolve).map((it) => ({ keyword, pointer: '', value: it }))
  })
  return [...here, ...inMembers(rules, value, resolve), ...inItems(rules, value, resolve)]
}

function isStrict(rules: Schema, keyword: Keyword): boolean {
  if (keyword === 'additionalProperties') return rules.additionalProperties === false
  if (keyword === 'minItems' || keyword === 'minLength') return (rules[keyword] ?? 0) > 0
  return rules[keyword] !== undefined
}

function inMembers(rules: Schema, value: unknown, resolve: Resolve): Broken[] {
  if (TYPES['object']?.(value) !== true) return []
  const members = Object.entries(value as object)
  return members.flatMap(([name, member]) => {
    const schema = rules.properties?.[name] ?? patternOf(rules, name)
    if (schema === undefined) return []
    return brokenValues(schema, member, resolve).map((it) => ({
      keyword: it.keyword,
      pointer: `/${name}${it.pointer}`,
      value: { ...(value as object), [name]: it.value },
    }))
  })
}

function patternOf({ patternProperties = {} }: Schema, name: string): Schema | undefined {
  return Object.entries(patternProperties).find(([it]) => new RegExp(it, 'u').test(name))?.[1]
}

function inItems(rules: Schema, value: unknown, resolve: Resolve): Broken[] {
  const { items } = rules
  if (items === undefined || !Array.isArray(value)) return []
  return value.flatMap((item, index) =>
    brokenValues(items, item, resolve).map((it) => ({
      keyword: it.keyword,
      pointer: `/${index}${it.pointer}`,
      value: value.with(index, it.value),
    })),
  )
}
