// Command, reachability, version, clock, keys and rail of a bank, in a turn with one payment that is due.
import { type BankScene, openBankScene } from '../roles/bank/world.ts'
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

const NO_KEYS =
  'Its keys are not there: while it runs, serve /.well-known/parley at issuer of CONF_CONTEXT.'

/** Looks at a bank; stops at what makes the rest unknowable. */
export async function bankFindings({ command }: ProgramTarget): Promise<readonly Finding[]> {
  const setup = { seeded: createSeeded('doctor'), transcript: createTranscript() }
  const { scene, close } = await openBankScene(command, setup, TURN_SECONDS)
  try {
    const ended = await endingOf(scene.turn({ agreements: [scene.agree()] }))
    const findings = startFindings({ ended, received: scene.desk.host.received })
    if (findings.some(({ trouble }) => trouble !== undefined)) return findings
    return [...findings, ...findingsOf(scene, ended), endFinding(ended)]
  } finally {
    await close()
  }
}

/** What a turn tells that reached the creditor. */
function findingsOf({ desk, rail }: BankScene, ended: Ending): readonly Finding[] {
  const { received } = desk.host
  const payment = firstMessage(received)
  if (payment === undefined) {
    const trouble = `It called ${calledIn(received)} and asked for no lease: a payment of the agreement in CONF_CONTEXT is due today${printedBy(ended)}`
    return [finding('payment', trouble)]
  }
  const faults = [...new Set(desk.faults)]
  const ofKeys = faults.filter((fault) => fault.includes('publishes no keys'))
  const others = faults.filter((fault) => !ofKeys.includes(fault))
  const isGranted = faults.length === 0
  return [
    ...messageFindings(payment, desk.now),
    finding('keys', ofKeys.length > 0 ? NO_KEYS : undefined),
    finding(
      'messages',
      others.length > 0
        ? `What it sent is not as the spec has it (${others.join('; ')}): the cases say more.`
        : undefined,
    ),
    finding(
      'rail',
      isGranted && rail.booked.length === 0
        ? `It was granted a lease and booked nothing: post the transfer to rail of CONF_CONTEXT${printedBy(ended)}`
        : undefined,
    ),
  ]
}
