/** Keeps names apart: the second to want a name gets `name_2`. */
export function uniqueNames(): (wanted: string) => string {
  const taken = new Set<string>()
  const counts = new Map<string, number>()
  return (wanted) => {
    let name = wanted
    for (let count = (counts.get(wanted) ?? 1) + 1; taken.has(name); count++) {
      name = `${wanted}_${count}`
      counts.set(wanted, count)
    }
    taken.add(name)
    return name
  }
}
