import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { importAsyncAPI } from './import-asyncapi.ts'
import { validateManifest } from './validation/validate-manifest.ts'

const contracts = new URL('../../../contracts/', import.meta.url)

describe('importing an AsyncAPI document', () => {
  it('gives its manifests, with the personal data of each event', async () => {
    const { manifests, diagnostics } = await importAsyncAPI(pathOf('user-events.yaml'))
    expect(diagnostics).toEqual([])
    expect(manifests.map(({ urn }) => urn)).toEqual([
      'urn:events:identity:user:created',
      'urn:events:identity:user:updated',
      'urn:events:identity:user:deleted',
    ])
    const personal = manifests[0]?.schema.fields.filter(({ pii }) => pii).map(({ path }) => path)
    expect(personal).toEqual([
      'user.id',
      'user.email',
      'user.full_name',
      'user.phone',
      'user.address.street',
      'user.address.city',
      'user.address.postal_code',
    ])
  })

  it.each(['cosmic-horizons', 'workflow-events', 'stacklens', 'dora', 'orders-rabbitmq', 'sensors-mqtt'])(
    'gives valid manifests for %s, the same bytes twice',
    async (name) => {
      const [once, again] = await Promise.all([
        importAsyncAPI(pathOf(`${name}.yaml`)),
        importAsyncAPI(pathOf(`${name}.yaml`)),
      ])
      expect(once.manifests.length).toBeGreaterThan(0)
      expect(once.manifests.flatMap((manifest) => validateManifest(manifest))).toEqual([])
      expect(JSON.stringify(again.manifests)).toBe(JSON.stringify(once.manifests))
    },
  )

  it('gives no manifests and says why when there is no document', async () => {
    const { manifests, diagnostics } = await importAsyncAPI(pathOf('no-such-file.yaml'))
    expect({ manifests, codes: diagnostics.map(({ code }) => code) }).toEqual({
      manifests: [],
      codes: ['unreadable_document'],
    })
  })
})

function pathOf(name: string): string {
  return fileURLToPath(new URL(name, contracts))
}
