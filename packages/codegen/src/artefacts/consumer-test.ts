import type { ChannelPlan } from '../plan/channel-plan.ts'
import type { Modules } from '../plan/modules.ts'
import { layout } from '../print/layout.ts'
import { literal } from '../print/literal.ts'
import { quote } from '../print/quote.ts'
import { SourceFile } from '../print/source-file.ts'
import { channelSamples } from '../sample/channel-samples.ts'
import { GENERATED_HEADER } from './header.ts'
import { printTestBench } from './test-bench.ts'
import { sampleName, testCases } from './test-cases.ts'
import { TEST_DIALECTS } from './test-dialect.ts'

/**
 * Tests of a printed consumer on the memory transport, with the clock turned by hand: what comes of a valid event, of broken ones,
 * of a failing handler, of personal data and of `stop()`.
 */
export function printConsumerTest(channel: ChannelPlan, modules: Modules, runner: 'vitest' | 'node'): string {
  const file = new SourceFile(GENERATED_HEADER)
  const samples = channelSamples(channel)
  const cases = testCases(channel, samples, TEST_DIALECTS[runner], file, modules)
  const missing = channel.events.length - samples.length
  file.add(
    ...samples.map(({ valid }, index) => layout([`const ${sampleName(index)}: unknown = `, literal(valid)])),
    [
      `describe(${quote(`${channel.name}Consumer`)}, () => {`,
      ...(missing === 0 ? [] : [`  // ${missingSamples(missing, channel.events.length)}`]),
      ...cases.flatMap((lines, index) => [...(index === 0 ? [] : ['']), ...lines.map((line) => `  ${line}`)]),
      '})',
    ].join('\n'),
    ...printTestBench(channel, modules, file),
  )
  return file.toString()
}

function missingSamples(missing: number, all: number): string {
  const which = all === 1 ? 'the message' : `${missing} of ${all} messages`
  return `No valid example was found for ${which}: give the contract one and print again.`
}
