/** Small contracts for tests: what a test does not care about is filled in. */
import type { Channel, Contract, JsonSchema, Message, Operation, Payload, Server } from '@longshore/contract'

const at = { file: 'contract.yaml', pointer: '' }

export function contract(parts: Partial<Contract> & { readonly channels: readonly Channel[] }): Contract {
  return {
    file: 'contracts/contract.yaml',
    asyncapi: '3.0.0',
    hash: 'a'.repeat(64),
    title: 'Identity',
    version: '1.2.0',
    tags: [],
    servers: [],
    extensions: {},
    locate: ({ file, pointer }) => ({ file, line: 1, column: 1, pointer }),
    ...parts,
  }
}

export function channel(parts: Partial<Channel> = {}): Channel {
  return {
    name: 'userCreated',
    address: 'user.created',
    parameters: [],
    servers: [],
    messages: [message()],
    operations: [],
    bindings: {},
    tags: [],
    extensions: {},
    at,
    ...parts,
  }
}

export function message(parts: Partial<Message> = {}): Message {
  return {
    name: 'userCreated',
    deprecated: false,
    bindings: {},
    tags: [],
    examples: [],
    extensions: {},
    at: { file: 'contract.yaml', pointer: '/components/messages/userCreated' },
    ...parts,
  }
}

export function operation(parts: Partial<Operation> = {}): Operation {
  return {
    name: 'onUserCreated',
    action: 'receive',
    messages: [],
    bindings: {},
    tags: [],
    extensions: {},
    at,
    ...parts,
  }
}

export function server(protocol: string, parts: Partial<Server> = {}): Server {
  return {
    name: protocol,
    host: 'example.com',
    protocol,
    tags: [],
    bindings: {},
    security: [],
    variables: [],
    extensions: {},
    at,
    ...parts,
  }
}

export function payload(schema: JsonSchema, name?: string): Payload {
  return { format: 'json-schema', schema, raw: schema, at, ...(name && { name }) }
}
