// From a JSON Schema and a value that fits it, every value that breaks exactly one rule, with the
// place and the keyword that a refusal must name. Knows the part of JSON Schema that openapi.yaml
// uses; another keyword fails the test.

export interface Schema {
  $ref?: string
  type?: string | string[]
  enum?: unknown[]
  not?: { enum: unknown[] }
  required?: string[]
  properties?: Record<string, Schema>
  additionalProperties?: boolean
  minProperties?: number
  minLength?: number
  maxLength?: number
  pattern?: string
  minimum?: number
  maximum?: number
  minItems?: number
  maxItems?: number
  uniqueItems?: boolean
  items?: Schema
}

export interface Mutation {
  /** What was done, for the title of a test. */
  what: string
  value: unknown
  /** JSON Pointer of the member at fault. */
  pointer: string
  /** The keyword that it breaks. */
  code: string
}

type Resolve = (ref: string) => Schema

const ANNOTATIONS = ['description', 'examples', 'default', 'format', 'oneOf']
const KNOWN = [
  ...['$ref', 'type', 'enum', 'required', 'properties', 'additionalProperties', 'minProperties'],
  ...['minLength', 'maxLength', 'pattern', 'minimum', 'maximum', 'minItems', 'maxItems'],
  ...['uniqueItems', 'items', 'not'],
]

/** Every mutation of `value`, which must fit `schema` and hold every member that it knows. */
export function mutationsOf(schema: Schema, value: unknown, resolve: Resolve): Mutation[] {
  const rules = schema.$ref === undefined ? schema : resolve(schema.$ref)
  const unknown = Object.keys(rules).filter((key) => ![...KNOWN, ...ANNOTATIONS].includes(key))
  if (unknown.length > 0) throw new Error(`no mutation breaks ${unknown.join(', ')}`)
  return [
    ...ofType(rules, value),
    ...ofText(rules),
    ...(rules.not?.enum ?? []).map((word) => here(`the word ${word}`, word, 'not')),
    ...ofNumber(rules),
    ...ofObject(rules, value, resolve),
    ...ofArray(rules, value, resolve),
  ]
}

const here = (what: string, value: unknown, code: string): Mutation => ({
  what,
  value,
  pointer: '',
  code,
})

function ofType({ type, enum: allowed }: Schema, value: unknown): Mutation[] {
  if (allowed !== undefined) {
    return [here('outside the enum', 'outside', 'enum'), here('null', null, 'enum')]
  }
  const others = typeof value === 'string' ? [7, null, ['a'], {}] : ['text', null, true]
  const wrong = others.filter((other) => typeof other !== typeof value || other === null)
  if (Array.isArray(value)) wrong.push({})
  if (type === 'integer') wrong.push(1.5)
  return wrong.map((other) => here(`${JSON.stringify(other)}`, other, 'type'))
}

function ofText({ type, minLength, maxLength, pattern }: Schema): Mutation[] {
  if (type !== 'string') return []
  const broken: Mutation[] = []
  if (maxLength !== undefined) {
    broken.push(here(`${maxLength + 1} characters`, 'a'.repeat(maxLength + 1), 'maxLength'))
  }
  if (minLength !== undefined) broken.push(here('empty', '', 'minLength'))
  if (pattern !== undefined) {
    const fits = new RegExp(pattern, 'u')
    const misfits = ['', ' ', 'ä', '!', 'a\n', '-1', '01', 'x'.repeat(60)].filter(
      (text) => !fits.test(text) && text.length >= (minLength ?? 0),
    )
    broken.push(...misfits.map((text) => here(JSON.stringify(text), text, 'pattern')))
  }
  return broken
}

function ofNumber({ minimum, maximum }: Schema): Mutation[] {
  const broken: Mutation[] = []
  if (minimum !== undefined) broken.push(here('below the minimum', minimum - 1, 'minimum'))
  if (maximum !== undefined) broken.push(here('above the maximum', maximum + 1, 'maximum'))
  return broken
}

function ofObject(rules: Schema, value: unknown, resolve: Resolve): Mutation[] {
  if (rules.properties === undefined) return []
  const members = value as Record<string, unknown>
  const broken = Object.entries(rules.properties).flatMap(([name, member]) => {
    if (!(name in members)) return []
    const inside = mutationsOf(member, members[name], resolve)
    return inside.map((it) => under(name, it, { ...members, [name]: it.value }))
  })
  for (const name of rules.required ?? []) {
    const { [name]: _, ...rest } = members
    broken.push({ what: `without ${name}`, value: rest, pointer: `/${name}`, code: 'required' })
  }
  if (rules.additionalProperties === false) {
    const more = { ...members, unexpected: 1 }
    const place = { pointer: '/unexpected', code: 'additionalProperties' }
    broken.push({ what: 'an unknown member', value: more, ...place })
  }
  if (rules.minProperties !== undefined) broken.push(here('no members', {}, 'minProperties'))
  return broken
}

function ofArray(rules: Schema, value: unknown, resolve: Resolve): Mutation[] {
  if (rules.items === undefined) return []
  const items = value as unknown[]
  const [first, ...rest] = items
  const broken = mutationsOf(rules.items, first, resolve).map((it) =>
    under('0', it, [it.value, ...rest]),
  )
  if (rules.minItems !== undefined) broken.push(here('no items', [], 'minItems'))
  if (rules.maxItems !== undefined) {
    const many = new Array(rules.maxItems + 1).fill(first)
    broken.push(here(`${rules.maxItems + 1} items`, many, 'maxItems'))
  }
  if (rules.uniqueItems === true) broken.push(here('twice the same', [first, first], 'uniqueItems'))
  return broken
}

function under(name: string, inside: Mutation, value: unknown): Mutation {
  const { what, pointer, code } = inside
  return { what: `${name}: ${what}`, value, pointer: `/${name}${pointer}`, code }
}
