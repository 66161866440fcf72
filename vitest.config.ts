import { defineConfig } from 'vitest/config'

// Where CI reads the runner's own counts.
const report = process.env.PARLEY_TEST_REPORT

// Tests of the pure core start nothing and share nothing but constants: one load of the modules is
// enough for all of them.
const PURE = ['server/test/domain', 'sdk/test/protocol', 'sdk/test/agent', 'sdk/test/bank']
const pure = PURE.map((folder) => `${folder}/**/*.test.ts`)

const all = '{sdk,server,spec,examples,conformance}/test/**/*.test.ts'

const globalSetup = ['postgres-on-demand', 'embedded-on-demand', 'compile-cache'].map(
  (name) => `server/test/support/${name}.ts`,
)

export default defineConfig({
  test: {
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 120_000,
    reporters: report === undefined ? ['default'] : ['default', ['json', { outputFile: report }]],
    projects: [
      { extends: true, test: { name: 'pure', include: pure, isolate: false } },
      { extends: true, test: { name: 'parts', include: [all], exclude: pure, globalSetup } },
    ],
  },
})
