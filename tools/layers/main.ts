/** `npm run layers`: names every import that breaks the rules of the house, and fails when there is one. */
import { join } from 'node:path'
import { checkLayers, offenceLine } from './check.ts'
import { readWorkspace } from './workspace.ts'

const workspace = readWorkspace(join(import.meta.dirname, '../..'))
const offences = checkLayers(workspace)
for (const offence of offences) console.error(offenceLine(offence))
if (offences.length === 0)
  console.log(`${workspace.files.length} files in ${workspace.packages.length} packages, in order`)
process.exitCode = offences.length === 0 ? 0 : 1
