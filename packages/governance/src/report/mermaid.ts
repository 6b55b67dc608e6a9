import type { Flow, FlowEdge, FlowNode } from './flow.ts'

/** A flow as a Mermaid flowchart. Names are escaped, so that any of them renders; personal data is marked. */
export function renderMermaid({ nodes, edges }: Flow): string {
  return [
    'flowchart LR',
    ...nodes.map((node) => `  ${renderNode(node)}`),
    ...edges.map((edge) => `  ${renderEdge(edge)}`),
    ...marked(nodes),
  ].join('\n')
}

/** Open and close of a shape: senders and receivers are boxes, topics cylinders, dead letters flags. */
const SHAPES: { readonly [kind in FlowNode['kind']]: readonly [open: string, close: string] } = {
  sender: ['[', ']'],
  topic: ['[(', ')]'],
  receiver: ['([', '])'],
  'dead-letters': ['>', ']'],
}

function renderNode({ id, kind, label, pii }: FlowNode): string {
  const [open, close] = SHAPES[kind]
  return `${id}${open}"${escaped(label)}${pii ? ' · PII' : ''}"${close}`
}

function renderEdge({ from, to, label }: FlowEdge): string {
  return `${from} -->|"${escaped(label)}"| ${to}`
}

function marked(nodes: readonly FlowNode[]): readonly string[] {
  const personal = nodes.filter(({ pii }) => pii).map(({ id }) => id)
  if (personal.length === 0) return []
  return ['  classDef pii stroke:#c0392b,stroke-width:3px', `  class ${personal.join(',')} pii`]
}

/** Signs of a name that are shown: Mermaid refuses a diagram of more than 50,000. */
const LONGEST = 60

/** Everything but letters, digits and a few harmless signs becomes a character code, which Mermaid shows as the character; no name is empty. */
function escaped(text: string): string {
  const [...signs] = text.trim()
  const shown = signs.length > LONGEST ? [...signs.slice(0, LONGEST - 1), '…'].join('') : signs.join('')
  return shown.replaceAll(/[^\p{L}\p{N} .,:/…_-]/gu, (sign) => `#${sign.codePointAt(0)};`) || 'unnamed'
}
