import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'

/** A TCP line to a broker that can be cut or held still: what happens to a process that dies, or stands still. */
export class FaultyLine {
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  readonly #target: URL
  #isHeld = false

  private constructor(target: URL) {
    this.#target = target
    this.#server = createServer((near) => this.#join(near))
  }

  static async to(url: string): Promise<FaultyLine> {
    const line = new FaultyLine(new URL(url))
    line.#server.listen(0, '127.0.0.1')
    await once(line.#server, 'listening')
    return line
  }

  /** The address to connect to in place of the broker's. */
  get url(): string {
    const url = new URL(this.#target)
    const { port } = this.#server.address() as AddressInfo
    url.host = `127.0.0.1:${port}`
    return url.href
  }

  /** Every connection ends, as by a kill of its process; new ones are possible. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy()
  }

  /** Nothing passes any more, though nothing ends. */
  hold(): void {
    this.#isHeld = true
    for (const socket of this.#sockets) socket.pause()
  }

  release(): void {
    this.#isHeld = false
    for (const socket of this.#sockets) socket.resume()
  }

  /** Ends all, for good. */
  close(): void {
    this.#server.close()
    this.cut()
  }

  #join(near: Socket): void {
    const far = connect(Number(this.#target.port) || 5672, this.#target.hostname)
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      this.#sockets.add(from)
      from.on('data', (bytes) => to.write(bytes))
      from.on('error', () => {})
      from.on('close', () => {
        this.#sockets.delete(from)
        to.destroy()
      })
      if (this.#isHeld) from.pause()
    }
  }
}
