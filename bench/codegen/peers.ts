/** What is measured beside: others that check contracts, print consumers, or print types. */

export type Task = 'check' | 'consumers' | 'types'

export interface Peer {
  readonly name: string
  readonly task: Task
  /** Installed by name and version, into a temporary folder. */
  readonly packages: readonly string[]
  /** File of peers/ that is run with the document and an output folder. */
  readonly script: string
  /** `flat`: without recursion and `allOf`, which it cannot read; then ours reads the same. Default `full`. */
  readonly document?: 'full' | 'flat'
  /** What it does not do that ours does, or the other way round. */
  readonly remark: string
}

export const PEERS: readonly Peer[] = [
  {
    name: '@asyncapi/parser',
    task: 'check',
    packages: ['@asyncapi/parser@3.6.3'],
    script: 'asyncapi-parser.mjs',
    remark: 'parses and validates; finds no risks',
  },
  {
    name: '@asyncapi/nodejs-template',
    task: 'consumers',
    packages: ['@asyncapi/generator@1.17.25', '@asyncapi/nodejs-template@3.0.4'],
    script: 'nodejs-template.mjs',
    document: 'flat',
    remark: 'JavaScript without types; the generator is the last that its template takes',
  },
  {
    name: '@the-codegen-project/cli',
    task: 'consumers',
    packages: ['@the-codegen-project/cli@0.82.1'],
    script: 'codegen-project.mjs',
    document: 'flat',
    remark: 'payloads, headers, parameters and channels; no tests',
  },
  {
    name: '@asyncapi/modelina',
    task: 'types',
    packages: ['@asyncapi/modelina@5.10.1'],
    script: 'modelina.mjs',
    remark: 'interfaces; no validators',
  },
  {
    name: 'quicktype-core',
    task: 'types',
    packages: ['quicktype-core@26.0.0', 'js-yaml@5.5.0'],
    script: 'quicktype.mjs',
    remark: 'interfaces; reads JSON Schema, checks no contract',
  },
  {
    name: 'json-schema-to-typescript',
    task: 'types',
    packages: ['json-schema-to-typescript@16.0.0', 'js-yaml@5.5.0'],
    script: 'json-schema-to-typescript.mjs',
    remark: 'interfaces without its formatter; reads JSON Schema, checks no contract',
  },
]
