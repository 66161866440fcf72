// From a JSON Schema of openapi.yaml, values that fit it: any that do, and as often those that a real
// caller would send, so that a case gets past the first rule of an operation.
import fc from 'fast-check'

export interface Schema {
  $ref?: string
  type?: string | string[]
  enum?: unknown[]
  const?: unknown
  not?: { enum: unknown[] }
  oneOf?: Schema[]
  required?: string[]
  properties?: Record<string, Schema>
  patternProperties?: Record<string, Schema>
  additionalProperties?: boolean | Schema
  minProperties?: number
  minLength?: number
  maxLength?: number
  pattern?: string
  format?: string
  minimum?: number
  maximum?: number
  minItems?: number
  maxItems?: number
  uniqueItems?: boolean
  items?: Schema
}

export type Resolve = (ref: string) => Schema

/** A text that stands for an id of the server under test, known only when the request is sent. */
export const stoodFor = (name: string, which: number) => `ref_${name}_${which}`

const idOf = (name: string) => fc.nat(30).map((which) => stoodFor(name, which))
const day = fc
  .integer({ min: 0, max: 120 })
  .map((days) => new Date(Date.UTC(2026, 1, 20 + days)).toISOString().slice(0, 10))
const amount = fc.record({
  value: fc.integer({ min: 1, max: 30_000 }).map((minor) => (minor / 100).toFixed(2)),
  currency: fc.constant('EUR'),
})
const loopback = fc.nat(9).map((path) => `http://127.0.0.1:9/${path}`)

/** What a caller would really send, by the name of the schema or of the member. */
const PLAUSIBLE: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  Day: day,
  Amount: amount,
  Country: fc.constantFrom('BE', 'NL', 'FR', 'DE', 'GB'),
  Segment: fc.constantFrom('default', 'students'),
  JourneyId: fc.constantFrom('friendly-default', 'bot-first'),
  debtorId: idOf('debtorId'),
  paymentRequestId: idOf('paymentRequestId'),
  setOffPaymentRequestId: idOf('paymentRequestId'),
  exportId: idOf('exportId'),
  receiptId: idOf('receiptId'),
  csrf: fc.constant(stoodFor('csrf', 0)),
  apiKey: fc.constant(stoodFor('apiKey', 0)),
  iban: fc.constantFrom('BE71096123456769', 'BE68539007547034', 'NL91ABNA0417164300'),
  bic: fc.constant('ABNANL2A'),
  timeZone: fc.constantFrom('Europe/Brussels', 'Pacific/Apia'),
  journey: fc.constantFrom('friendly-default', 'consumer-mixed'),
  limit: fc.integer({ min: 1, max: 3 }),
  currency: fc.constant('EUR'),
  day: day,
  period: fc.constant('2026-H1'),
}

/** Whatever the draw, nothing outside of this machine is called, and nothing waited for. */
const ALWAYS: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  url: loopback,
  uri: loopback,
  wait: fc.constant(0),
}

/** Values that fit `schema`. @throws for a keyword that it does not know. */
export function validValues(schema: Schema, resolve: Resolve, name = ''): fc.Arbitrary<unknown> {
  const always = ALWAYS[name]
  if (always !== undefined) return always
  const target = schema.$ref?.split('/').at(-1) ?? ''
  const plausible = PLAUSIBLE[name] ?? PLAUSIBLE[target]
  const any =
    schema.$ref === undefined
      ? ofRules(schema, resolve)
      : validValues(resolve(schema.$ref), resolve)
  return plausible === undefined ? any : fc.oneof({ weight: 4, arbitrary: plausible }, any)
}

function ofRules(schema: Schema, resolve: Resolve): fc.Arbitrary<unknown> {
  refuseUnknown(schema)
  if (schema.const !== undefined) return fc.constant(schema.const)
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum)
  if (schema.oneOf !== undefined && schema.properties === undefined) {
    return fc.oneof(...schema.oneOf.map((branch) => validValues(branch, resolve)))
  }
  return fc.oneof(...[schema.type].flat().map((type) => ofType(type ?? '', schema, resolve)))
}

function ofType(type: string, schema: Schema, resolve: Resolve): fc.Arbitrary<unknown> {
  switch (type) {
    case 'null':
      return fc.constant(null)
    case 'boolean':
      return fc.boolean()
    case 'integer':
      return fc.integer({ min: schema.minimum ?? -1000, max: schema.maximum ?? 1000 })
    case 'string':
      return texts(schema)
    case 'array':
      return arrays(schema, resolve)
    case 'object':
      return objects(schema, resolve)
    default:
      throw new Error(`no valid value of the type "${type}" in ${JSON.stringify(schema)}`)
  }
}

const LONGEST = 60

function texts({ pattern, format, minLength = 0, maxLength = LONGEST, not }: Schema) {
  const fits = (text: string) => {
    const length = [...text].length
    return length >= minLength && length <= maxLength && !not?.enum.includes(text)
  }
  if (format === 'date-time') return instants
  if (format !== undefined) throw new Error(`no valid value of the format ${format}`)
  if (pattern !== undefined) return fc.stringMatching(new RegExp(pattern, 'u')).filter(fits)
  const size = { minLength, maxLength: Math.min(maxLength, LONGEST) }
  const plain = fc.string(size)
  // Any character but NUL, which the server refuses as no text at all.
  const hostile = fc.string({ ...size, unit: 'binary' }).filter((text) => !text.includes('\0'))
  const longest = fc.constant('x'.repeat(maxLength))
  return fc
    .oneof({ weight: 6, arbitrary: plain }, { weight: 2, arbitrary: hostile }, longest)
    .filter(fits)
}

const instants = fc
  .date({ min: new Date('2026-01-01'), max: new Date('2028-12-31'), noInvalidDate: true })
  .map((at) => `${at.toISOString().slice(0, 19)}Z`)

function arrays({ items, minItems = 0, maxItems, uniqueItems }: Schema, resolve: Resolve) {
  const size = { minLength: minItems, maxLength: Math.min(maxItems ?? 4, 4) }
  const values = validValues(items ?? {}, resolve)
  if (uniqueItems !== true) return fc.array(values, size)
  return fc.uniqueArray(values, { ...size, selector: (it) => JSON.stringify(it) })
}

function objects(schema: Schema, resolve: Resolve): fc.Arbitrary<Record<string, unknown>> {
  const members = Object.entries(schema.properties ?? {}).map(
    ([name, member]) => [name, validValues(member, resolve, name)] as const,
  )
  const known = fc.record(Object.fromEntries(members), { requiredKeys: schema.required ?? [] })
  const patterns = Object.entries(schema.patternProperties ?? {}).map(([pattern, member]) =>
    fc.dictionary(fc.stringMatching(new RegExp(pattern, 'u')), validValues(member, resolve), {
      maxKeys: 2,
      noNullPrototype: true,
    }),
  )
  const merged = fc.tuple(known, ...patterns).map((parts) => Object.assign({}, ...parts))
  const chosen = chosenBranch(schema.oneOf ?? [], merged, known)
  return chosen.filter((it) => Object.keys(it).length >= (schema.minProperties ?? 0))
}

/** With `oneOf` over required members: exactly one of them stays. */
function chosenBranch(
  branches: Schema[],
  merged: fc.Arbitrary<Record<string, unknown>>,
  known: fc.Arbitrary<Record<string, unknown>>,
): fc.Arbitrary<Record<string, unknown>> {
  const names = branches.map(({ required }) => required?.[0] ?? '')
  if (names.length === 0) return merged
  const whole = known.filter((it) => names.some((name) => name in it))
  return fc.tuple(whole, fc.nat()).map(([value, which]) => {
    const there = names.filter((name) => name in value)
    const kept = there[which % there.length]
    return Object.fromEntries(
      Object.entries(value).filter(([name]) => name === kept || !names.includes(name)),
    )
  })
}

const ANNOTATIONS = ['description', 'examples', 'default']
const KNOWN = [
  ...['$ref', 'type', 'enum', 'const', 'not', 'oneOf', 'required', 'properties'],
  ...['patternProperties', 'additionalProperties', 'minProperties', 'minLength', 'maxLength'],
  ...['pattern', 'format', 'minimum', 'maximum', 'minItems', 'maxItems', 'uniqueItems', 'items'],
]

function refuseUnknown(schema: Schema): void {
  const unknown = Object.keys(schema).filter((it) => ![...KNOWN, ...ANNOTATIONS].includes(it))
  if (unknown.length > 0) throw new Error(`no generator knows ${unknown.join(', ')}`)
}
