import { readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { type Contract, type LoadOptions, parseContract } from '@longshore/contract'
import { load } from 'js-yaml'

/**
 * The components of a document as a contract in which each schema and each message is on a channel of its own. Labels also name
 * components that no message uses: a library of schemas has no channel at all.
 */
export async function componentsAsContract(path: string, options: LoadOptions): Promise<Contract | undefined> {
  const components = componentsOf(path)
  if (!components) return undefined
  const here = basename(path)
  const schemas = Object.keys(asRecord(components.schemas)).map((name) => [
    name,
    { payload: refer(here, ['components', 'schemas', name]) },
  ])
  const messages = messagesIn(components, ['components'], here)
  const channels = [...schemas, ...messages].map(([name, message]) => [name, { subscribe: { message } }])
  const text = JSON.stringify({
    asyncapi: '2.6.0',
    info: { title: 'Components', version: '1' },
    channels: Object.fromEntries(channels),
  })
  const { contract } = await parseContract(text, {
    ...options,
    file: join(dirname(path), 'components-as-contract.json'),
  })
  return contract
}

type Found = readonly [name: string, message: object]

/** Whatever has a payload, at any depth: real documents nest their messages. */
function messagesIn(value: unknown, pointer: readonly string[], here: string): readonly Found[] {
  return Object.entries(asRecord(value)).flatMap(([name, member]): readonly Found[] => {
    const inner = [...pointer, name]
    if (pointer.includes('schemas')) return []
    const { payload, headers } = asRecord(member)
    if (payload === undefined) return messagesIn(member, inner, here)
    return [
      [
        name,
        {
          payload: refer(here, [...inner, 'payload']),
          ...(headers !== undefined && { headers: refer(here, [...inner, 'headers']) }),
        },
      ],
    ]
  })
}

function refer(file: string, pointer: readonly string[]): object {
  const parts = pointer.map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1')))
  return { $ref: `${encodeURIComponent(file)}#/${parts.join('/')}` }
}

function componentsOf(path: string): Record<string, unknown> | undefined {
  try {
    return asRecord(asRecord(load(readFileSync(path, 'utf8'))).components)
  } catch {
    return undefined // a document that cannot be read has been reported by the importer
  }
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {}
}
