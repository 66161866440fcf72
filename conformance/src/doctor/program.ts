// What is looked at of every program, an agent or a bank, by what it did in a turn.
import type { Received } from '../play/host.ts'
import { DoesNotStart, lastPrinted, type Turn } from '../play/turn.ts'
import { CaseFailed } from '../run/verdicts.ts'
import { decodeJws } from '../wire/jws.ts'
import { apart, type Finding, finding, unreachable } from './finding.ts'

/** A turn of the doctor, in seconds: shorter than one of a case. */
export const TURN_SECONDS = 20

/** How a turn ended. */
export interface Ending {
  readonly error?: Error
  /** What the program printed last. */
  readonly printed: string
}

/** What the creditor was sent in a turn, and how it ended. */
interface Lived {
  readonly ended: Ending
  readonly received: readonly Received[]
}

/** Waits for the end of a turn, whatever it is. */
export async function endingOf(turn: Promise<Turn>): Promise<Ending> {
  try {
    return { printed: (await turn).printed.trim() }
  } catch (error) {
    if (!(error instanceof Error)) throw error
    return { error, printed: lastPrinted(error) }
  }
}

/** Whether the program starts, and whether it calls the creditor's server. */
export function startFindings({ ended, received }: Lived): readonly Finding[] {
  const { error } = ended
  if (error instanceof DoesNotStart) {
    return [unreachable('command', `${capital(error.message)}: correct it${printedBy(ended)}`)]
  }
  if (received.length > 0) return [{ looked: 'command' }, { looked: 'reachability' }]
  const how = error instanceof CaseFailed ? `, and ${error.message}` : ''
  const trouble = `It called nothing at CONF_SERVER_URL, where the creditor's server is${how}: start from that address${printedBy(ended)}`
  return [{ looked: 'command' }, unreachable('reachability', trouble)]
}

/** Whether a turn ends as it has to. */
export function endFinding(ended: Ending): Finding {
  const { error } = ended
  if (!(error instanceof CaseFailed)) return { looked: 'end' }
  const trouble = `${capital(error.message)}: one run is one turn, which does what there is to do and ends with 0${printedBy(ended)}`
  return finding('end', trouble)
}

/** Version and clock, as the first message that a program sent tells them. */
export function messageFindings(jws: string, now: number): readonly Finding[] {
  const { ver, iat } = decodeJws(jws)?.payload ?? {}
  const version =
    ver === '1.0' ? undefined : `Its messages have ver ${String(ver)}: the suite speaks "1.0".`
  const clock = apart(Number(iat), now)
  const trouble = clock && `Its clock is ${clock} of CONF_NOW: take the time from there.`
  return [finding('version', version), finding('clock', trouble)]
}

/** The first message of a turn; undefined where none was posted. */
export function firstMessage(received: readonly Received[]): string | undefined {
  return received.find(({ method }) => method === 'POST')?.body.toString('latin1')
}

/** What was called, each once, in order. */
export function calledIn(received: readonly Received[]): string {
  return [...new Set(received.map(({ method, target }) => `${method} ${target}`))].join(', ')
}

/** The end of a sentence, with what the program printed where it printed something. */
export function printedBy({ printed }: Ending): string {
  return printed === '' ? '.' : `. It printed:\n${printed}`
}

function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`
}
