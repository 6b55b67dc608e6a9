/** Reads Server Objects of both lines. */
import type { Server } from '../contract.ts'
import type { Graph } from '../references/graph.ts'
import { isObject } from '../source/pointer.ts'
import { type Node, nodeRef } from '../source/source-file.ts'
import { bindingsOf, extensionsOf, parametersOf, tagsOf, texts } from './parts.ts'
import { noteForeign, type Reading } from './reading.ts'

export function readServers(reading: Reading): Server[] {
  const { graph, root } = reading
  return graph.entries(graph.get(root, 'servers')).flatMap(([name, member]) => {
    const node = graph.resolve(member)
    return node && isObject(node.value) ? [readServer(reading, name, node)] : []
  })
}

function readServer(reading: Reading, name: string, node: Node): Server {
  noteForeign(reading, 'servers', node)
  const { graph } = reading
  return {
    name,
    host: hostOf(graph, node),
    protocol: graph.string(node, 'protocol') ?? '',
    ...texts(graph, node, 'pathname', 'protocolVersion', 'description'),
    variables: parametersOf(graph, graph.get(node, 'variables')),
    tags: tagsOf(graph, node),
    bindings: bindingsOf(reading, 'server', node),
    security: securityOf(reading, node),
    extensions: extensionsOf(node),
    at: nodeRef(node),
  }
}

/** 3.x has `host`; 2.x has `url`, whose scheme repeats the protocol. */
function hostOf(graph: Graph, node: Node): string {
  return graph.string(node, 'host') ?? graph.string(node, 'url')?.replace(/^[\w+.-]+:\/\//, '') ?? ''
}

/** 3.x lists Security Scheme Objects; 2.x lists objects whose keys are names of such schemes. */
function securityOf({ graph, root }: Reading, node: Node): string[] {
  const schemes = graph.get(graph.get(root, 'components'), 'securitySchemes')
  const types = graph.items(graph.get(node, 'security')).flatMap((item) => {
    const scheme = graph.resolve(item)
    const own = graph.string(scheme, 'type')
    return own === undefined
      ? graph.entries(scheme).map(([name]) => graph.string(graph.get(schemes, name), 'type'))
      : [own]
  })
  return [...new Set(types.filter((type) => type !== undefined))]
}
