import type { ResolvedOptions } from '../options.ts'

/** Where printed files import from. */
export interface Modules {
  /** The runtime's door. */
  readonly runtime: string
  /** checks.ts, which is printed in either mode. */
  readonly checks: string
  /** Another file of the output: `local('user-created.event')`. */
  local(file: string): string
  /** Memory transport. */
  readonly memory: string
  /** The clock turned by hand. */
  readonly clock: string
}

export function modulesOf({ runtime, importExtension: extension }: ResolvedOptions): Modules {
  const isPackage = runtime === 'package'
  return {
    runtime: isPackage ? '@longshore/runtime' : `./support/index.${extension}`,
    checks: `./support/checks.${extension}`,
    local: (file) => `./${file}.${extension}`,
    memory: isPackage ? '@longshore/transport-memory' : `./support/testing/index.${extension}`,
    clock: isPackage ? '@longshore/testing' : `./support/testing/index.${extension}`,
  }
}
