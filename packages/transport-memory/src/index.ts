export { MemoryBroker, type MemoryRecord } from './memory-broker.ts'
export { type MemoryOptions, memoryTransport } from './memory-transport.ts'
