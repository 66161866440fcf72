import { defineConfig } from 'vitest/config'

// Where CI reads the runner's own counts.
const report = process.env.PARLEY_TEST_REPORT

const globalSetup = ['postgres-on-demand', 'embedded-on-demand', 'compile-cache'].map(
  (name) => `server/test/support/${name}.ts`,
)

export default defineConfig({
  test: {
    include: ['{sdk,server,spec,examples,conformance}/test/**/*.test.ts'],
    globalSetup,
    // One more than the cores that they are meant for: many tests wait for processes, browsers and pauses.
    maxWorkers: 3,
    // Files share nothing but constants: one load of the modules is enough for all of a worker.
    isolate: false,
    testTimeout: 60_000,
    hookTimeout: 120_000,
    reporters: report === undefined ? ['default'] : ['default', ['json', { outputFile: report }]],
  },
})
