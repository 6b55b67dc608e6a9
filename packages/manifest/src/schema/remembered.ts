/**
 * A function of a text that remembers its last answers: the same names and descriptions come again in every message of a document.
 * The memory is emptied when it is full, so that hostile input cannot make it grow.
 */
export function remembered<T>(answer: (text: string) => T, limit = 20_000): (text: string) => T {
  const known = new Map<string, { readonly answer: T }>()
  return (text) => {
    const old = known.get(text)
    if (old) return old.answer
    if (known.size >= limit) known.clear()
    const fresh = { answer: answer(text) }
    known.set(text, fresh)
    return fresh.answer
  }
}

/** The same for schema objects, which a contract's payloads share: remembered for as long as the object lives. */
export function rememberedFor<K extends object, T>(answer: (key: K) => T): (key: K) => T {
  const known = new WeakMap<K, { readonly answer: T }>()
  return (key) => {
    const old = known.get(key)
    if (old) return old.answer
    const fresh = { answer: answer(key) }
    known.set(key, fresh)
    return fresh.answer
  }
}
