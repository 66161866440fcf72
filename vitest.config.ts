import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['{sdk,server,spec,examples,conformance}/test/**/*.test.ts'],
    testTimeout: 20_000,
    hookTimeout: 60_000,
  },
})
