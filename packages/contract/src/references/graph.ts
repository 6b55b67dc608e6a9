/** The document and its files as one graph of nodes: `$ref` is an edge that is followed when asked for, never replaced. */
import type { Json } from '../contract.ts'
import { below, isList, isObject, memberOf, tokensOf } from '../source/pointer.ts'
import type { Node, SourceFile } from '../source/source-file.ts'
import type { Library } from './library.ts'
import { parseReference, type Target } from './reference.ts'

/** Where a chain of references ended, and all nodes it went through. */
export type Followed =
  | { readonly kind: 'node'; readonly node: Node }
  | { readonly kind: 'broken'; readonly node: Node; readonly reference: string; readonly target: Target | undefined }
  | { readonly kind: 'cycle'; readonly chain: readonly Node[] }

/** A chain of references without an end in sight is taken for a cycle. */
const MAX_CHAIN = 100

/** Unique per place: two nodes are the same when their keys are. */
export function keyOf(node: Node): string {
  return `${node.source.id}#${node.pointer}`
}

export function rootOf(source: SourceFile): Node {
  return { source, pointer: '', value: source.value }
}

/** The `$ref` of a Reference Object. */
export function referenceIn(value: Json): string | undefined {
  const reference = memberOf(value, '$ref')
  return isObject(value) && typeof reference === 'string' ? reference : undefined
}

export class Graph {
  readonly #library: Library
  /** Where values that were moved by merging were written. */
  readonly #origins = new WeakMap<object, Node>()
  /** Each reference is followed once; one that is still being followed when it is met again is a cycle. */
  #followed = new WeakMap<object, Followed>()
  #followedIn = 0
  #left: number

  /** `maxMembers` bounds what is handed out: references let a small text stand for a very large one. */
  constructor(library: Library, maxMembers: number) {
    this.#library = library
    this.#left = maxMembers
  }

  /** Follows references until a value that is none. Needs the files to be open already. */
  follow(start: Node): Followed {
    if (referenceIn(start.value) === undefined || !isObject(start.value)) return { kind: 'node', node: start }
    if (this.#followedIn !== this.#library.size) this.#forget()
    const known = this.#followed.get(start.value)
    if (known) return known
    this.#followed.set(start.value, { kind: 'cycle', chain: [start] })
    const followed = this.#follow(start)
    this.#followed.set(start.value, followed)
    return followed
  }

  #follow(start: Node): Followed {
    const chain = [start]
    const seen = new Set<Json>([start.value])
    for (let node = start; chain.length <= MAX_CHAIN; ) {
      const reference = referenceIn(node.value)
      if (reference === undefined) return { kind: 'node', node }
      const target = parseReference(reference, node.source.id)
      const next = target && this.at(target)
      if (!next) return { kind: 'broken', node, reference, target }
      if (seen.has(next.value)) return { kind: 'cycle', chain }
      chain.push(next)
      seen.add(next.value)
      node = next
    }
    return { kind: 'cycle', chain }
  }

  /** The value behind all references; `undefined` when there is none. */
  resolve(node: Node | undefined): Node | undefined {
    const followed = node && this.follow(node)
    return followed?.kind === 'node' ? followed.node : undefined
  }

  /** The node one reference leads to, which may be a reference itself. The node when it is none. */
  step(node: Node): Node | undefined {
    const reference = referenceIn(node.value)
    if (reference === undefined) return node
    const target = parseReference(reference, node.source.id)
    return target && this.at(target)
  }

  /** The node at a file and pointer. A pointer into a file that is kept as text gives the text. */
  at({ id, pointer }: Target): Node | undefined {
    const opened = this.#library.peek(id)
    if (opened?.kind !== 'source') return undefined
    const root = rootOf(opened.source)
    if (opened.source.opaque || pointer === '') return root
    return pointer.startsWith('/') ? this.#descend(root, tokensOf(pointer)) : undefined
  }

  /** The member as written: a reference stays one. */
  raw(node: Node | undefined, key: string | number): Node | undefined {
    const value = memberOf(node?.value, key)
    if (node === undefined || value === undefined) return undefined
    const origin = typeof value === 'object' && value !== null ? this.#origins.get(value) : undefined
    return origin ?? { source: node.source, pointer: below(node.pointer, key), value }
  }

  /** The member with its references followed. */
  get(node: Node | undefined, key: string | number): Node | undefined {
    return this.resolve(this.raw(node, key))
  }

  /** True once members or items have been held back, because there were too many. */
  get isExhausted(): boolean {
    return this.#left < 0
  }

  #takes(count: number): boolean {
    this.#left -= count
    return this.#left >= 0
  }

  /** The items of a list as written. */
  items(node: Node | undefined): readonly Node[] {
    if (!isList(node?.value) || !this.#takes(node.value.length)) return []
    return node.value.flatMap((_, index) => this.raw(node, index) ?? [])
  }

  /** The members of an object as written. */
  entries(node: Node | undefined): readonly (readonly [key: string, node: Node])[] {
    const keys = isObject(node?.value) ? Object.keys(node.value) : []
    if (!this.#takes(keys.length)) return []
    return keys.flatMap((key) => {
      const member = this.raw(node, key)
      return member ? [[key, member] as const] : []
    })
  }

  string(node: Node | undefined, key: string): string | undefined {
    const value = this.get(node, key)?.value
    return typeof value === 'string' ? value : undefined
  }

  /** Remembers where a value was written that is about to be merged into another node. */
  remember(node: Node): void {
    if (typeof node.value === 'object' && node.value !== null) this.#origins.set(node.value, node)
  }

  /** What has been followed holds only until another file is opened. */
  #forget(): void {
    this.#followed = new WeakMap()
    this.#followedIn = this.#library.size
  }

  /** References on the way are followed, so that a pointer may lead through one. */
  #descend(root: Node, tokens: readonly string[]): Node | undefined {
    let node: Node | undefined = root
    for (const token of tokens) {
      if (node && memberOf(node.value, token) === undefined) node = this.resolve(node)
      node = this.raw(node, token)
    }
    return node
  }
}
