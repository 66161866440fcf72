// The last moment of a mail: behind its text, before the end of its data (RFC 5321 §4.1.1.4). Up to
// there the mail server cannot have taken it; from there on nobody but the server's answer can tell.
import { Readable } from 'node:stream'
import type { BeforeLeaving, Carrier } from '../use-cases/outbound-ports.ts'

/** Mail servers deliver a second mail of the same Message-ID. */
const SMTP: Carrier = { provider: 'smtp', mayRepeat: false }

export interface Departure {
  readonly beforeLeaving: BeforeLeaving | undefined
  /** The end of the data is on its way, or was. */
  isLeaving: boolean
}

/**
 * Passes a mail on and awaits `beforeLeaving` before it ends. A rejection destroys the stream, and
 * with it the connection: a server drops a mail whose data has no end.
 */
export function holdEnd(mail: Readable, departure: Departure): Readable {
  return Readable.from(untilLeaving(mail, departure))
}

async function* untilLeaving(mail: Readable, departure: Departure): AsyncGenerator<unknown> {
  yield* mail
  await departure.beforeLeaving?.(SMTP)
  departure.isLeaving = true
}
