/** How one test runner writes a test; the tests themselves are the same. */
export interface TestDialect {
  /** Names to import, by module. */
  readonly imports: readonly (readonly [name: string, module: string])[]
  equal(actual: string, expected: string): string
  isTrue(condition: string): string
}

export const TEST_DIALECTS: { readonly [runner in 'vitest' | 'node']: TestDialect } = {
  vitest: {
    imports: [
      ['describe', 'vitest'],
      ['expect', 'vitest'],
      ['it', 'vitest'],
    ],
    equal: (actual, expected) => `expect(${actual}).toEqual(${expected})`,
    isTrue: (condition) => `expect(${condition}).toBe(true)`,
  },
  node: {
    imports: [
      ['deepEqual', 'node:assert/strict'],
      ['ok', 'node:assert/strict'],
      ['describe', 'node:test'],
      ['it', 'node:test'],
    ],
    equal: (actual, expected) => `deepEqual(${actual}, ${expected})`,
    isTrue: (condition) => `ok(${condition})`,
  },
}
