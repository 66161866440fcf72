// Runs the vectors of a file against the reference implementation.
import {
  type AgreementFacts,
  type Amount,
  applyBps,
  checkPlanTerms,
  checkText,
  choosePlan,
  type Day,
  dayInZone,
  dayNumberOf,
  dayOf,
  deriveAgreement,
  type Envelope,
  envelopeRows,
  type GeneralJws,
  type HopRequest,
  isLawfulPlan,
  isSoundEnvelope,
  type JwkSet,
  type LawFacts,
  looksLike,
  type Menu,
  type PlanTerms,
  parseAmount,
  parseDay,
  planDays,
  planHash,
  planParts,
  type Result,
  schedule,
  verifyGeneralJws,
  verifyHop,
  verifyMessage,
} from '@parley/sdk/protocol'
import type { Vector, VectorFile } from './vector-file.ts'

export type Outcome = Result<Record<string, unknown>, { code: string }>
type Run = (vector: Vector, common: Record<string, unknown>) => Promise<Outcome> | Outcome

const done = (facts: Record<string, unknown> = {}): Outcome => ({ ok: true, value: facts })
const without = (result: Result<unknown, { code: string }>): Outcome =>
  result.ok ? done() : { ok: false, error: { code: result.error.code } }

const MAX_NAME = 70

/** An operation on `input`, whose form the description of its file states. */
const on =
  <Input>(
    run: (input: Input, common: Record<string, unknown>) => Promise<Outcome> | Outcome,
  ): Run =>
  ({ input }, common) =>
    run(input as Input, common)

interface DueDaysInput {
  interval: PlanTerms['interval']
  first: Day
  count: number
  payDay?: number
}

interface EnvelopeInput {
  principal: Amount
  envelope: Envelope
}

interface PlanInput {
  principal: Amount
  terms: PlanTerms
}

const operations: Record<string, Run> = {
  amount: on((input) => {
    const read = parseAmount(input)
    return read.ok ? done({ minor: String(read.value.minor) }) : without(read)
  }),
  'basis-points': on(({ minor, bps }: { minor: string; bps: number }) =>
    done({ minor: String(applyBps(BigInt(minor), bps)) }),
  ),
  split: on(({ minor, parts }: { minor: string; parts: number }) =>
    done({ parts: splitOf(BigInt(minor), parts) }),
  ),
  day: on((input) => without(parseDay(input))),
  'due-days': on(({ interval, first, count, payDay }: DueDaysInput) => {
    const rhythm = { instalments: count, interval, ...(payDay === undefined ? {} : { payDay }) }
    return done({ days: planDays(rhythm, dayNumberOf(first)).map(dayOf) })
  }),
  'day-in-zone': on(({ at, timeZone }: { at: number; timeZone: string }) =>
    done({ day: dayInZone(at, timeZone) }),
  ),
  name: on((input: string) => without(checkText(input, { maxCodePoints: MAX_NAME }))),
  'look-alike': on(({ name, known }: { name: string; known: string }) =>
    looksLike(name, [known]) === null ? done() : { ok: false, error: { code: 'look-alike' } },
  ),
  schedule: on(async ({ principal, terms }: PlanInput) => {
    const money = parseAmount(principal)
    if (!money.ok) return without(money)
    const checked = checkPlanTerms(money.value, terms)
    if (!checked.ok) return without(checked)
    const hash = await planHash(money.value, terms)
    return done({ lines: schedule(money.value, terms), planHash: hash })
  }),
  choose: on(({ menu, rowId, firstDueDate }: { menu: Menu; rowId: string; firstDueDate: Day }) => {
    const chosen = choosePlan(menu, rowId, firstDueDate)
    return chosen.ok ? done({ plan: chosen.value }) : without(chosen)
  }),
  'envelope-rows': on(({ principal, envelope }: EnvelopeInput) => {
    const money = parseAmount(principal)
    if (!money.ok) return without(money)
    if (!isSoundEnvelope(envelope, money.value.currency)) {
      return { ok: false, error: { code: 'content-invalid' } }
    }
    return done({ rows: envelopeRows(envelope, money.value) })
  }),
  lawful: on(({ principal, terms, facts }: PlanInput & { facts: LawFacts }) => {
    const money = parseAmount(principal)
    if (!money.ok) return without(money)
    return done({ lawful: isLawfulPlan(facts, money.value, terms) })
  }),
  derive: on(async (input: Omit<AgreementFacts, 'principal'> & { principal: Amount }) => {
    const money = parseAmount(input.principal)
    if (!money.ok) return without(money)
    const { agreement, bytes } = await deriveAgreement({ ...input, principal: money.value })
    return done({
      bytes: new TextDecoder().decode(bytes),
      agreementId: agreement.agreementId,
    })
  }),
  verify: on(async ({ jws, now }: { jws: GeneralJws; now: number }, common) => {
    const { typ, parties } = common as { typ: string; parties: { name: string; jwks: JwkSet }[] }
    const named = parties.map(({ name, jwks }) => ({ name, keys: jwks }))
    return without(await verifyGeneralJws(jws, { typ, parties: named, now }))
  }),
}

interface Expected {
  now: number
  typ: string
  issuer: string
  audience: string
  jwks: JwkSet
}

const verifySignature: Run = async ({ jws }, common) => {
  const { now, typ, issuer, audience, jwks } = common as unknown as Expected
  return without(await verifyMessage(jws as string, { now, typ, issuer, audience, keys: jwks }))
}

const verifyRequest: Run = async ({ request, now }, common) => {
  const { method, url, headers, body } = request as Omit<HopRequest, 'headers' | 'body'> & {
    headers: Record<string, string>
    body: string
  }
  const { issuer, jwks } = common as unknown as Expected
  const hop = {
    method,
    url,
    headers: new Map(Object.entries(headers)),
    body: new TextEncoder().encode(body),
  }
  return without(await verifyHop(hop, { issuer, keys: jwks, now: now as number }))
}

/** What the reference implementation says to a vector. */
export async function runVector(file: VectorFile, vector: Vector): Promise<Outcome> {
  const { common = {} } = file
  if ('jws' in vector) return await verifySignature(vector, common)
  if ('request' in vector) return await verifyRequest(vector, common)
  const run = operations[String(vector['operation'])]
  if (run === undefined) throw new Error(`${vector.id} has no known operation`)
  return await run(vector, common)
}

/** Whether an outcome is the expected one: the same code, or success with every expected fact. */
export function isExpected({ expect }: Vector, outcome: Outcome): boolean {
  if (!outcome.ok) return !expect.ok && outcome.error.code === expect.code
  if (!expect.ok) return false
  return Object.entries(expect).every(
    ([fact, value]) =>
      fact === 'ok' || JSON.stringify(outcome.value[fact]) === JSON.stringify(value),
  )
}

function splitOf(minor: bigint, instalments: number): string[] {
  const { first, other } = planParts({ minor, currency: 'EUR' }, { instalments, priceBps: 0 })
  return Array.from({ length: instalments }, (_, index) => String(index === 0 ? first : other))
}
