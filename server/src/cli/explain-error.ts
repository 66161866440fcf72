// Turns whatever ended a command into a sentence for the operator and an exit code.
import { CliError, EXIT } from './cli-error.ts'

export interface Explained {
  message: string
  exitCode: number
}

/** Codes of Node and PostgreSQL that say more to a programmer than to an operator. */
const SENTENCES: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'Nothing listens there: check that it runs, and the address.',
  ENOTFOUND: 'The name of the host is unknown: check the address.',
  EACCES: 'The permissions of the file or directory do not allow it.',
  ENOENT: 'There is no such file.',
  '28P01': 'The database does not accept the user or the password in DATABASE_URL.',
  '42501':
    'The login of DATABASE_URL may not do this: it has to own the database, with CREATEROLE.',
  '3D000': 'The database named in DATABASE_URL does not exist: create it first.',
  '42P01': 'The store has no tables yet: run "parley migrate" first.',
}

/** Codes of errors whose own message is written for the operator. */
const READABLE: ReadonlySet<unknown> = new Set(['config', 'directory-locked'])

export function explainError(error: unknown): Explained {
  if (error instanceof CliError) return { message: error.message, exitCode: error.exitCode }
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown }
  const text = typeof message === 'string' && message !== '' ? message : String(error)
  const sentence = typeof code === 'string' ? SENTENCES[code] : undefined
  if (READABLE.has(code)) return { message: text, exitCode: EXIT.failed }
  const advice = sentence ?? 'Run it again with --verbose for the details.'
  return { message: `${text.split('\n')[0]}. ${advice}`.replace('..', '.'), exitCode: EXIT.failed }
}
