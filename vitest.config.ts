import { defineConfig } from 'vitest/config'

/** Unit tests run anywhere. Files named `*.broker.test.ts` need a real broker or database on loopback; see tools/test.mjs. */
export default defineConfig({
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source'] } },
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['{packages,tools,examples}/**/*.test.ts'],
          exclude: ['**/*.broker.test.ts', '**/node_modules/**', '**/dist/**', '**/out/**', '**/golden/**'],
        },
      },
      {
        extends: true,
        test: {
          name: 'brokers',
          include: ['{packages,tools,examples}/**/*.broker.test.ts'],
          exclude: ['**/node_modules/**', '**/dist/**'],
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
})
