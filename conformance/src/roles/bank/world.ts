// The world of the bank role: a command that is started for every turn, a creditor, a customer's agent and a rail
// that the suite plays.
import { CREDITOR, dayAfter } from '../../play/bill.ts'
import { type AgreedFacts, type LeaseDesk, openLeaseDesk } from '../../play/lease-desk.ts'
import { ownFolder } from '../../play/left-behind.ts'
import { ownPort } from '../../play/own-port.ts'
import { openRailSink, type RailSink } from '../../play/rail-sink.ts'
import { notLivingThrough, playTurn, type Turn } from '../../play/turn.ts'
import type { RoleSetup } from '../../run/case.ts'
import type { Trial } from '../../run/trial.ts'
import { agreementText, signAgreement } from '../../wire/agreement.ts'
import { drawKey, type PartyKey, thumbprintUri } from '../../wire/keys.ts'
import { amountOf } from '../../wire/money.ts'
import type { PlanTerms } from '../../wire/plan.ts'
import { creditorReference, ibanOf } from '../../wire/references.ts'
import type { Seeded } from '../../wire/seeded.ts'
import type { ProgramTarget } from '../roles.ts'

/** How an agreement differs from a plain one of a single payment that is due today. */
export interface AgreementWish {
  /** Minor units of EUR, or of `currency`. */
  readonly minor?: bigint
  readonly currency?: string
  readonly plan?: Partial<PlanTerms>
  /** Days from today to the first due day. */
  readonly dueIn?: number
  readonly payBy?: { readonly bank: string } | null
  readonly creditor?: object
  readonly reference?: string
  /** The agreement in whose place it comes: another plan for the same request. */
  readonly replaces?: SignedAgreement
  /** Replaces what both sides sign. */
  readonly text?: (text: string) => string
}

/** A General JWS with what it says. */
export interface SignedAgreement {
  readonly jws: string
  readonly facts: AgreedFacts
}

export interface BankTurnWish {
  readonly agreements?: readonly SignedAgreement[]
  /** What operator and customer do before anything is paid. */
  readonly orders?: readonly object[]
  readonly later?: number
  /** Changes what the bank is told about its customer. */
  readonly customer?: object
  /** When the rail takes payments; always unless given. */
  readonly railTerms?: object
  /** Once this comes, the bank is killed in the middle of its turn. */
  readonly crashWhen?: Promise<void>
}

export interface BankScene {
  readonly desk: LeaseDesk
  readonly rail: RailSink
  readonly agentKey: PartyKey
  /** An agreement that the customer's agent and the creditor made. */
  agree(wish?: AgreementWish): SignedAgreement
  turn(wish?: BankTurnWish): Promise<Turn>
  /** Kinds of the payment messages, in order: `ACCP ACSC`. */
  told(agreement: SignedAgreement): string
  /** The end-to-end ids that were booked. */
  booked(): readonly string[]
}

export interface BankWorld {
  readonly command: string
  play(trial: Trial, part: (scene: BankScene) => Promise<void>): Promise<void>
}

/** 1 March 2027, a Monday, ten o'clock in Brussels. */
const STARTS_AT = Date.UTC(2027, 2, 1, 9) / 1000
const TURN_SECONDS = 40
const DEBTOR_IBAN = ibanOf('BE', '539007547034')

/** Opens the world; an empty turn shows whether the command can be started. */
export async function openBankWorld(
  { command }: ProgramTarget,
  { seeded, transcript }: RoleSetup,
): Promise<BankWorld> {
  const world: BankWorld = {
    command,
    async play(trial, part) {
      const { scene, close } = await openBankScene(command, trial)
      try {
        await part(scene)
        trial.same('what is wrong with what the bank sent', scene.desk.faults, [])
      } finally {
        await close()
      }
    },
  }
  const setup = { seeded: seeded.within('open'), transcript }
  const { scene, close } = await openBankScene(command, setup)
  try {
    await scene.turn()
  } catch (error) {
    throw notLivingThrough(command, error)
  } finally {
    await close()
  }
  return world
}

/** Opens a scene with a creditor, an agent and a rail of its own. */
export async function openBankScene(
  command: string,
  setup: RoleSetup,
  turnSeconds = TURN_SECONDS,
): Promise<{ readonly scene: BankScene; readonly close: () => Promise<void> }> {
  const { seeded, transcript } = setup
  const bank = `http://127.0.0.1:${await ownPort()}`
  const desk = await openLeaseDesk(setup, { startsAt: STARTS_AT, bank })
  const rail = await openRailSink(transcript)
  const agentKey = await drawKey(seeded)
  const folder = ownFolder('bank')
  const scene: BankScene = {
    ...{ desk, rail, agentKey },
    agree: (wish = {}) => signedAgreement(wish, { seeded, desk, agentKey, bank }),
    async turn({ agreements = [], orders = [], later = 0, customer = {}, ...wish } = {}) {
      desk.now += later
      for (const { facts } of agreements) desk.add(facts)
      const context = {
        ...{ issuer: bank, stateFolder: folder.path, rail: rail.host.origin, orders },
        customer: { ...customerOf(desk, agentKey), ...customer },
        agreements: agreements.map(({ jws }) => jws),
        railTerms: wish.railTerms ?? { opens: 'every-day' },
      }
      const told = { serverUrl: desk.host.origin, scenario: 'turn', now: desk.now, context }
      const terms = { turnSeconds }
      const { crashWhen } = wish
      return await playTurn(
        command,
        told,
        crashWhen === undefined ? terms : { ...terms, crashWhen },
      )
    },
    told({ facts }) {
      const own = desk.said.filter(({ claims }) => claims['agreementId'] === facts.agreementId)
      const unique = [...new Map(own.map((one) => [one.hash, one])).values()]
      return unique.map(({ claims }) => String(claims['status'])).join(' ')
    },
    booked: () => rail.booked.map(({ endToEndId }) => endToEndId),
  }
  return {
    scene,
    async close() {
      folder.remove()
      await Promise.all([desk.host.close(), rail.host.close()])
    },
  }
}

/** What the bank is told of its customer: account, agent, limits, and the creditor that it may pay. */
function customerOf(desk: LeaseDesk, agentKey: PartyKey) {
  const { kty, crv, x, y } = agentKey.publicJwk
  return {
    id: 'customer-1',
    account: { iban: DEBTOR_IBAN, name: 'Anouk de Vries' },
    timeZone: 'Europe/Brussels',
    agentJwk: { kty, crv, x, y },
    limits: {
      ...{ currency: 'EUR', perPayment: '200.00', perDay: '1000.00' },
      ...{ perMonth: '5000.00', perCreditorMonth: '5000.00' },
    },
    mandates: [
      {
        ...{ issuer: desk.host.origin, creditorId: CREDITOR.id },
        ...{ iban: CREDITOR.account.iban, name: CREDITOR.name },
      },
    ],
  }
}

function signedAgreement(
  wish: AgreementWish,
  parts: { seeded: Seeded; desk: LeaseDesk; agentKey: PartyKey; bank: string },
): SignedAgreement {
  const { seeded, desk, agentKey, bank } = parts
  const { minor = 10_000n, currency = 'EUR', dueIn = 0, creditor = {}, replaces } = wish
  const payBy = wish.payBy === undefined ? { bank } : wish.payBy
  const plan: PlanTerms = {
    ...{ instalments: 1, interval: null, priceBps: 0, firstDueDate: dayAfter(desk.now, dueIn) },
    ...wish.plan,
  }
  const reference = wish.reference ?? creditorReference(String(seeded.below(1_000_000_000)))
  const claim = {
    ...{ sub: `sub_${seeded.id()}`, thr: seeded.id() },
    requestId: `pr_${seeded.bytes(13).toString('hex')}`,
    remittance: { scheme: 'SCOR', reference },
    ...(replaces === undefined ? {} : sameClaimAs(replaces)),
  }
  const text = agreementText({
    request: {
      ...{ iss: desk.host.origin, aud: thumbprintUri(agentKey), ...claim },
      creditor: { ...CREDITOR, ...creditor },
    },
    principal: amountOf(minor, currency),
    plan,
    answer: {
      ...{ jti: seeded.id(), iat: desk.now - 60, prev: seeded.bytes(32).toString('base64url') },
      ...(payBy === null ? {} : { payBy }),
    },
  })
  const changed = wish.text?.(text) ?? text
  const jws = JSON.stringify({
    payload: Buffer.from(changed).toString('base64url'),
    signatures: [signAgreement(changed, desk.key), signAgreement(changed, agentKey)],
  })
  return { jws, facts: JSON.parse(text) as AgreedFacts }
}

/** What the next plan for a claim repeats of it (PLN-05). */
function sameClaimAs({ facts }: SignedAgreement) {
  const { agreementId, sub, thr, requestId, remittance } = facts
  const replan = { agreementId, reason: { code: 'line-missed' } }
  return { sub, thr, requestId, remittance, revision: 2, replan }
}
