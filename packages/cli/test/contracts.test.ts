import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { runCommand } from './run-command.ts'

const CONTRACT = 'contracts/user-events.yaml'
let folder = ''

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'longshore-cli-'))
})

async function file(name: string, text: string): Promise<string> {
  await writeFile(join(folder, name), text)
  return join(folder, name)
}

describe('init', () => {
  it('starts a project that has no finding above a note and prints its consumer', async () => {
    expect((await runCommand('init', { cwd: folder })).code).toBe(0)
    const checked = await runCommand('check --fail-on warn', { cwd: folder })
    expect(checked.out).toEqual(expect.stringMatching(/^1 event: 0 errors, 0 warnings, \d notes/))
    expect((await runCommand('generate consumer', { cwd: folder })).code).toBe(0)
    expect(await readdir(join(folder, 'src/consumers'))).toContain('order-placed.consumer.ts')
  })

  it('touches nothing that is there', async () => {
    await file('longshore.yaml', 'contracts: []')
    const { code, err } = await runCommand('init', { cwd: folder })
    expect(code).toBe(1)
    expect(err).toContain('longshore.yaml')
    expect(await readdir(folder)).toEqual(['longshore.yaml'])
  })
})

describe('check', () => {
  it('ends with 1 on a finding at or above --fail-on, with 0 below it', async () => {
    expect((await runCommand(`check ${CONTRACT}`)).code).toBe(1)
    expect((await runCommand(`check ${CONTRACT} --fail-on never`)).code).toBe(0)
  })

  it('names code, file and line of each finding, and what to do', async () => {
    const { out } = await runCommand(`check ${CONTRACT}`)
    expect(out).toMatch(/error missing_dlq contracts\/user-events\.yaml:\d+:\d+/)
    expect(out).toContain('fix: Declare a dead letter queue')
  })

  it('is also called governance', async () => {
    expect((await runCommand(`governance ${CONTRACT}`)).out).toBe((await runCommand(`check ${CONTRACT}`)).out)
  })

  it('prints JSON, SARIF and Markdown', async () => {
    const json: { readonly diagnostics: readonly { readonly code: string }[] } = JSON.parse(
      (await runCommand(`check ${CONTRACT} --json`)).out,
    )
    expect(json.diagnostics.map(({ code }) => code)).toContain('missing_dlq')
    const sarif: { readonly version: string } = JSON.parse((await runCommand(`check ${CONTRACT} --format sarif`)).out)
    expect(sarif.version).toBe('2.1.0')
    expect((await runCommand(`check ${CONTRACT} --format markdown`)).out).toContain('```mermaid')
  })

  it.each([
    ['no-such.yaml', undefined, /no-such\.yaml/],
    ['empty.yaml', '', /empty\.yaml:1:1/],
    ['list.yaml', '- not\n- asyncapi\n', /list\.yaml:1:1/],
    ['openapi.yaml', 'openapi: 3.1.0\ninfo: { title: x, version: "1" }\n', /openapi\.yaml:1:1/],
    ['broken.yaml', 'asyncapi: 3.0.0\ninfo: [\n', /broken\.yaml:\d+:\d+/],
  ])('says of %s in place and words what is wrong with it', async (name, text, place) => {
    const path = text === undefined ? join(folder, name) : await file(name, text)
    const { code, out, err } = await runCommand(`check ${path}`)
    expect(code).toBe(1)
    expect(out + err).toMatch(place)
    expect(out + err).toContain('fix:')
    expect(out + err).not.toContain('    at ')
  })

  it('refuses an event that is not there and lists those that are', async () => {
    const { code, err } = await runCommand(`check ${CONTRACT} --only user.renamed`)
    expect(code).toBe(2)
    expect(err).toContain('There is no event "user.renamed". There are: user.created')
  })
})

describe('import', () => {
  it('writes one manifest per event', async () => {
    const { code } = await runCommand(`import ${CONTRACT} --out ${folder}`)
    expect(code).toBe(0)
    expect((await readdir(folder)).sort()).toEqual([
      'user.created.manifest.json',
      'user.deleted.manifest.json',
      'user.updated.manifest.json',
    ])
  })

  it('prints the same bytes under the name protocol-discover asyncapi', async () => {
    const { out } = await runCommand(`import ${CONTRACT} --only user.created`)
    expect((await runCommand(`protocol-discover asyncapi ${CONTRACT} --only user.created`)).out).toBe(out)
    expect(JSON.parse(out)).toMatchObject({ protocol: 'event-protocol/v1', urn: 'urn:events:identity:user:created' })
  })

  it('writes nothing when the document has errors', async () => {
    const path = await file(
      'broken.yaml',
      'asyncapi: 3.0.0\ninfo: { title: x, version: 1 }\nchannels: { a: { $ref: "#/nowhere" } }\n',
    )
    const { code, err } = await runCommand(`import ${path} --out ${join(folder, 'manifests')}`)
    expect(code).toBe(1)
    expect(err).toContain('Nothing was written')
    expect(await readdir(folder)).toEqual(['broken.yaml'])
  })
})

describe('generate consumer', () => {
  it('prints consumers, and finds them up to date the second time', async () => {
    const out = join(folder, 'consumers')
    expect((await runCommand(`generate consumer ${CONTRACT} --out ${out}`)).code).toBe(0)
    expect(await readFile(join(out, 'user-created.consumer.ts'), 'utf8')).toContain('export class UserCreatedConsumer')
    const again = await runCommand(`generate consumer ${CONTRACT} --out ${out} --check`)
    expect(again.code).toBe(0)
    expect(again.out).toContain('Up to date: 3 consumers')
  })

  it('prints the same consumer from a manifest alone, as protocol-generate', async () => {
    await runCommand(`import ${CONTRACT} --only user.created --out ${folder}`)
    await runCommand(`generate consumer ${CONTRACT} --only user.created --out ${folder}/from-contract`)
    const { code } = await runCommand(
      `protocol-generate consumer ${folder}/user.created.manifest.json --out ${folder}/from-manifest`,
    )
    expect(code).toBe(0)
    const [one, other] = await Promise.all(
      ['from-contract', 'from-manifest'].map((from) =>
        readFile(join(folder, from, 'user-created.consumer.ts'), 'utf8'),
      ),
    )
    expect(other).toBe(one)
  })

  it('says what to install after the first printing', async () => {
    const { out } = await runCommand(`generate consumer ${CONTRACT} --out ${folder}/c --inbox postgres --tests node`)
    expect(out).toContain('To run:     npm install @platformatic/kafka pg\n')
    expect(out).toContain('To compile: npm install -D typescript @types/node @types/pg')
  })

  it('lists what would change, and changes nothing, with --dry-run', async () => {
    const out = `--out ${folder}/c`
    await runCommand(`generate consumer ${CONTRACT} ${out}`)
    const { code, out: text } = await runCommand(`generate consumer ${CONTRACT} --only user.created ${out} --dry-run`)
    expect(code).toBe(0)
    expect(text).toContain('  - user-updated.consumer.ts\n')
    expect(await readdir(join(folder, 'c'))).toContain('user-updated.consumer.ts')
    expect((await runCommand(`generate consumer ${CONTRACT} --only user.created ${out} --check`)).code).toBe(1)
  })

  it('refuses a folder with foreign files by name, and writes nothing', async () => {
    await file('diary.txt', 'mine')
    const { code, err } = await runCommand(`generate consumer ${CONTRACT} --out ${folder}`)
    expect(code).toBe(1)
    expect(err).toContain('diary.txt')
    expect(await readdir(folder)).toEqual(['diary.txt'])
  })

  it('refuses to overwrite a printed file that was edited, and keeps the handler', async () => {
    await runCommand(`generate consumer ${CONTRACT} --only user.created --out ${folder}`)
    await file('user-created.handler.ts', 'export const handleUserCreated = async () => {}\n')
    const consumer = join(folder, 'user-created.consumer.ts')
    await writeFile(consumer, `${await readFile(consumer, 'utf8')}// mine\n`)
    const { code, err } = await runCommand(`generate consumer ${CONTRACT} --only user.created --out ${folder}`)
    expect(code).toBe(1)
    expect(err).toContain('user-created.consumer.ts was edited')
    expect((await runCommand(`generate consumer ${CONTRACT} --only user.created --out ${folder} --force`)).code).toBe(0)
    expect(await readFile(join(folder, 'user-created.handler.ts'), 'utf8')).toContain('async () => {}')
  })

  it('needs to know where the files go', async () => {
    const { code, err } = await runCommand(`generate consumer ${CONTRACT}`)
    expect(code).toBe(2)
    expect(err).toContain('--out')
  })
})

describe('diff', () => {
  it('finds nothing between a contract and itself', async () => {
    const { code, out } = await runCommand(`diff ${CONTRACT} ${CONTRACT}`)
    expect(code).toBe(0)
    expect(out).toBe('Nothing changed.')
  })

  it('names the reader that a removed field breaks, advises a version and ends with 1', async () => {
    const text = await readFile(new URL('../../../contracts/user-events.yaml', import.meta.url), 'utf8')
    const path = await file(
      'user-events.yaml',
      text.replaceAll(
        'required: [event_id, occurred_at, changed, user]',
        'required: [event_id, occurred_at, changed, user, actor]',
      ),
    )
    const { code, out } = await runCommand(`diff ${CONTRACT} ${path}`)
    expect(code).toBe(1)
    expect(out).toContain('user.updated')
    expect(out).toContain('advised version step: major')
  })
})

describe('explain', () => {
  it('says guarantee, order and dead letter queue of a consumer, and connects to nothing', async () => {
    const { code, out } = await runCommand(`explain ${CONTRACT} --only user.updated`)
    expect(code).toBe(0)
    expect(out).toContain('at-least-once')
    expect(out).toContain('user.updated.user-service.dlq')
  })

  it('says how many messages of a queue are worked on at once', async () => {
    const { out } = await runCommand('explain contracts/orders-rabbitmq.yaml', {
      env: { AMQP_URL: 'amqp://localhost' },
    })
    expect(out).toContain('prefetch   1 unacknowledged at once: one message after the other')
  })
})
