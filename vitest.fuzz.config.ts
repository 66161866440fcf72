import { defineConfig } from 'vitest/config'

const report = process.env.PARLEY_TEST_REPORT

export default defineConfig({
  test: {
    include: ['server/test/fuzz/**/*.fuzz.ts'],
    testTimeout: 120_000,
    hookTimeout: 180_000,
    reporters: report === undefined ? ['default'] : ['default', ['json', { outputFile: report }]],
  },
})
