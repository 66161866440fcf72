// How far an import is, on the standard error: one line that is rewritten on a terminal, a line a
// second elsewhere. The standard output stays for the result.
export interface ImportTotals {
  /** Lines of the file that have an answer. */
  lines: number
  created: number
  /** Sent by an earlier run. */
  duplicate: number
  refused: number
}

export interface ProgressOutput {
  readonly isTTY?: boolean
  write(text: string): unknown
}

const INTERVAL_MS = { terminal: 100, log: 1_000 } as const
const CLEAR_LINE = '\r\u001b[K'

/** Shows `describe()` from time to time until it is stopped. */
export function startProgress(output: ProgressOutput, describe: () => string): () => void {
  const isTerminal = output.isTTY === true
  const show = () => output.write(isTerminal ? CLEAR_LINE + describe() : `${describe()}\n`)
  const timer = setInterval(show, isTerminal ? INTERVAL_MS.terminal : INTERVAL_MS.log)
  timer.unref()
  return () => {
    clearInterval(timer)
    if (isTerminal) output.write(CLEAR_LINE)
  }
}

/** How far a run is in its file. */
export interface Reached {
  /** The last line of the file that has an answer. */
  line: number
  /** Lines in the file. */
  readonly of: number
}

/** `1,200 lines  1,180 issued  20 refused  34 %`; a dry run issues nothing. */
export function describeProgress(
  totals: ImportTotals,
  { line, of }: Reached,
  isDryRun = false,
): string {
  const percent = Math.min(100, Math.floor((100 * line) / of))
  return [
    `${number(totals.lines)} lines`,
    `${number(totals.created)} ${isDryRun ? 'can be issued' : 'issued'}`,
    ...(totals.duplicate > 0 ? [`${number(totals.duplicate)} issued before`] : []),
    `${number(totals.refused)} refused`,
    `${percent} %`,
  ].join('  ')
}

/** A count with thousands apart. */
export function number(count: number): string {
  return count.toLocaleString('en')
}
