// Command, reachability, enrolment, version, clock, key and state of an agent, in two turns with one bill.
import { openAgentScene } from '../roles/agent/world.ts'
import type { ProgramTarget } from '../roles/roles.ts'
import { createTranscript } from '../run/transcript.ts'
import { createSeeded } from '../wire/seeded.ts'
import { type Finding, finding } from './finding.ts'
import {
  calledIn,
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
    const { creditor } = scene
    const { received } = creditor.host
    const ended = await endingOf(scene.bills([{}]).then(({ turn }) => turn))
    const findings = [...startFindings({ ended, received })]
    if (findings.some(({ trouble }) => trouble !== undefined)) return findings
    const enrolment = firstMessage(received)
    if (enrolment === undefined) {
      const trouble = `It called ${calledIn(received)} and posted nothing: its first message is the enrolment, to endpoints.enrol of the metadata${printedBy(ended)}`
      return [...findings, finding('enrolment', trouble), endFinding(ended)]
    }
    findings.push(...messageFindings(enrolment, creditor.now))
    const [fault] = creditor.faults
    const isOfKey = fault !== undefined && OF_THE_KEY.test(fault)
    findings.push(
      finding(
        'key',
        isOfKey
          ? `The enrolment is not proven (${fault}): sign with the key in jwk, whose thumbprint is kid and the end of iss; activationCode is that of CONF_CONTEXT.`
          : undefined,
      ),
    )
    if (creditor.customer === null) {
      const trouble = `It is not enrolled${fault === undefined ? '' : ` (${fault})`}: it called ${calledIn(received)}; see spec/protocol.md${printedBy(ended)}`
      return [...findings, ...(isOfKey ? [] : [finding('enrolment', trouble)]), endFinding(ended)]
    }
    const again = ended.error === undefined ? await endingOf(scene.turn({ later: 60 })) : ended
    return [
      ...findings,
      { looked: 'enrolment' },
      endFinding(again),
      finding('state', stateTrouble(creditor.said)),
      finding('messages', messageTrouble(creditor)),
    ]
  } finally {
    await close()
  }
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
