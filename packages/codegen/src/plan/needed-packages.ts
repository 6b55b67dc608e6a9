import type { ResolvedOptions } from '../options.ts'
import type { TransportModule } from './transport-modules.ts'

/** npm packages that printed files import. */
export interface NeededPackages {
  readonly toRun: readonly string[]
  /** And to compile and to test them. */
  readonly toDevelop: readonly string[]
}

export function neededPackages(
  transports: readonly TransportModule[],
  { runtime, inbox, framework, tests }: ResolvedOptions,
): NeededPackages {
  const isPackage = runtime === 'package'
  const ours = ['runtime', ...transports.map(({ folder }) => folder), ...(inbox === 'none' ? [] : ['postgres'])]
  const inTests = tests === 'none' || !isPackage ? [] : ['@longshore/testing', '@longshore/transport-memory']
  return {
    toRun: [
      ...(isPackage ? [...new Set(ours)].map((name) => `@longshore/${name}`) : []),
      ...new Set(transports.map(({ npm }) => npm)),
      ...(inbox === 'none' ? [] : ['pg']),
      ...(framework === 'none' ? [] : ['@nestjs/common', '@nestjs/core', 'reflect-metadata', 'rxjs']),
    ],
    toDevelop: [
      'typescript',
      '@types/node',
      ...(inbox === 'none' ? [] : ['@types/pg']),
      ...(tests === 'vitest' ? ['vitest'] : []),
      ...inTests,
    ],
  }
}
