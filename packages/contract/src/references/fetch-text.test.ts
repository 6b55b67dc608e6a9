import { createServer, type RequestListener } from 'node:http'
import { afterEach, describe, expect, it } from 'vitest'
import { fetchText } from './fetch-text.ts'
import { isPrivateAddress } from './private-address.ts'

const LIMITS = { maxBytes: 1_000, timeoutMs: 5_000, allowPrivate: true }
const closing: (() => void)[] = []

afterEach(() => {
  for (const close of closing.splice(0)) close()
})

describe('a fetched text', () => {
  it('is followed through redirects', async () => {
    const url = await serve((request, response) => {
      if (request.url === '/moved') response.writeHead(302, { location: '/here' }).end()
      else response.end('address: o')
    })
    expect(await fetchText(`${url}/moved`, LIMITS)).toBe('address: o')
  })

  it('is bounded in size, time and redirects', async () => {
    const url = await serve((request, response) => {
      if (request.url === '/large') response.end('x'.repeat(2_000))
      if (request.url === '/round') response.writeHead(302, { location: '/round' }).end()
    })
    await expect(fetchText(`${url}/large`, LIMITS)).rejects.toThrow('larger than 1,000 bytes')
    await expect(fetchText(`${url}/round`, LIMITS)).rejects.toThrow('more than 3 redirects')
    await expect(fetchText(`${url}/silent`, { ...LIMITS, timeoutMs: 20 })).rejects.toThrow('too long')
  })

  it('never comes from a private address, by number, by name or by redirect', async () => {
    let requests = 0
    const url = await serve((_, response) => {
      requests++
      response.end()
    })
    const limits = { ...LIMITS, allowPrivate: false }
    await expect(fetchText(url, limits)).rejects.toThrow('private')
    await expect(fetchText(url.replace('127.0.0.1', 'localhost'), limits)).rejects.toThrow('private')
    await expect(fetchText(url.replace('127.0.0.1', '[::ffff:127.0.0.1]'), limits)).rejects.toThrow('private')
    expect(requests).toBe(0)
  })
})

describe('a private address', () => {
  it.each([
    '127.0.0.1',
    '10.1.2.3',
    '169.254.169.254',
    '192.168.1.1',
    '0.0.0.0',
    '::1',
    'fd00::1',
    'fe80::1',
    '::ffff:10.0.0.1',
    '64:ff9b::a00:1',
  ])('is %s', (address) => expect(isPrivateAddress(address)).toBe(true))
  it.each(['1.1.1.1', '172.32.0.1', '2606:4700:4700::1111', '::ffff:1.1.1.1'])('is not %s', (address) =>
    expect(isPrivateAddress(address)).toBe(false),
  )
})

/** Answers on loopback until the test ends. */
async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  closing.push(() => {
    server.closeAllConnections()
    server.close()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
}
