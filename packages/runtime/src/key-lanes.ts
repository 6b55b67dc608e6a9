interface Lane<Item> {
  readonly key: string | null
  /** What waits behind the item that runs; made with the first that has to. */
  queue: Item[] | undefined
  /** What runs, if anything does. */
  running: Item | undefined
  /** When it began, in Unix milliseconds. */
  sinceMs: number
}

/** An item that was added and is not done. */
export interface Held<Item> {
  readonly item: Item
  /** When it began, in Unix milliseconds; absent while it waits. */
  readonly sinceMs?: number
  /** What it waits behind in its lane. */
  readonly behind?: Item
}

/**
 * Works on items of one key one after the other, on different keys at once, at most `concurrency` in all. An item without key has a
 * lane of its own. Lanes exist only while they hold something: an item that is done at once costs one map look-up.
 */
export class KeyLanes<Item> {
  readonly #work: (item: Item) => undefined | Promise<void>
  readonly #concurrency: number
  readonly #now: () => number
  readonly #lanes = new Map<string, Lane<Item>>()
  /** Lanes with something to do and nobody doing it, in order of arrival; read from `#head`. */
  #ready: Lane<Item>[] = []
  #head = 0
  /** Lanes without key whose item runs: no map knows them. */
  readonly #keyless = new Set<Lane<Item>>()
  #running = 0
  #open = false
  #idle: (() => void)[] = []

  /** @param work Must not throw or reject: an item's failure is its own matter. Starts closed; see {@link open}. */
  constructor({
    concurrency,
    now,
    work,
  }: {
    readonly concurrency: number
    readonly now: () => number
    readonly work: (item: Item) => undefined | Promise<void>
  }) {
    this.#concurrency = concurrency
    this.#now = now
    this.#work = work
  }

  get running(): number {
    return this.#running
  }

  /** All that was added and is not done. Costs a step per item: for a look now and then. */
  *held(): Iterable<Held<Item>> {
    const keyed = [...this.#lanes.values()]
    const busy = keyed.filter(({ running }) => running !== undefined)
    for (const lane of new Set([...busy, ...this.#keyless, ...this.#waiting(), ...keyed])) {
      let ahead = lane.running
      if (ahead !== undefined) yield { item: ahead, sinceMs: lane.sinceMs }
      for (const item of lane.queue ?? []) {
        yield ahead === undefined ? { item } : { item, behind: ahead }
        ahead ??= item
      }
    }
  }

  /** Items that wait behind the one that runs. */
  waitingBehind(key: string | null): number {
    return key === null ? 0 : (this.#lanes.get(key)?.queue?.length ?? 0)
  }

  add(key: string | null, item: Item): void {
    const busy = key === null ? undefined : this.#lanes.get(key)
    if (busy !== undefined) {
      if (busy.queue === undefined) busy.queue = [item]
      else busy.queue.push(item)
      return
    }
    if (this.#open && this.#running < this.#concurrency) {
      this.#begin(item, { key, queue: undefined, running: undefined, sinceMs: 0 })
      return
    }
    const lane: Lane<Item> = { key, queue: [item], running: undefined, sinceMs: 0 }
    if (key !== null) this.#lanes.set(key, lane)
    this.#ready.push(lane)
  }

  /** Begins, or goes on after {@link close}. */
  open(): void {
    this.#open = true
    this.#pump()
  }

  /** Begins nothing new; what runs goes on. */
  close(): void {
    this.#open = false
  }

  /** Forgets what waits and is of no use any more; what runs is left alone. */
  discard(isUseless: (item: Item) => boolean): void {
    const ready = this.#waiting()
    for (const lane of new Set([...this.#lanes.values(), ...ready])) {
      lane.queue = lane.queue?.filter((item) => !isUseless(item))
    }
    for (const lane of ready) if (lane.key !== null && !hasMore(lane)) this.#lanes.delete(lane.key)
    this.#ready = ready.filter(hasMore)
    this.#head = 0
  }

  /** Resolves when nothing is running. */
  idle(): Promise<void> {
    return this.#running === 0 ? Promise.resolve() : new Promise((resolve) => this.#idle.push(resolve))
  }

  /** Runs an item; when it is not done at once, its lane stays taken until it is. */
  #begin(item: Item, lane: Lane<Item>): void {
    const result = this.#work(item)
    if (result === undefined) {
      if (hasMore(lane)) this.#ready.push(lane)
      else if (lane.key !== null) this.#lanes.delete(lane.key)
      return
    }
    if (lane.key === null) this.#keyless.add(lane)
    else this.#lanes.set(lane.key, lane)
    lane.running = item
    lane.sinceMs = this.#now()
    this.#running += 1
    result.then(() => this.#end(lane))
  }

  #end(lane: Lane<Item>): void {
    lane.running = undefined
    this.#running -= 1
    if (lane.key === null) this.#keyless.delete(lane)
    if (hasMore(lane)) this.#ready.push(lane)
    else if (lane.key !== null) this.#lanes.delete(lane.key)
    this.#pump()
    if (this.#running > 0) return
    for (const resolve of this.#idle.splice(0)) resolve()
  }

  #pump(): void {
    while (this.#open && this.#running < this.#concurrency) {
      const lane = this.#ready[this.#head]
      if (lane === undefined) return
      this.#head += 1
      if (this.#head >= 1_024 && this.#head * 2 >= this.#ready.length) {
        this.#ready = this.#waiting()
        this.#head = 0
      }
      const item = lane.queue?.shift()
      if (item !== undefined) this.#begin(item, lane)
    }
  }

  /** The lanes in `#ready` whose turn has not come. To shift a long array would move all of it for each item. */
  #waiting(): Lane<Item>[] {
    return this.#ready.slice(this.#head)
  }
}

function hasMore({ queue }: Lane<unknown>): boolean {
  return queue !== undefined && queue.length > 0
}
