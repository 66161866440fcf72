// Reads the reports of the test runner: each failed test with its first words, then the counts
// "passed failed skipped" as the last line.
import { existsSync, readFileSync } from 'node:fs'
import { relative } from 'node:path'

let passed = 0
let failed = 0
let skipped = 0

for (const file of process.argv.slice(2)) {
  if (!existsSync(file)) continue
  const report = JSON.parse(readFileSync(file, 'utf8'))
  if (report.cases !== undefined) {
    countCases(report)
    continue
  }
  passed += report.numPassedTests
  failed += report.numFailedTests
  skipped += report.numPendingTests + report.numTodoTests
  for (const suite of report.testResults) {
    const name = relative(process.cwd(), suite.name)
    const failures = suite.assertionResults.filter((test) => test.status === 'failed')
    for (const test of failures) {
      print(`${name} > ${test.fullName}`, test.failureMessages.join('\n'))
    }
    // A file that could not be loaded has no test that failed.
    if (suite.status === 'failed' && failures.length === 0) {
      failed += 1
      print(name, suite.message)
    }
  }
}

/** A report of the conformance suite: a case that could not be judged counts as failed. */
function countCases({ role, counts, cases }) {
  passed += counts.passed + counts.warning
  failed += counts.failed + counts.incomplete
  skipped += counts['not-applicable']
  for (const { id, title, outcome, reason } of cases) {
    if (outcome === 'failed' || outcome === 'incomplete') print(`${role} ${id} ${title}`, reason)
  }
}

function print(name, message) {
  const said = message.split('\n').slice(0, 12).join('\n  ')
  console.log(`failed: ${name}\n  ${said}`)
}

console.log(passed, failed, skipped)
