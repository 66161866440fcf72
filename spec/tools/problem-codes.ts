// Reads the codes of problems from their page: who answers with which, and the status of each.
import { readFile } from 'node:fs/promises'

/** Under which heading a code stands: who answers with it. */
export type Answerer = 'Every receiver' | 'A creditor’s server' | 'An agent or a bank'

/** Status by code, by who answers. */
export type ProblemCodes = Readonly<Record<Answerer, Readonly<Record<string, number>>>>

const STATUS = /^- ([45]\d\d): ([\s\S]*?)(?=\n- |\n\n|\s*(?![\s\S]))/gm

/** The codes of `problems.md` in `folder`. @throws {TypeError} on a code that stands twice. */
export async function readProblemCodes(folder: URL): Promise<ProblemCodes> {
  const page = await readFile(new URL('problems.md', folder), 'utf8')
  const seen = new Set<string>()
  const under = (heading: Answerer) => {
    const [, rest = ''] = page.split(`\n### ${heading}\n`)
    const [part = ''] = rest.split('\n### ')
    const codes = [...part.matchAll(STATUS)].flatMap(([, status, list = '']) =>
      [...list.matchAll(/`([^`]+)`/g)].map(([, code = '']) => [code, Number(status)] as const),
    )
    const twice = codes.find(([code]) => seen.has(code) || !seen.add(code))
    if (twice !== undefined) throw new TypeError(`${twice[0]} stands twice`)
    return Object.fromEntries(codes)
  }
  return {
    'Every receiver': under('Every receiver'),
    'A creditor’s server': under('A creditor’s server'),
    'An agent or a bank': under('An agent or a bank'),
  }
}
