import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { defineConfig } from 'vitest/config'

// Checks against real data that is no part of the project. Without the folder nothing is checked,
// and the run says so.
const corpus = resolve(import.meta.dirname, process.env.PARLEY_CORPUS ?? '../shared/data')
if (!existsSync(corpus)) {
  process.stdout.write(`left out: the corpus checks, since there is no folder ${corpus}\n`)
  process.exit(0)
}

const report = process.env.PARLEY_TEST_REPORT

export default defineConfig({
  test: {
    include: ['{sdk,server,spec,examples}/test/corpus/**/*.corpus.ts'],
    testTimeout: 120_000,
    reporters: report === undefined ? ['default'] : ['default', ['json', { outputFile: report }]],
  },
})
