/**
 * Bundles the built command: one file for what every command needs, one for each command. Loading 150 small files would take longer
 * than checking a contract. Part of `npm run build`.
 *
 * The drawing room goes in. Other packages stay what they are: dependencies, found by their names.
 */
import { join } from 'node:path'
import { rolldown } from 'rolldown'

const PACKAGE = join(import.meta.dirname, '..')
const INSIDE = /^@longshore\/(contract|manifest|governance|codegen)$/

const bundle = await rolldown({
  input: join(PACKAGE, 'src/main.ts'),
  platform: 'node',
  resolve: { conditionNames: ['source', 'node', 'import', 'default'] },
  external: (name) => /^[^./]/.test(name) && !INSIDE.test(name),
})
await bundle.write({ dir: join(PACKAGE, 'dist'), format: 'esm', chunkFileNames: '[name].js' })
