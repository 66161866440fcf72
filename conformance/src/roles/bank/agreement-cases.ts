// Under which agreements a bank pays at all.
import { CREDITOR, OTHER_IBAN } from '../../play/bill.ts'
import type { Case } from '../../run/case.ts'
import { signAgreement } from '../../wire/agreement.ts'
import { drawKey } from '../../wire/keys.ts'
import { creditorReference } from '../../wire/references.ts'
import { bankCase, codesFor, PAYS, sameCode, type Unpaid, unpaidCase } from './cases.ts'
import type { BankScene, BankWorld, SignedAgreement } from './world.ts'

interface General {
  readonly payload: string
  readonly signatures: { readonly protected: string; readonly signature: string }[]
}

/** A good agreement, changed as text. */
const spoilt =
  (change: (general: General, scene: BankScene) => unknown) =>
  (scene: BankScene): SignedAgreement => {
    const good = scene.agree()
    return { ...good, jws: JSON.stringify(change(JSON.parse(good.jws) as General, scene)) }
  }

const withHead = (general: General, index: number, change: (head: object) => object): General => ({
  ...general,
  signatures: general.signatures.map((one, at) => {
    if (at !== index) return one
    const head = JSON.parse(Buffer.from(one.protected, 'base64url').toString()) as object
    return { ...one, protected: Buffer.from(JSON.stringify(change(head))).toString('base64url') }
  }),
})

const signatures = unpaidCase(
  {
    id: 'BNK-702',
    level: 'MUST',
    clause: 'SIG-22',
    also: ['PAY-19'],
    title: 'agreements without both signatures are not paid',
    sends: 'Agreements with a signature missing, twice, a third, of nobody, or over other bytes.',
    expects: 'Each is refused with its code; the good one in the same turn is paid.',
  },
  [
    {
      what: 'without the creditor',
      codes: ['signatures', 'party'],
      agreement: spoilt((g) => ({ ...g, signatures: g.signatures.slice(1) })),
    },
    {
      what: 'without the agent',
      codes: ['signatures', 'party', 'customer-unknown'],
      agreement: spoilt((g) => ({ ...g, signatures: g.signatures.slice(0, 1) })),
    },
    {
      what: 'the agent twice',
      codes: ['kid', 'party', 'signatures'],
      agreement: spoilt((g) => ({ ...g, signatures: [g.signatures[1], g.signatures[1]] })),
    },
    {
      what: 'a third signature',
      codes: ['signatures', 'kid'],
      agreement: spoilt((g) => ({ ...g, signatures: [...g.signatures, g.signatures[0]] })),
    },
    {
      what: 'another amount after signing',
      codes: ['signature'],
      agreement: spoilt((g) => ({ ...g, payload: changed(g.payload, '"100.00"', '"900.00"') })),
    },
    {
      what: 'the signatures swapped',
      codes: ['signature'],
      agreement: spoilt((g) => ({
        ...g,
        signatures: g.signatures.map((one, at) => ({
          ...one,
          signature: g.signatures[1 - at]?.signature,
        })),
      })),
    },
    {
      what: 'alg none',
      codes: ['alg'],
      agreement: spoilt((g) => withHead(g, 0, (head) => ({ ...head, alg: 'none' }))),
    },
    {
      what: 'another typ',
      codes: ['typ'],
      agreement: spoilt((g) => withHead(g, 0, (head) => ({ ...head, typ: 'JWT' }))),
    },
    {
      what: 'crit',
      codes: ['crit'],
      agreement: spoilt((g) => withHead(g, 0, (head) => ({ ...head, crit: ['x'] }))),
    },
    {
      what: 'jku',
      codes: ['header'],
      agreement: spoilt((g) => withHead(g, 0, (head) => ({ ...head, jku: 'http://127.0.0.1:9/' }))),
    },
    { what: 'a member twice in the text', codes: ['json-duplicate-name'], agreement: doubled },
    { what: 'compact serialisation', codes: ['serialization', 'json-syntax'], agreement: compact },
  ],
)

const strangers: Case<BankWorld> = bankCase(
  {
    id: 'BNK-715',
    level: 'MUST',
    clause: 'PAY-01',
    also: ['PAY-18'],
    title: 'agreements of strangers are not paid',
    sends: 'Agreements that a key of nobody signed in the place of the agent, or of the creditor.',
    expects: 'Neither is paid, and the good one in the same turn is.',
    control: PAYS,
  },
  async (scene, trial) => {
    const nobody = await drawKey(trial.seeded)
    const replaced = (at: number): SignedAgreement => {
      const good = scene.agree()
      const general = JSON.parse(good.jws) as General
      const text = Buffer.from(general.payload, 'base64url').toString()
      const parts = general.signatures.map((one, index) =>
        index === at ? signAgreement(text, nobody) : one,
      )
      return { ...good, jws: JSON.stringify({ ...general, signatures: parts }) }
    }
    const [creditor, agent, good] = [replaced(0), replaced(1), scene.agree()]
    const turn = await scene.turn({ agreements: [creditor, agent, good] })
    trial.same('in the place of the creditor', codesFor(turn, creditor).map(asParty), ['party'])
    trial.same('in the place of the agent', codesFor(turn, agent).map(asParty), ['party'])
    trial.same('payments', scene.booked().length, 1)
  },
)

const otherBanks = unpaidCase(
  {
    id: 'BNK-724',
    level: 'MUST',
    clause: 'PAY-01',
    title: 'agreements that name another bank, or none',
    sends: 'Agreements with another `payBy.bank`, and without.',
    expects: 'Refused with `bank-not-authorised`.',
  },
  [
    {
      what: 'another bank',
      codes: ['bank-not-authorised'],
      agreement: (scene) => scene.agree({ payBy: { bank: 'https://bank.example' } }),
    },
    {
      what: 'no bank',
      codes: ['bank-not-authorised'],
      agreement: (scene) => scene.agree({ payBy: null }),
    },
  ],
)

const derived = unpaidCase(
  {
    id: 'BNK-725',
    level: 'MUST',
    clause: 'AGR-01',
    also: ['PAY-19'],
    title: 'agreements that do not follow from their own terms',
    sends: 'Agreements that both sides signed, with a line, a total or a hash that is not derived.',
    expects: 'Refused with `agreement-mismatch`.',
  },
  [
    [
      'a larger line',
      (text: string) =>
        text.replace(/("lines":\[\{"line":1,"dueDate":"[^"]+","amount":\{"value":")100/, '$1900'),
    ],
    [
      'a larger total',
      (text: string) => text.replace('"total":{"value":"100', '"total":{"value":"900'),
    ],
    [
      'another day of the line',
      (text: string) =>
        text.replace('"line":1,"dueDate":"2027-03-01"', '"line":1,"dueDate":"2027-02-01"'),
    ],
    [
      'another hash of the plan',
      (text: string) => text.replace(/"planHash":"[^"]+"/, `"planHash":"${'A'.repeat(43)}"`),
    ],
    ['white space', (text: string) => text.replace('{', '{ ')],
  ].map(([what, text]) => ({
    what: String(what),
    codes: ['agreement-mismatch'],
    agreement: (scene: BankScene) => scene.agree({ text: text as (text: string) => string }),
  })) satisfies Unpaid[],
)

const accounts = unpaidCase(
  {
    id: 'BNK-703',
    level: 'MUST',
    clause: 'TRU-02',
    also: ['PAY-19'],
    title: 'another account than the one that the customer knows',
    sends: 'Agreements that both sides signed, with another account, and of another creditor.',
    expects: 'Neither is paid.',
  },
  [
    {
      what: 'another account',
      codes: ['account-changed', 'account'],
      agreement: (scene) => scene.agree({ creditor: { account: { iban: OTHER_IBAN } } }),
    },
    {
      what: 'a creditor without a mandate',
      codes: ['creditor-unknown', 'look-alike'],
      agreement: (scene) => scene.agree({ creditor: { id: 'cr_9' } }),
    },
  ],
)

const names = unpaidCase(
  {
    id: 'BNK-721',
    level: 'MUST',
    clause: 'TXT-01',
    title: 'names that cannot be shown',
    sends:
      'Agreements whose creditor’s name turns the text around, hides a letter, or has a control character.',
    expects: 'Each is refused; none is paid.',
  },
  ['Stads\u202Eenergie', 'Stads\u200Benergie', 'Stads\u0007energie'].map((name) => ({
    what: `a name with ${JSON.stringify(name.slice(5, 6)).slice(1, -1)}`,
    codes: ['content-invalid', 'text-bidi', 'text-invisible', 'text-control'],
    agreement: (scene: BankScene) => scene.agree({ creditor: { name } }),
  })),
)

const mandates: Case<BankWorld> = bankCase(
  {
    id: 'BNK-711',
    level: 'MUST',
    clause: 'PAY-03',
    title: 'mandates that are revoked or over',
    sends:
      'Agreements for tomorrow: one whose mandate ends today and is renewed a day later; then one whose mandate is revoked on the day.',
    expects: 'The first is paid once its mandate holds again; the second is not.',
    control: PAYS,
  },
  async (scene, trial) => {
    const ended = { mandates: mandateEnding('2027-03-01', scene) }
    const first = scene.agree({ dueIn: 1 })
    await scene.turn({ agreements: [first], customer: ended })
    const without = await scene.turn({ later: 86_400, customer: ended })
    trial.same('payments after it ended', scene.booked().length, 0)
    sameCode(trial, 'the log says that it ended', codesFor(without, first), ['mandate-not-valid'])
    await scene.turn({ later: 60, customer: { mandates: mandateEnding('2027-03-31', scene) } })
    trial.same('payments under the new one', scene.booked().length, 1)

    const second = scene.agree({ dueIn: 1 })
    await scene.turn({ agreements: [second] })
    const revoke = { do: 'revoke-mandate', creditorId: CREDITOR.id }
    const revoked = await scene.turn({ later: 86_400, orders: [revoke] })
    trial.same('payments after it was revoked', scene.booked().length, 1)
    sameCode(trial, 'the log says that it was', codesFor(revoked, second), ['mandate-revoked'])
  },
)

const twins: Case<BankWorld> = bankCase(
  {
    id: 'BNK-707',
    level: 'MUST',
    clause: 'PAY-12',
    title: 'the same invoice under another request',
    sends: 'An agreement that is paid, then another one with its creditor and reference.',
    expects: 'The second is not paid: the customer is asked.',
    control: PAYS,
  },
  async (scene, trial) => {
    const reference = creditorReference('707707')
    await scene.turn({ agreements: [scene.agree({ reference })] })
    const second = scene.agree({ reference, minor: 10_100n })
    const turn = await scene.turn({ later: 60, agreements: [second] })
    trial.same('payments', scene.booked().length, 1)
    sameCode(trial, 'the log says', codesFor(turn, second), ['duplicate-invoice'])
  },
)

const lookAlike = bankCase(
  {
    id: 'BNK-728',
    level: 'MUST',
    clause: 'TXT-03',
    title: 'a name that looks like that of another known creditor',
    sends:
      'Two known creditors; an agreement of the second under the first one’s name with one letter of another script.',
    expects: 'It is not paid: the customer is asked.',
    control: PAYS,
  },
  async (scene, trial) => {
    const issuer = scene.desk.host.origin
    const { iban } = CREDITOR.account
    const mandates = [
      { issuer, creditorId: CREDITOR.id, iban, name: CREDITOR.name },
      { issuer, creditorId: 'cr_2', iban, name: 'Waterbedrijf' },
    ]
    const agreement = scene.agree({ creditor: { id: 'cr_2', name: 'Stadsenergi\u0435' } })
    const turn = await scene.turn({ agreements: [agreement], customer: { mandates } })
    trial.same('payments', scene.booked().length, 0)
    sameCode(trial, 'the log says', codesFor(turn, agreement), ['look-alike'])
  },
)

function mandateEnding(validUntil: string, { desk }: BankScene): object[] {
  const { id: creditorId, name, account } = CREDITOR
  return [{ issuer: desk.host.origin, creditorId, iban: account.iban, name, validUntil }]
}

function changed(payload: string, from: string, to: string): string {
  const text = Buffer.from(payload, 'base64url').toString()
  return Buffer.from(text.replaceAll(from, to)).toString('base64url')
}

function doubled(scene: BankScene): SignedAgreement {
  const good = scene.agree()
  return { ...good, jws: good.jws.replace('{', '{"payload":"e30",') }
}

function compact(scene: BankScene): SignedAgreement {
  const good = scene.agree()
  const { payload, signatures: parts } = JSON.parse(good.jws) as General
  return { ...good, jws: `${parts[0]?.protected}.${payload}.${parts[0]?.signature}` }
}

/** Who is not known has no party, whatever the bank calls it. */
function asParty(code: string): string {
  return ['customer-unknown', 'key-unknown'].includes(code) ? 'party' : code
}

export const agreementCases: readonly Case<BankWorld>[] = [
  ...[signatures, strangers, otherBanks, derived, accounts, names, mandates, twins, lookAlike],
]
