// Which HTTP status goes with which code, as spec/problems.md has it (`npm run generate` writes them).
import statuses from '../generated/problem-statuses.json' with { type: 'json' }

const byCode = new Map<string, number>(Object.entries(statuses))

/** The status of a code. @throws {TypeError} for a code that the specification does not have. */
export function statusOf(code: string): number {
  const status = byCode.get(code)
  if (status === undefined) throw new TypeError(`the specification has no code ${code}`)
  return status
}

/** A refusal in the words of a step: `401 alg`. */
export function refusalOf(code: string): string {
  return `${statusOf(code)} ${code}`
}
