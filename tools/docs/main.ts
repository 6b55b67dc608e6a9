/** `npm run docs`: prints the pages that follow from the code. */
import { writeFile } from 'node:fs/promises'
import { errorsPage } from './errors.ts'

await writeFile(new URL('../../docs/errors.md', import.meta.url), errorsPage())
