// Which creditor and which account an agent believes.
import { CREDITOR, dayAfter, OTHER_IBAN } from '../../play/bill.ts'
import { openHost } from '../../play/host.ts'
import { placeAfter } from '../../play/replies.ts'
import type { Case } from '../../run/case.ts'
import { decodeJws, signMessage } from '../../wire/jws.ts'
import { drawKey } from '../../wire/keys.ts'
import { AGREES, answersOf, bindingIn, refusedBills, sceneCase } from './bills.ts'
import type { AgentWorld } from './world.ts'

const stranger = sceneCase(
  {
    id: 'AGT-603',
    level: 'MUST',
    clause: 'TRU-01',
    title: 'a bill of a creditor that the person is not enrolled with',
    sends: 'A request that another creditor signed with its own published key, and one to anyone.',
    expects: 'Neither is answered, and nobody is asked for the keys of the other creditor.',
    control: AGREES,
  },
  async (scene, trial) => {
    const other = await openHost('other creditor', trial.transcript)
    try {
      const key = await drawKey(trial.seeded)
      const { creditor } = scene
      const turn = await scene.turn({
        before() {
          const [request = ''] = creditor.open().messages
          const { payload } = decodeJws(request) ?? { payload: {} }
          const foreign = { ...payload, iss: other.origin, jti: trial.seeded.id() }
          creditor.deliver(signMessage('request', foreign as never, key))
          creditor.deliver(
            creditor.sign(
              'request',
              placeAfter({ thr: trial.seeded.id(), messages: [] }),
              creditor.open().bill ?? {},
              { aud: 'urn:parley:anyone', sub: 'urn:parley:anyone' },
            ),
          )
        },
      })
      trial.same('answers', answersOf(scene), '')
      trial.same(
        'refused messages',
        turn.events.filter(({ event }) => event === 'refused').length,
        2,
      )
      trial.same('requests to the other creditor', other.received.length, 0)
    } finally {
      await other.close()
    }
  },
)

const account = refusedBills(
  {
    id: 'AGT-604',
    level: 'MUST',
    clause: 'ENR-03',
    title: 'another account than the pinned one',
    sends: 'Bills with another account, and of another creditor under the same key.',
    expects: 'Each is refused with `account`, and the good one beside them is agreed to.',
  },
  [
    {
      defect: 'another account',
      codes: ['account'],
      members: () => ({ creditor: { ...CREDITOR, account: { iban: OTHER_IBAN } } }),
    },
    {
      defect: 'another creditor',
      codes: ['account'],
      members: () => ({ creditor: { ...CREDITOR, id: 'cr_2' } }),
    },
  ],
)

const announced = sceneCase(
  {
    id: 'AGT-627',
    level: 'MUST',
    clause: 'ENR-07',
    title: 'an announced account waits for its cooling-off',
    sends: 'The notice of another account from today on, then a bill with it.',
    expects: 'The notice is `noted`; no answer binds the person, also a day later.',
    control: AGREES,
  },
  async (scene, trial) => {
    const { creditor } = scene
    await scene.turn()
    const enrolment = creditor.customer?.thread
    if (enrolment === undefined) throw new TypeError('the agent is enrolled')
    const next = { ...CREDITOR, account: { iban: OTHER_IBAN } }
    const notice = {
      ...{ creditor: next, previousAccount: CREDITOR.account },
      effectiveOn: dayAfter(creditor.now, 0),
    }
    await scene.bills([{ creditor: next }], {
      later: 60,
      before: () => creditor.deliver(creditor.next(enrolment, 'account-change', notice)),
    })
    // The notice lies behind the bill in the inbox of the first turn; the next bill comes after it.
    const { thread } = await scene.bill({ creditor: next }, { later: 60 })
    await scene.turn({ later: 86_400 })
    trial.same(
      'the notice',
      scene.saidIn(enrolment).filter(({ kind }) => kind === 'noted').length,
      1,
    )
    trial.same('answers that bind', bindingIn(scene, thread), '')
  },
)

export const creditorCases: readonly Case<AgentWorld>[] = [stranger, account, announced]
