import { type ConsumerFacts, consumerFacts, plan } from '@longshore/codegen'
import type { Invocation } from './command.ts'
import { readDocuments } from './documents.ts'
import { generateOptions } from './generate-options.ts'
import { UsageError } from './usage-error.ts'

/** One consumer that the generator would print, with its names decided. */
export interface PlannedConsumer extends ConsumerFacts {
  /** `UserCreated` */
  readonly name: string
  readonly transport: string
  readonly dlq: string
  readonly retryTopic: string
}

/** The consumers of the documents in question. A document with errors is a usage error: its names could be wrong. */
export async function consumersOf(invocation: Invocation): Promise<readonly PlannedConsumer[]> {
  const documents = await readDocuments(invocation)
  for (const { file, diagnostics } of documents) {
    const broken = diagnostics.find(({ severity }) => severity === 'error')
    if (broken !== undefined) throw new UsageError(`${file} has errors: ${broken.message} See longshore check ${file}.`)
  }
  const { channels } = plan(
    documents.flatMap(({ manifests }) => manifests),
    generateOptions(invocation),
  )
  return channels.map((channel) => {
    const facts = consumerFacts(channel)
    const owner = `${facts.topic}.${facts.group}`
    const { name, transport } = channel
    return { ...facts, name, transport, dlq: facts.dlq ?? `${owner}.dlq`, retryTopic: `${owner}.retry` }
  })
}
