export type * from './contract.ts'
export type { Diagnostic, Location, Severity } from './diagnostic.ts'
