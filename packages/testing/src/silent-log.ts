import type { Log } from '@longshore/runtime'

/** Says nothing: for tests that look at outcomes. */
export const silentLog: Log = Object.freeze({ debug() {}, info() {}, warn() {}, error() {} })
