// Form and signature of messages, carried to the agent in its pull inbox: each hostile message would open a
// conversation about a bill of its own, which the agent would agree to.
import { asItIs, type GoodMessage, hostileMessagesOf } from '../../catalogue/hostile-messages.ts'
import { GOOD_MESSAGE, SIGNATURE_REFUSALS } from '../../catalogue/signature-facts.ts'
import { openHost } from '../../play/host.ts'
import type { Case } from '../../run/case.ts'
import { type Claims, decodeJws, sha256, typOf } from '../../wire/jws.ts'
import { drawKey } from '../../wire/keys.ts'
import { answersOf } from './bills.ts'
import type { AgentWorld, Scene } from './world.ts'

/** The parts of a request that the agent would agree to. */
function goodRequest(
  { creditor }: Scene,
  { stranger, bait }: Pick<GoodMessage, 'stranger' | 'bait'>,
): GoodMessage {
  const [request = ''] = creditor.open().messages
  const { header, payload } = decodeJws(request) ?? { header: {}, payload: {} }
  return {
    header: { alg: creditor.key.alg, typ: typOf('request'), kid: String(header['kid']) },
    claims: payload as Claims,
    ...{ key: creditor.key, now: creditor.now, stranger, bait, otherKind: 'accept' },
  }
}

const goodMessage: Case<AgentWorld> = {
  role: 'agent',
  id: GOOD_MESSAGE,
  level: 'MUST',
  clause: 'SIG-11',
  title: 'a good message is taken',
  sends: 'A request signed with ES256, with a member that nobody knows.',
  expects: 'The agent agrees to it.',
  async run(world, trial) {
    await world.play(trial, async (scene) => {
      const { creditor } = scene
      await scene.turn({
        before() {
          const thread = creditor.open({ later: { added: true } })
          creditor.deliver(...thread.messages)
        },
      })
      trial.same('what the agent said', answersOf(scene), 'accept')
    })
  },
}

const refusals: readonly Case<AgentWorld>[] = SIGNATURE_REFUSALS.map((facts) => ({
  ...facts,
  role: 'agent',
  async run(world, trial) {
    const bait = await openHost('bait', trial.transcript)
    const stranger = await drawKey(trial.seeded)
    try {
      await world.play(trial, async (scene) => {
        const { creditor } = scene
        const hostile: { defect: string; code: string; jws: string }[] = []
        const turn = await scene.turn({
          before() {
            const wish = { stranger, bait: bait.origin }
            for (const { defect, code, make } of hostileMessagesOf(facts.id)) {
              hostile.push({ defect, code, jws: make(goodRequest(scene, wish)) })
            }
            const control = asItIs(goodRequest(scene, wish))
            creditor.deliver(...hostile.map(({ jws }) => jws), control)
          },
        })
        for (const { defect, code, jws } of hostile) {
          const codes = turn.refusalsOf(sha256(jws))
          const isOther = isOfOtherSender(code, jws) && OF_OTHER_SENDERS.has(codes.join())
          trial.same(`${defect}: refused with`, isOther ? [code] : codes, [code])
        }
        trial.same('what the agent said to them and to the control', answersOf(scene), 'accept')
        trial.same('connections to a host that a message names', bait.received.length, 0)
      })
    } finally {
      await bait.close()
    }
  },
}))

/** An agent with several creditors finds the sender among them, and says so. */
const OF_OTHER_SENDERS: ReadonlySet<string> = new Set(['enrolment-unknown', 'key-unknown'])

function isOfOtherSender(code: string, jws: string): boolean {
  return code === 'iss' && typeof decodeJws(jws)?.payload['iss'] === 'string'
}

export const signatureCases: readonly Case<AgentWorld>[] = [goodMessage, ...refusals]
