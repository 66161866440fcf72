// How a command ends: the exit codes, and the one error whose message is for the operator.

/** 0 all is well · 1 something was refused or found wrong · 2 nothing could be done. */
export const EXIT = { ok: 0, refused: 1, failed: 2 } as const

/** An expected end: `message` says in a sentence what happened and what to do. */
export class CliError extends Error {
  readonly exitCode: number

  constructor(message: string, options: { exitCode?: number; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause })
    this.exitCode = options.exitCode ?? EXIT.failed
  }
}
