// Collects what was refused and why: a few lines for the end of the run, all of them in the report
// file. A line is named by its number; its cells are never repeated.
import { once } from 'node:events'
import { createWriteStream, type WriteStream } from 'node:fs'
import { finished } from 'node:stream/promises'
import { oneLine } from '../../domain/content/safe-text.ts'

export interface RefusedLine {
  readonly line: number
  readonly code: string
  readonly reason: string
}

const SHOWN = 20

/** Opens the report, if one is wanted. @throws when its file cannot be written. */
export async function openRefusedLines(reportFile: string | undefined): Promise<RefusedLines> {
  if (reportFile === undefined) return new RefusedLines(undefined)
  const report = createWriteStream(reportFile)
  await once(report, 'open')
  return new RefusedLines(report)
}

export class RefusedLines {
  #count = 0
  readonly #shown: RefusedLine[] = []
  readonly #report: WriteStream | undefined

  constructor(report: WriteStream | undefined) {
    this.#report = report
    this.#report?.write('line,code,reason\r\n')
    // Awaited in `close`, where the error ends the command.
    this.#report?.on('error', () => {})
  }

  get count(): number {
    return this.#count
  }

  add({ line, code, reason }: RefusedLine): void {
    // The report is opened in a spreadsheet: what the server said must not run there.
    const refused = {
      line,
      code: oneLine(code),
      reason: oneLine(reason).replace(/^[=+\-@]/, "'$&"),
    }
    this.#count++
    if (this.#shown.length < SHOWN) this.#shown.push(refused)
    this.#report?.write(`${line},${refused.code},"${refused.reason.replaceAll('"', '""')}"\r\n`)
  }

  /** The end of the run in words; empty when nothing was refused. */
  summary(): string {
    if (this.#count === 0) return ''
    const shown = this.#shown
      .toSorted((a, b) => a.line - b.line)
      .map(({ line, code, reason }) => `  line ${line}  ${code}: ${reason}\n`)
    const more = this.#count - shown.length
    if (more <= 0) return `Refused:\n${shown.join('')}`
    const where = this.#report === undefined ? '--report lists all' : `all in ${this.#report.path}`
    return `Refused:\n${shown.join('')}  … and ${more} more; ${where}\n`
  }

  /** Waits until the report is on disk. @throws when it cannot be written. */
  async close(): Promise<void> {
    if (this.#report === undefined) return
    this.#report.end()
    await finished(this.#report)
  }
}
