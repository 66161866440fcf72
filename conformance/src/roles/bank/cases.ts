// What the bank's cases share.
import type { Turn } from '../../play/turn.ts'
import type { Case, CaseFacts } from '../../run/case.ts'
import type { Trial } from '../../run/trial.ts'
import { sha256 } from '../../wire/jws.ts'
import type { BankScene, BankWorld, SignedAgreement } from './world.ts'

/** The case in which a bank pays: the control of whatever must not be paid. */
export const PAYS = 'BNK-701'

/** A case that plays one scene. */
export function bankCase(
  facts: CaseFacts,
  part: (scene: BankScene, trial: Trial) => Promise<void>,
): Case<BankWorld> {
  return { ...facts, role: 'bank', run: (world, trial) => world.play(trial, (s) => part(s, trial)) }
}

/** The codes that the log gives for an agreement: of a refusal by the hash of its text, else by its id. */
export function codesFor(turn: Turn, { jws, facts }: SignedAgreement): readonly string[] {
  const name = sha256(jws)
  const own = turn.events.filter(
    (one) => one.message === name || one.agreementId === facts.agreementId,
  )
  return own.flatMap(({ code }) => (code === undefined ? [] : [code]))
}

/** Notes whether one of the codes that may stand in the log does. */
export function sameCode(
  trial: Trial,
  step: string,
  seen: readonly string[],
  wanted: readonly string[],
): void {
  const isRight = wanted.some((code) => seen.includes(code))
  const text = wanted.join(' or ')
  trial.same(step, isRight ? text : [...new Set(seen)].join(' '), text)
}

/** An agreement that must not be paid, and the codes one of which the log gives. */
export interface Unpaid {
  readonly what: string
  readonly codes: readonly string[]
  readonly agreement: (scene: BankScene) => SignedAgreement
}

/** A case about agreements that must not be paid, in one turn with a good one, which must be. */
export function unpaidCase(
  facts: CaseFacts,
  unpaid: readonly Unpaid[],
  wish: { readonly orders?: readonly object[]; readonly customer?: object } = {},
): Case<BankWorld> {
  return bankCase({ control: PAYS, ...facts }, async (scene, trial) => {
    const agreements = unpaid.map(({ agreement }) => agreement(scene))
    const good = scene.agree()
    const turn = await scene.turn({ agreements: [...agreements, good], ...wish })
    for (const [index, { what, codes }] of unpaid.entries()) {
      const agreement = agreements[index] ?? good
      sameCode(trial, `${what}: the log says`, codesFor(turn, agreement), codes)
    }
    const paid = good.facts.lines.map(({ endToEndId }) => endToEndId)
    trial.holds(
      'only the good one is paid',
      String(scene.booked()) === String(paid),
      'others are, or it is not',
    )
  })
}
