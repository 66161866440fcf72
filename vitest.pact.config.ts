import { defineConfig } from 'vitest/config'

// Contracts between the packages: the SDK states what it sends and reads, the server is held to it. Each
// file is alone in its process, so that the examples of a contract do not hang on who ran before.
process.env.PACT_DO_NOT_TRACK = 'true'
const report = process.env.PARLEY_TEST_REPORT

export default defineConfig({
  test: {
    include: ['{sdk,server}/test/pact/*.pact.ts'],
    globalSetup: ['postgres-on-demand', 'embedded-on-demand'].map(
      (name) => `server/test/support/${name}.ts`,
    ),
    maxWorkers: 2,
    testTimeout: 240_000,
    hookTimeout: 120_000,
    reporters: report === undefined ? ['default'] : ['default', ['json', { outputFile: report }]],
  },
})
