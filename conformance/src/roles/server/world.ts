// The world of the server role: a creditor's server under test, its creditor's office, and as many
// customers with agents as the cases ask for.
import { readFileSync, writeFileSync } from 'node:fs'
import {
  type AgentParts,
  after,
  agentOf,
  type EnrolWish,
  type Place,
  type PlayedAgent,
  postEnrolment,
  signEnrolment,
} from '../../play/agent.ts'
import { type CreditorOffice, openOffice } from '../../play/creditor-office.ts'
import type { RoleSetup } from '../../run/case.ts'
import type { Trial } from '../../run/trial.ts'
import { CaseIncomplete, NotApplicable, Unreachable } from '../../run/verdicts.ts'
import { type Client, createClient, type Reply } from '../../wire/client.ts'
import { decodeJws } from '../../wire/jws.ts'
import { drawKey, type PartyKey, type SigningAlg } from '../../wire/keys.ts'

/** Where the server under test is, and what its creditor may do there. */
export interface ServerTarget {
  /** Its origin, which is its name (`iss`). */
  readonly url: string
  readonly apiKey: string
  /** Of another creditor on the same server: cases about what tenants see of each other need it. */
  readonly otherApiKey?: string
  /** A file with an RFC 3339 instant that the server takes for the time: cases about terms need it. */
  readonly clockFile?: string
}

/** A customer with an agent, and one claim between the two sides. */
export interface Conversation {
  readonly agent: PlayedAgent
  readonly debtorId: string
  /** The payment request as the API showed it when it was made. */
  // biome-ignore lint/suspicious/noExplicitAny: what a system under test answers is of no known type.
  readonly issued: any
  /** The signed `request`. */
  readonly request: string
  // biome-ignore lint/suspicious/noExplicitAny: what a system under test answers is of no known type.
  readonly payload: Record<string, any>
  /** The place after the request. */
  readonly place: Place
}

/** What a claim is made of where a case does not care. */
export interface InvoiceWish {
  readonly value?: string
  readonly currency?: string
  readonly members?: object
}

export interface ServerWorld {
  readonly target: ServerTarget
  // biome-ignore lint/suspicious/noExplicitAny: what a system under test answers is of no known type.
  readonly metadata: Record<string, any>
  readonly client: Client
  /** Epoch seconds of the server's clock. */
  now(): number
  /** A day so many days from today. */
  day(offset: number): string
  /** Sets the server's clock. @throws {NotApplicable} for one that nobody can move. */
  goTo(epochSeconds: number): void
  office(trial: Trial): CreditorOffice
  otherOffice(trial: Trial): CreditorOffice
  /**
   * The same server with the other creditor in place of the first: for what would disturb every other case.
   * @throws {NotApplicable} without a second creditor.
   */
  other(): ServerWorld
  agentParts(trial: Trial): AgentParts
  /** A new customer of the creditor. */
  newDebtor(trial: Trial, members?: object): Promise<string>
  newCode(trial: Trial, debtorId: string): Promise<string>
  /** Issues a claim. */
  issue(trial: Trial, debtorId: string, wish?: InvoiceWish): Promise<Reply>
  /** Enrols an agent. */
  enrol(trial: Trial, wish: EnrolWish, alg?: SigningAlg): Promise<PlayedAgent>
  /** A new customer with an agent and a claim, whose request the agent has pulled. */
  converse(trial: Trial, wish?: InvoiceWish & { alg?: SigningAlg }): Promise<Conversation>
  /** The claim as the creditor's API shows it. */
  // biome-ignore lint/suspicious/noExplicitAny: what a system under test answers is of no known type.
  read(trial: Trial, id: string): Promise<any>
}

const DAY_SECONDS = 86_400

/** Opens the world. @throws {Unreachable} when nothing answers at the address. */
export async function openServerWorld(
  target: ServerTarget,
  { transcript }: RoleSetup,
): Promise<ServerWorld> {
  const client = createClient(transcript, 'server')
  const found = await client.send({ url: `${target.url}/.well-known/parley` }).catch((error) => {
    client.close()
    throw new Unreachable(`${target.url} does not answer: ${error.message}`)
  })
  if (found.status !== 200 || found.json === undefined) {
    throw new Unreachable(`${target.url}/.well-known/parley answers ${found.status}, not JSON`)
  }
  return worldOf(target, { client, metadata: found.json })
}

function worldOf(
  target: ServerTarget,
  { client, metadata }: Pick<ServerWorld, 'client' | 'metadata'>,
): ServerWorld {
  const { clockFile } = target
  const now = () =>
    clockFile === undefined
      ? Math.floor(Date.now() / 1000)
      : Math.floor(Date.parse(readFileSync(clockFile, 'utf8').trim()) / 1000)
  const day = (offset: number) =>
    new Date((now() + offset * DAY_SECONDS) * 1000).toISOString().slice(0, 10)

  const world: ServerWorld = {
    target,
    metadata,
    client,
    now,
    day,
    goTo(epochSeconds) {
      if (clockFile === undefined) {
        throw new NotApplicable('it needs a server whose clock the suite may set (clockFile)')
      }
      writeFileSync(clockFile, new Date(epochSeconds * 1000).toISOString())
    },
    office: ({ seeded }) =>
      openOffice({ send: client.send, seeded, url: target.url }, target.apiKey),
    otherOffice: (trial) => world.other().office(trial),
    other() {
      const { otherApiKey } = target
      if (otherApiKey === undefined) {
        throw new NotApplicable('it needs a second creditor on the server (otherApiKey)')
      }
      return worldOf({ ...target, apiKey: otherApiKey }, { client, metadata })
    },
    agentParts: ({ seeded }) => ({
      ...{ send: client.send, seeded, now },
      enrolUrl: String(metadata['endpoints']?.enrol),
      server: String(metadata['issuer']),
    }),
    async newDebtor(trial, members = {}) {
      const person = {
        externalId: `conf-${trial.seeded.id()}`,
        name: 'Anouk de Vries',
        language: 'en',
        timeZone: 'Europe/Brussels',
        contact: { email: 'anouk@example.org' },
        ...members,
      }
      const { status, json } = await world.office(trial).call('/v1/debtors', { body: person })
      return String(created('a debtor', status, json)['id'])
    },
    async newCode(trial, debtorId) {
      const path = `/v1/debtors/${debtorId}/activation-codes`
      const { status, json } = await world.office(trial).call(path, { method: 'POST' })
      return String(created('an activation code', status, json)['code'])
    },
    issue(trial, debtorId, { value = '120.00', currency = 'EUR', members = {} } = {}) {
      const invoice = {
        debtorId,
        invoiceNumber: `C-${trial.seeded.id()}`,
        amount: { value, currency },
        issueDate: day(-1),
        dueDate: day(14),
        remittance: { scheme: 'SCOR' },
        ...members,
      }
      return world.office(trial).call('/v1/payment-requests', { body: invoice })
    },
    async enrol(trial, wish, alg = 'ES256') {
      const parts = world.agentParts(trial)
      const key = await drawKey(trial.seeded, alg)
      const sent = signEnrolment(parts, key, wish)
      const reply = await postEnrolment(parts, sent)
      const agent = agentOf(parts, key, { sent, reply })
      if (agent === undefined) throw new CaseIncomplete(`no agent could enrol: ${saidBy(reply)}`)
      return agent
    },
    async converse(trial, { alg = 'ES256', ...wish } = {}) {
      const debtorId = await world.newDebtor(trial)
      const activationCode = await world.newCode(trial, debtorId)
      const agent = await world.enrol(trial, { activationCode }, alg)
      const { status, json } = await world.issue(trial, debtorId, wish)
      const issued = created('a payment request', status, json)
      const request = (await agent.pull()).find((jws) => kindIn(jws) === 'request')
      if (request === undefined) {
        throw new CaseIncomplete('the request did not come to the pull inbox of the agent')
      }
      const payload = decodeJws(request)?.payload ?? {}
      return { agent, debtorId, issued, request, payload, place: after(request) }
    },
    async read(trial, id) {
      const { status, json } = await world.office(trial).call(`/v1/payment-requests/${id}`)
      if (status !== 200) throw new CaseIncomplete(`the claim could not be read: ${status}`)
      return json
    },
  }
  return world
}

/** `request` of a message whose `typ` is `parley-request+jwt`. */
export function kindIn(jws: string): string {
  return /^parley-(.+)\+jwt$/.exec(String(decodeJws(jws)?.header['typ']))?.[1] ?? 'no message'
}

/** A reply in stable words: its status, and the code of a problem or the kind of a message. */
export function saidBy({ status, type, json, text }: Reply): string {
  if (type === 'application/problem+json') return `${status} ${json?.code}`
  return type === 'application/jose' ? `${status} ${kindIn(text)}` : `${status} ${type}`
}

/** The body of a problem without what names one request, as far as strangers may compare it. */
export function bodyOf({ json }: Reply): string {
  return JSON.stringify({ ...json, requestId: '', instance: '' })
}

function created(what: string, status: number, json: Record<string, unknown>) {
  if (status !== 201) {
    throw new CaseIncomplete(`${what} could not be made: ${status} ${json?.['code'] ?? ''}`)
  }
  return json
}

export type { PartyKey }
