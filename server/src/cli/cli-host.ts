// What a command needs of the process that it runs in. The process is one host; a test that runs a
// command without a process of its own is another.
import process from 'node:process'

/** Settings in, text and an exit code out. */
export interface CliHost {
  readonly env: NodeJS.ProcessEnv
  out(text: string): void
  err(text: string): void
  /** Whether a person looks at what is written to `err`. */
  readonly isTerminal: boolean
  /** What the command ends with: 0 until it says otherwise. */
  exitCode: number
}

/** The process itself. Its code is set, not the process ended: what was written goes out first. */
export function processHost(): CliHost {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', endUnread)
  return {
    env: process.env,
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    isTerminal: process.stderr.isTTY === true,
    get exitCode() {
      return Number(process.exitCode ?? 0)
    },
    set exitCode(code: number) {
      process.exitCode = code
    },
  }
}

/** Whoever reads has had enough, as `head` has: the end is that of SIGPIPE. */
function endUnread(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error
  process.exit(141)
}
