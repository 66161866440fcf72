// Steps of a conversation that many cases take: agree, revise, pay, look at what the server signed.
import { createPublicKey, type KeyObject } from 'node:crypto'
import { generalVerify, type JWK } from 'jose'
import { after, type Place, type PlayedAgent } from '../../play/agent.ts'
import { type Answering, type Menu, type OfferedRequest, signAccept } from '../../play/answers.ts'
import { openBank, type PlayedBank } from '../../play/bank.ts'
import type { Trial } from '../../run/trial.ts'
import { CaseIncomplete } from '../../run/verdicts.ts'
import type { Reply } from '../../wire/client.ts'
import { decodeJws } from '../../wire/jws.ts'
import { type Amount, minorOf } from '../../wire/money.ts'
import type { MenuRow } from '../../wire/plan.ts'
import { type Conversation, type ServerWorld, saidBy } from './world.ts'

/** What an answer to the newest message of a conversation needs. */
export function answering(
  world: ServerWorld,
  trial: Trial,
  { agent, payload, place }: Pick<Conversation, 'agent' | 'payload' | 'place'>,
): Answering {
  const request = payload as unknown as OfferedRequest
  return { agent, seeded: trial.seeded, now: world.now(), request, place }
}

/** A row of a menu by what it is, or the first one. @throws {CaseIncomplete} for an empty menu. */
export function rowOf(menu: Menu, isWanted: (row: MenuRow) => boolean = () => true): MenuRow {
  const row = menu.rows.find(isWanted)
  if (row === undefined) throw new CaseIncomplete('the menu has no row that the case can use')
  return row
}

export interface Agreed extends Conversation {
  // biome-ignore lint/suspicious/noExplicitAny: what a system under test answers is of no known type.
  readonly agreement: any
  /** General JWS. */
  readonly signed: { readonly payload: string; readonly signatures: readonly unknown[] }
  /** The text that the agent derived and signed. */
  readonly derived: string
  /** The place after the accept; the agreement itself has none. */
  readonly next: Place
}

/** A conversation that ended with the first row of its menu. `bank` may pay. */
export async function agree(
  world: ServerWorld,
  trial: Trial,
  { bank, ...wish }: { bank?: string } & Parameters<ServerWorld['converse']>[1] = {},
): Promise<Agreed> {
  const conversation = await world.converse(trial, wish)
  const talk = answering(world, trial, conversation)
  const menu = talk.request.menu
  const payBy = bank === undefined ? {} : { payBy: { bank } }
  const answer = signAccept(talk, { menu, row: rowOf(menu) }, payBy)
  const reply = await conversation.agent.post(answer.jws)
  if (reply.type !== 'application/jose+json') {
    throw new CaseIncomplete(`no agreement came about: ${saidBy(reply)}`)
  }
  const signed = JSON.parse(reply.text)
  const agreement = JSON.parse(Buffer.from(signed.payload, 'base64url').toString())
  return {
    ...{ ...conversation, agreement, signed, derived: answer.agreement },
    next: after(answer.jws),
  }
}

/** A bank of the suite. The case closes it. */
export function newBank(world: ServerWorld, trial: Trial): Promise<PlayedBank> {
  return openBank({
    ...{ send: world.client.send, seeded: trial.seeded, now: world.now },
    transcript: trial.transcript,
    server: String(world.metadata['issuer']),
    messagesUrl: String(world.metadata['endpoints']?.messages),
  })
}

/** Runs with a bank, and closes it. */
export async function withBank(
  world: ServerWorld,
  trial: Trial,
  use: (bank: PlayedBank) => Promise<void>,
): Promise<void> {
  const bank = await newBank(world, trial)
  try {
    await use(bank)
  } finally {
    await bank.close()
  }
}

/** The keys by which jose verifies what the server signed. */
export function keysOf({ metadata }: ServerWorld): Map<string, { key: KeyObject; jwk: JWK }> {
  const keys = (metadata['jwks']?.keys ?? []) as JWK[]
  return new Map(
    keys.map((jwk) => [
      String(jwk.kid),
      { jwk, key: createPublicKey({ key: jwk as never, format: 'jwk' }) },
    ]),
  )
}

/** Verifies each signature of an agreement with jose: kids of those that hold. */
export async function signersOf(
  signed: Agreed['signed'],
  keys: ReadonlyMap<string, KeyObject>,
): Promise<string[]> {
  const kids: string[] = []
  for (const one of signed.signatures as { protected: string; signature: string }[]) {
    const header = JSON.parse(Buffer.from(one.protected, 'base64url').toString())
    const key = keys.get(header.kid)
    if (key === undefined) continue
    const single = { payload: signed.payload, signatures: [one] }
    const isGood = await generalVerify(single, key).then(
      () => true,
      () => false,
    )
    if (isGood) kids.push(header.kid)
  }
  return kids
}

/** The newest message of a kind in the agent's inbox. */
export async function newest(agent: PlayedAgent, kind: string): Promise<string | undefined> {
  const messages = await agent.pull()
  return messages.findLast((jws) => decodeJws(jws)?.header['typ'] === `parley-${kind}+jwt`)
}

/** Waits for something that the server does by itself. No answer in time is undefined. */
export async function eventually<Value>(
  look: () => Promise<Value | undefined>,
  seconds = 45,
): Promise<Value | undefined> {
  const end = performance.now() + seconds * 1000
  for (;;) {
    const value = await look()
    if (value !== undefined || performance.now() > end) return value
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

/** The newest message of a kind, for which one may have to wait: the server tells it by itself. */
export function awaited(agent: PlayedAgent, kind: string): Promise<string | undefined> {
  return eventually(() => newest(agent, kind))
}

/** A camt.054 notification of money on the creditor's account. */
export function moneyIn(
  world: ServerWorld,
  trial: Trial,
  { reference, amount, currency = 'EUR', iban, id = trial.seeded.id() }: MoneyIn,
): string {
  const day = world.day(0)
  const at = new Date(world.now() * 1000).toISOString()
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.054.001.08"><BkToCstmrDbtCdtNtfctn>',
    `<GrpHdr><MsgId>M-${id.slice(0, 8)}</MsgId><CreDtTm>${at}</CreDtTm></GrpHdr>`,
    `<Ntfctn><Id>N-${trial.seeded.id().slice(0, 8)}</Id><CreDtTm>${at}</CreDtTm>`,
    `<Acct><Id><IBAN>${iban}</IBAN></Id></Acct>`,
    `<Ntry><Amt Ccy="${currency}">${amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>`,
    `<BookgDt><Dt>${day}</Dt></BookgDt><ValDt><Dt>${day}</Dt></ValDt><AcctSvcrRef>${id}</AcctSvcrRef>`,
    '<NtryDtls><TxDtls><Refs><EndToEndId>NOTPROVIDED</EndToEndId></Refs>',
    `<Amt Ccy="${currency}">${amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd>`,
    '<RltdPties><Dbtr><Pty><Nm>Anouk de Vries</Nm></Pty></Dbtr>',
    '<DbtrAcct><Id><IBAN>NL91ABNA0417164300</IBAN></Id></DbtrAcct></RltdPties>',
    `<RmtInf><Strd><CdtrRefInf><Tp><CdOrPrtry><Cd>SCOR</Cd></CdOrPrtry></Tp><Ref>${reference}</Ref></CdtrRefInf></Strd></RmtInf>`,
    '</TxDtls></NtryDtls></Ntry></Ntfctn></BkToCstmrDbtCdtNtfctn></Document>',
  ].join('')
}

export interface MoneyIn {
  readonly reference: string
  readonly amount: string
  readonly currency?: string
  readonly iban: string
  /** The bank's own reference of the booking. */
  readonly id?: string
}

/** Books money for a claim. @throws {CaseIncomplete} when the statement is not taken. */
export async function pay(
  world: ServerWorld,
  trial: Trial,
  { payload }: Pick<Conversation, 'payload'>,
  { amount, id }: { amount: string; id?: string },
): Promise<void> {
  const body = moneyIn(world, trial, {
    reference: payload['remittance'].reference,
    ...{ amount, iban: payload['creditor'].account.iban },
    ...(id === undefined ? {} : { id }),
  })
  const headers = { 'content-type': 'application/xml' }
  const reply = await world.office(trial).call('/v1/statements', { body, headers })
  if (reply.status !== 200) throw new CaseIncomplete(`no statement was taken: ${saidBy(reply)}`)
}

/** What an accept gets when it makes an agreement. */
export const AGREED = '200 application/jose+json'

/** What a signed message says; nothing for a text that is none. */
export const payloadIn = ({ text }: Pick<Reply, 'text'>) => decodeJws(text)?.payload ?? {}

/** Names the claim of a conversation. */
export const about = ({ payload }: Pick<Conversation, 'payload'>) => ({
  requestId: payload['requestId'],
})

export const euro = (value: string): Amount => ({ value, currency: 'EUR' })

/** Withdraws a claim. @throws {CaseIncomplete} when it is refused. */
export async function cancel(world: ServerWorld, trial: Trial, id: string, more: object = {}) {
  const path = `/v1/payment-requests/${id}/cancel`
  const reply = await world.office(trial).call(path, { body: { reason: 'DT01', ...more } })
  if (reply.status !== 200) throw new CaseIncomplete(`no withdrawal: ${saidBy(reply)}`)
}

/** Total and parts add up (MON-07). */
export function addsUp({
  total,
  parts,
}: {
  total?: Amount
  parts?: { kind: string; amount: Amount }[]
}) {
  const sum = (parts ?? []).reduce(
    (all, { kind, amount }) =>
      all + (['paid', 'credit'].includes(kind) ? -1n : 1n) * minorOf(amount),
    0n,
  )
  return total !== undefined && sum === minorOf(total)
}
