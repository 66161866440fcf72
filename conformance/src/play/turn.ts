// One turn of an agent or a bank under test: started, it does what there is to do now, and ends. What it tells
// stands in JSON lines on its standard output.
import { CaseFailed, CaseIncomplete, Unreachable } from '../run/verdicts.ts'
import { type ProgramContext, startProgram } from './program.ts'

/** A line that the program wrote about what it did. */
export interface LoggedEvent {
  readonly event: string
  readonly code?: string
  /** base64url SHA-256 of the text of the message that it is about. */
  readonly message?: string
  readonly requestId?: string
  /** Of a bank: the agreement that it is about. */
  readonly agreementId?: string
}

/** How a turn went. */
export interface Turn {
  readonly events: readonly LoggedEvent[]
  /** What the program printed, both streams. */
  readonly printed: string
  /** The codes with which a message was refused. */
  refusalsOf(messageHash: string): readonly string[]
}

/** How a turn may end. */
export interface TurnTerms {
  /** The longest that it may take. */
  readonly turnSeconds: number
  /** Once this comes, the program is killed: its turn ends in the middle. */
  readonly crashWhen?: Promise<void>
}

/** How much of what it printed is told of a program that does not live through its turn. */
const TOLD_CHARACTERS = 2_000

/** The shell knows no such command, or may not run it. */
export class DoesNotStart extends CaseIncomplete {}

/**
 * Runs a turn to its end.
 *
 * @throws {CaseFailed} for a program that does not end, or not with 0, {DoesNotStart} for none at all.
 */
export async function playTurn(
  command: string,
  told: ProgramContext,
  { turnSeconds, crashWhen }: TurnTerms,
): Promise<Turn> {
  const program = startProgram(command, told)
  const timer = setTimeout(() => void program.stop(), turnSeconds * 1000)
  let isCrashed = false
  void crashWhen?.then(() => {
    isCrashed = true
    program.kill()
  })
  try {
    const code = await program.ended
    if (isCrashed) return turnOf(program.output())
    if (crashWhen !== undefined)
      throw new CaseFailed('a turn ended before the moment at which it was to be broken off')
    if (code === null) throw new CaseFailed(`a turn did not end within ${turnSeconds} seconds`)
    if (code === 126 || code === 127)
      throw new DoesNotStart(`the command does not start (exit code ${code})`, {
        cause: program.output(),
      })
    if (code !== 0)
      throw new CaseFailed(`a turn ended with exit code ${code}`, { cause: program.output() })
  } finally {
    clearTimeout(timer)
  }
  return turnOf(program.output())
}

/** What is said of a command that does not live through a turn without any work, with what it printed last. */
export function notLivingThrough(command: string, error: unknown): Unreachable {
  const { message } = error instanceof Error ? error : new Error(String(error))
  const printed = lastPrinted(error)
  return new Unreachable(`${command}: ${message}${printed === '' ? '' : `\n${printed}`}`)
}

/** What a program printed last before its turn went wrong. */
export function lastPrinted(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined
  return typeof cause === 'string' ? cause.trim().slice(-TOLD_CHARACTERS) : ''
}

function turnOf(output: string): Turn {
  const events = output.split('\n').flatMap(eventIn)
  return {
    events,
    printed: output,
    refusalsOf(hash) {
      const own = events.filter(({ event, message }) => event === 'refused' && message === hash)
      return [...new Set(own.map(({ code = '' }) => code))]
    },
  }
}

function eventIn(line: string): LoggedEvent[] {
  if (!line.startsWith('{')) return []
  try {
    const value = JSON.parse(line) as LoggedEvent
    return typeof value.event === 'string' ? [value] : []
  } catch {
    return []
  }
}
