/** `npm run docs`: prints the pages that follow from the code. */
import { writeFile } from 'node:fs/promises'
import { renderRules } from '@longshore/governance'
import { errorsPage } from './errors.ts'
import { optionsPage } from './options.ts'

const PAGES = { errors: errorsPage, options: optionsPage, rules: renderRules }

for (const [name, print] of Object.entries(PAGES)) {
  await writeFile(new URL(`../../docs/${name}.md`, import.meta.url), await print())
}
