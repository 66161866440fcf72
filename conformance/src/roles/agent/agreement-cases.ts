// What an agent does when its creditor’s answers are lost, late, or not what it signed.
import type { PlayedCreditor } from '../../play/creditor.ts'
import { type Answer, openHost } from '../../play/host.ts'
import { problem } from '../../play/replies.ts'
import type { Said } from '../../play/said.ts'
import type { Case } from '../../run/case.ts'
import { AGREES, answersIn, answersOf, sceneCase } from './bills.ts'
import type { AgentWorld } from './world.ts'

const agreements: Readonly<
  Record<string, (creditor: PlayedCreditor, said: Said, text: string) => Answer>
> = {
  'another amount': (creditor, said, text) =>
    creditor.agreementAnswer(said, text.replace(/"value":"1/g, '"value":"9')),
  'another id of the agreement': (creditor, said, text) =>
    creditor.agreementAnswer(
      said,
      text.replace(/"agreementId":"[^"]{43}"/, `"agreementId":"${'A'.repeat(43)}"`),
    ),
  'white space': (creditor, said, text) => creditor.agreementAnswer(said, text.replace('{', '{ ')),
  'without the creditor’s signature': (creditor, said, text) =>
    withSignatures(creditor.agreementAnswer(said, text), (both) => both.slice(1)),
  'with the agent’s signature twice': (creditor, said, text) =>
    withSignatures(creditor.agreementAnswer(said, text), ([, own]) => [own, own]),
  'with a third signature': (creditor, said, text) =>
    withSignatures(creditor.agreementAnswer(said, text), ([first, own]) => [first, own, first]),
}

const changedAgreements = sceneCase(
  {
    id: 'AGT-608',
    level: 'MUST',
    clause: 'AGR-05',
    title: 'an agreement that is not the one that was signed',
    sends:
      'To an accept, agreements with other contents or signatures, one a turn; at last the right one.',
    expects:
      'None is taken for an agreement; the same accept comes again, until the right one ends it.',
    control: AGREES,
  },
  async (scene, trial) => {
    const { creditor } = scene
    let how = ''
    creditor.script = (said, thread) => {
      const make = agreements[how]
      const text = thread.agreement ?? creditor.agreementOf(said, thread)
      return said.kind === 'accept' && make !== undefined && text !== null
        ? make(creditor, said, text)
        : undefined
    }
    const thread = { messages: [] as readonly string[] }
    for (const name of Object.keys(agreements)) {
      how = name
      const turn =
        thread.messages.length === 0
          ? await scene.bill().then((first) => {
              thread.messages = first.thread.messages
              return first.turn
            })
          : await scene.turn({ later: 60 })
      const isAgreed = turn.events.some(({ event }) => event === 'agreed')
      trial.holds(`${name}: it is no agreement`, !isAgreed, 'the agent agreed')
    }
    how = ''
    const last = await scene.turn({ later: 60 })
    trial.holds(
      'the right one is taken',
      last.events.some(({ event }) => event === 'agreed'),
    )
    trial.same('different answers', answersOf(scene), 'accept')
  },
)

const lost = sceneCase(
  {
    id: 'AGT-615',
    level: 'MUST',
    clause: 'THR-04',
    title: 'answers that are lost, or are none',
    sends:
      'To an accept no answer, a page, garbage, 503, 429 with Retry-After, a redirect; at last the agreement.',
    expects:
      'The same bytes again in a later turn, until the agreement ends it; nobody follows the redirect.',
    control: AGREES,
    hint: 'Keep the signed answer before you send it, and send those bytes until a reply settles it.',
  },
  async (scene, trial) => {
    const { creditor } = scene
    const bait = await openHost('bait', trial.transcript)
    const bad: Readonly<Record<string, Answer | 'cut'>> = {
      'no answer': 'cut',
      'a page': { status: 200, headers: { 'content-type': 'text/html' }, body: '<html></html>' },
      garbage: { status: 200, headers: { 'content-type': 'application/jose' }, body: 'x.y.z' },
      '503': { status: 503 },
      '429': problem(429, 'too-many', { 'retry-after': '30' }),
      'a redirect': { status: 307, headers: { location: `${bait.origin}/messages` } },
    }
    try {
      let how: string | null = Object.keys(bad)[0] ?? null
      creditor.script = (said) => (said.kind === 'accept' && how !== null ? bad[how] : undefined)
      const { thread } = await scene.bill()
      for (const name of Object.keys(bad)) {
        how = name
        if (name !== 'no answer') await scene.turn({ later: 60 })
        trial.same(`${name}: different answers`, answersIn(scene, thread), 'accept')
      }
      how = null
      const last = await scene.turn({ later: 60 })
      trial.holds(
        'it ends with the agreement',
        last.events.some(({ event }) => event === 'agreed'),
      )
      trial.same('different answers', answersIn(scene, thread), 'accept')
      trial.same('connections to where the redirect leads', bait.received.length, 0)
    } finally {
      await bait.close()
    }
  },
)

const stale = sceneCase(
  {
    id: 'AGT-616',
    level: 'MUST',
    clause: 'THR-04',
    title: 'an answer that came too late is decided again',
    sends:
      'While the agent accepts, the creditor has revised the bill; the accept is refused as stale.',
    expects:
      'The agent fetches the revision and accepts its menu at the next place, never the former one there.',
    control: AGREES,
  },
  async (scene, trial) => {
    const { creditor } = scene
    let isRevised = false
    creditor.script = (said, thread) => {
      if (said.kind !== 'accept' || isRevised) return undefined
      isRevised = true
      const { bill } = thread
      const menu = { ...bill?.menu, menuId: 'm-r2' }
      creditor.deliver(creditor.next(thread, 'request', { ...bill, revision: 2, menu }))
      return problem(409, 'sequence-stale')
    }
    const { thread } = await scene.bill()
    await scene.turn({ later: 60 })
    const accepts = scene.saidIn(thread).filter(({ kind }) => kind === 'accept')
    trial.same(
      'the answers',
      accepts.map(({ claims }) => `${claims.seq} ${claims['menuId']}`),
      ['1 m-0', '2 m-r2'],
    )
  },
)

/** An agreement with other signatures; the first is the creditor's. */
function withSignatures(
  answer: Answer,
  change: (both: readonly unknown[]) => readonly unknown[],
): Answer {
  const general = JSON.parse(String(answer.body)) as { payload: string; signatures: unknown[] }
  return { ...answer, body: JSON.stringify({ ...general, signatures: change(general.signatures) }) }
}

export const agreementCases: readonly Case<AgentWorld>[] = [changedAgreements, lost, stale]
