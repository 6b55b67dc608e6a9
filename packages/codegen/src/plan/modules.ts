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
  /** The inbox in PostgreSQL; `undefined` without one. */
  readonly postgres: PostgresModules | undefined
  /** Decorators of the framework; `undefined` without one. */
  readonly nest: '@nestjs/common' | undefined
}

export interface PostgresModules {
  readonly store: string
  /** The type of `context.tx`. */
  readonly database: string
  /** The pool of `pg`. */
  readonly pool: string
}

export function modulesOf({ runtime, importExtension: extension, inbox, framework }: ResolvedOptions): Modules {
  const isPackage = runtime === 'package'
  return {
    runtime: isPackage ? '@longshore/runtime' : `./support/index.${extension}`,
    checks: `./support/checks.${extension}`,
    local: (file) => `./${file}.${extension}`,
    memory: isPackage ? '@longshore/transport-memory' : `./support/testing/index.${extension}`,
    clock: isPackage ? '@longshore/testing' : `./support/testing/index.${extension}`,
    postgres: inbox === 'none' ? undefined : postgresModules(isPackage, extension),
    nest: framework === 'none' ? undefined : '@nestjs/common',
  }
}

function postgresModules(isPackage: boolean, extension: string): PostgresModules {
  const at = (file: string) => `./support/postgres/${file}.${extension}`
  return isPackage
    ? { store: '@longshore/postgres', database: '@longshore/postgres', pool: '@longshore/postgres/pg' }
    : { store: at('store'), database: at('database'), pool: at('pg') }
}
