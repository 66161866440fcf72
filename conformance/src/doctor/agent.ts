// Command, reachability, enrolment, version, clock, key and state of an agent, in two turns with one bill.
import { openAgentScene, type Scene } from '../roles/agent/world.ts'
import type { ProgramTarget } from '../roles/roles.ts'
import { createTranscript } from '../run/transcript.ts'
import { createSeeded } from '../wire/seeded.ts'
import { type Finding, finding } from './finding.ts'
import {
  calledIn,
  type Ending,
  endFinding,
  endingOf,
  firstMessage,
  messageFindings,
  printedBy,
  startFindings,
  TURN_SECONDS,
} from './program.ts'

/** Faults of an enrolment that come from the key. */
const OF_THE_KEY = /: (kid|signature|encoding|iss or code|the header has .*)$/

/** Looks at an agent; stops at what makes the rest unknowable. */
export async function agentFindings({ command }: ProgramTarget): Promise<readonly Finding[]> {
  const setup = { seeded: createSeeded('doctor'), transcript: createTranscript() }
  const { scene, close } = await openAgentScene(command, setup, TURN_SECONDS)
  try {
    const ended = await endingOf(scene.bills([{}]).then(({ turn }) => turn))
    const findings = startFindings({ ended, received: scene.creditor.host.received })
    if (findings.some(({ trouble }) => trouble !== undefined)) return findings
    return [...findings, ...(await findingsOf(scene, ended))]
  } finally {
    await close()
  }
}

/** What the first turn, which reached the creditor, and a second one tell. */
async function findingsOf(scene: Scene, ended: Ending): Promise<readonly Finding[]> {
  const { creditor } = scene
  const { received } = creditor.host
  const enrolment = firstMessage(received)
  if (enrolment === undefined) {
    const trouble = `It called ${calledIn(received)} and posted nothing: its first message is the enrolment, to endpoints.enrol of the metadata${printedBy(ended)}`
    return [finding('enrolment', trouble), endFinding(ended)]
  }
  const [fault] = creditor.faults
  const key = finding('key', keyTrouble(fault))
  const findings = [...messageFindings(enrolment, creditor.now), key]
  if (creditor.customer === null) {
    const trouble = `It is not enrolled${fault === undefined ? '' : ` (${fault})`}: it called ${calledIn(received)}; see spec/protocol.md${printedBy(ended)}`
    const isSaid = key.trouble !== undefined
    return [...findings, ...(isSaid ? [] : [finding('enrolment', trouble)]), endFinding(ended)]
  }
  const again = ended.error === undefined ? await endingOf(scene.turn({ later: 60 })) : ended
  return [
    ...findings,
    { looked: 'enrolment' },
    endFinding(again),
    finding('state', stateTrouble(creditor.said)),
    finding('messages', messageTrouble(creditor)),
  ]
}

function keyTrouble(fault: string | undefined): string | undefined {
  if (fault === undefined || !OF_THE_KEY.test(fault)) return undefined
  return `The enrolment is not proven (${fault}): sign with the key in jwk, whose thumbprint is kid and the end of iss; activationCode is that of CONF_CONTEXT.`
}

function stateTrouble(said: readonly { readonly kind: string; readonly hash: string }[]) {
  const enrolments = new Set(said.filter(({ kind }) => kind === 'enrol').map(({ hash }) => hash))
  if (enrolments.size < 2) return undefined
  return 'It enrolled anew in its second turn: keep key, threads and what is not yet answered in stateFolder of CONF_CONTEXT.'
}

function messageTrouble({
  faults,
  host,
}: {
  readonly faults: readonly string[]
  readonly host: { readonly received: Parameters<typeof calledIn>[0] }
}): string | undefined {
  if (faults.length > 0) {
    return `What it sent is not as the spec has it (${[...new Set(faults)].join('; ')}): the cases say more.`
  }
  const hasPulled = host.received.some(({ target }) => target.startsWith('/parley/inbox/'))
  return hasPulled ? undefined : 'It never looked into its inbox: GET the address in pull.'
}
