// Whether a signed result is of a report, and by whom it was signed.
import { resolve } from 'node:path'
import type { Report } from '../report/report.ts'
import { examineResult, readSigners } from '../report/signed-result.ts'
import type { Print } from '../run/in-turn.ts'
import { readNamed, type Settings } from './settings.ts'
import { EXIT, UsageError } from './usage.ts'

/** Prints what was signed, and each thing that does not hold. Returns the exit code. */
export async function verifyResult(
  { words, report, jwks }: Pick<Settings, 'words' | 'report' | 'jwks'>,
  { print, folder }: { readonly print: Print; readonly folder: string },
): Promise<number> {
  const [file] = words
  if (file === undefined || report === undefined) {
    throw new UsageError('say which: verify FILE --report report.json')
  }
  const jws = readNamed(resolve(folder, file), (text) => text.trim())
  const model = readNamed(report, reportIn)
  const signers = jwks === undefined ? undefined : readNamed(jwks, readSigners)
  try {
    const { result, signedBy, faults } = await examineResult(jws, model, signers)
    const { role, system, suite, protocol, startedAt, counts } = result
    const counted = Object.entries(counts).map(([outcome, count]) => `${count} ${outcome}`)
    print(`${role}: ${counted.join(', ')}`)
    print(`${system}, by suite ${suite} for Parley ${protocol}, ${startedAt}`)
    print(`signed by ${signedBy}${signers === undefined ? ', whoever that is: give --jwks' : ''}`)
    for (const fault of faults) print(`✗ ${fault}`)
    if (faults.length === 0) print('✓ the report is the one that was signed')
    return faults.length === 0 ? EXIT.passed : EXIT.failed
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    print(`✗ ${error.message}`)
    return EXIT.failed
  }
}

function reportIn(text: string): Report {
  const report = JSON.parse(text) as Partial<Report> | null
  if (!Array.isArray(report?.cases)) throw new TypeError('it is no report of the suite')
  return report as Report
}
