import { defineConfig } from 'vitest/config'

// What takes too long for `npm test`: a name of a folder says which.
const report = process.env.PARLEY_TEST_REPORT

export default defineConfig({
  test: {
    include: ['server/test/fuzz/*.fuzz.ts', 'server/test/simulation/*.sim.ts'],
    testTimeout: 120_000,
    hookTimeout: 180_000,
    reporters: report === undefined ? ['default'] : ['default', ['json', { outputFile: report }]],
  },
})
