// Places of a thread as an agent has to keep them.
import { placeAfter, statusOf } from '../../play/replies.ts'
import type { Case } from '../../run/case.ts'
import { AGREES, answersIn, refusedWith, sceneCase } from './bills.ts'
import type { AgentWorld } from './world.ts'

const places = sceneCase(
  {
    id: 'AGT-612',
    level: 'MUST',
    clause: 'THR-02',
    title: 'places of a thread that are taken, missing or follow another message',
    sends:
      'In a conversation that is agreed: a status with a gap, one on a taken place, one with another prev; the same request again.',
    expects:
      'Refused with `sequence`, `sequence-stale` and `prev`; the request again has no effect.',
    control: AGREES,
  },
  async (scene, trial) => {
    const { creditor } = scene
    const { thread } = await scene.bill()
    const [request = '', accept = ''] = thread.messages
    const place = placeAfter(thread)
    const status = statusOf(thread.bill, 'agreed')
    const spoilt = {
      sequence: creditor.sign('status', { ...place, seq: place.seq + 2 }, status),
      'sequence-stale': creditor.sign(
        'status',
        placeAfter({ thr: thread.thr, messages: [request] }),
        status,
      ),
      prev: creditor.sign(
        'status',
        { ...place, prev: placeAfter({ thr: '', messages: [request] }).prev },
        status,
      ),
    }
    const before = creditor.said.length
    const turn = await scene.turn({
      later: 60,
      before: () =>
        creditor.deliver(request, spoilt['sequence-stale'], spoilt.prev, spoilt.sequence),
    })
    for (const [code, jws] of Object.entries(spoilt)) trial.same(code, refusedWith(turn, jws), code)
    const more = creditor.said.slice(before).filter(({ kind }) => kind !== 'ack')
    trial.same(
      'messages about it',
      more.map(({ kind }) => kind),
      [],
    )
    trial.holds('the answer stands', accept !== '')
  },
)

const equivocation = sceneCase(
  {
    id: 'AGT-626',
    level: 'MUST',
    clause: 'THR-05',
    title: 'two messages under one place',
    sends:
      'Two different requests at the first place of a thread, then a menu that follows the first.',
    expects:
      'The second is refused with `equivocation`, and nothing more is answered in the thread.',
    control: AGREES,
  },
  async (scene, trial) => {
    const { creditor } = scene
    const large = { amount: { value: '900.00', currency: 'EUR' } }
    const { thread } = await scene.bill(large)
    const twin = creditor.sign(
      'request',
      placeAfter({ thr: thread.thr, messages: [] }),
      thread.bill,
    )
    const menu = {
      requestId: thread.bill.requestId,
      menu: { ...thread.bill.menu, menuId: 'm-1', tier: 1 },
    }
    const turn = await scene.turn({
      later: 60,
      before: () => creditor.deliver(twin, creditor.next(thread, 'menu', menu)),
    })
    trial.same('the second', refusedWith(turn, twin), 'equivocation')
    trial.same('answers', answersIn(scene, thread), '')
  },
)

const superseded = sceneCase(
  {
    id: 'AGT-628',
    level: 'MUST',
    clause: 'REV-01',
    title: 'the same revision again is none',
    sends:
      'After a bill that waits for the person another request in its thread, with the same number.',
    expects: 'Refused with `revision-superseded`.',
    control: AGREES,
  },
  async (scene, trial) => {
    const { creditor } = scene
    const { thread } = await scene.bill({ amount: { value: '900.00', currency: 'EUR' } })
    const again = creditor.sign('request', placeAfter(thread), {
      ...thread.bill,
      amount: { value: '100.00', currency: 'EUR' },
    })
    const turn = await scene.turn({ later: 60, before: () => creditor.deliver(again) })
    trial.same('refused with', refusedWith(turn, again), 'revision-superseded')
    trial.same('answers', answersIn(scene, thread), '')
  },
)

const acknowledges = sceneCase(
  {
    id: 'AGT-633',
    level: 'SHOULD',
    clause: 'DLV-04',
    title: 'a verified message is acknowledged',
    sends: 'A bill.',
    expects: 'An `ack` RCVD that names it, in the thread of acknowledgements.',
    control: AGREES,
  },
  async (scene, trial) => {
    const { creditor } = scene
    const { thread } = await scene.bill()
    await scene.turn({ later: 60 })
    const acks = creditor.said.filter(({ kind }) => kind === 'ack')
    const received = acks.filter(
      ({ claims }) =>
        claims['status'] === 'RCVD' &&
        claims['ref'] === placeAfter({ ...thread, messages: thread.messages.slice(0, 1) }).prev,
    )
    trial.holds('it is acknowledged', received.length > 0, 'nothing names it')
  },
)

export const threadCases: readonly Case<AgentWorld>[] = [
  places,
  equivocation,
  superseded,
  acknowledges,
]
