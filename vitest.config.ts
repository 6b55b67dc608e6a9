import { defineConfig } from 'vitest/config'

/** Unit tests run anywhere. Files named `*.broker.test.ts` need a real broker or database on loopback; see tools/brokers/README.md. */
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
          globalSetup: 'tools/brokers/vitest-setup.ts',
          fileParallelism: false,
          sequence: { groupOrder: 1 },
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
})
