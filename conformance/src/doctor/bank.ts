// Command, reachability, version, clock, keys and rail of a bank, in a turn with one payment that is due.
import { openBankScene } from '../roles/bank/world.ts'
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

/** Looks at a bank; stops at what makes the rest unknowable. */
export async function bankFindings({ command }: ProgramTarget): Promise<readonly Finding[]> {
  const setup = { seeded: createSeeded('doctor'), transcript: createTranscript() }
  const { scene, close } = await openBankScene(command, setup, TURN_SECONDS)
  try {
    const { desk, rail } = scene
    const { received } = desk.host
    const ended = await endingOf(scene.turn({ agreements: [scene.agree()] }))
    const findings = startFindings({ ended, received })
    if (findings.some(({ trouble }) => trouble !== undefined)) return findings
    const payment = firstMessage(received)
    if (payment === undefined) {
      const trouble = `It called ${calledIn(received)} and asked for no lease: a payment of the agreement in CONF_CONTEXT is due today${printedBy(ended)}`
      return [...findings, finding('payment', trouble), endFinding(ended)]
    }
    const faults = [...new Set(desk.faults)]
    const ofKeys = faults.find((fault) => fault.includes('publishes no keys'))
    const others = faults.filter((fault) => fault !== ofKeys)
    const isRefused = faults.length > 0
    return [
      ...findings,
      ...messageFindings(payment, desk.now),
      finding(
        'keys',
        ofKeys &&
          'Its keys are not there: while it runs, serve /.well-known/parley at issuer of CONF_CONTEXT.',
      ),
      finding(
        'messages',
        others.length === 0
          ? undefined
          : `What it sent is not as the spec has it (${others.join('; ')}): the cases say more.`,
      ),
      finding(
        'rail',
        isRefused || rail.booked.length > 0
          ? undefined
          : `It was granted a lease and booked nothing: post the transfer to rail of CONF_CONTEXT${printedBy(ended)}`,
      ),
      endFinding(ended),
    ]
  } finally {
    await close()
  }
}
