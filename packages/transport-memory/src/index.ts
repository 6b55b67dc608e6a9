export { MemoryBroker } from './memory-broker.ts'
export { MemoryFaults, type Repair } from './memory-faults.ts'
export type { MemoryRecord } from './memory-record.ts'
export { type MemoryOptions, memoryTransport } from './memory-transport.ts'
