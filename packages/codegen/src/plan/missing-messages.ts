import type { Diagnostic } from '@longshore/contract'
import type { Manifest } from '@longshore/manifest'
import { type ChannelPlan, tellsOthers } from './channel-plan.ts'

/**
 * One warning for each channel that carries messages nobody was asked to print: `--only`, or a single manifest. Those the described
 * application does not receive are left out on purpose and no finding, unless they would be dead letters.
 */
export function missingMessages(
  channels: readonly ChannelPlan[],
  manifests: readonly Manifest[],
): readonly Diagnostic[] {
  const given = new Set(manifests.map(({ event }) => event.name))
  return channels.flatMap((channel): readonly Diagnostic[] => {
    const isTold = tellsOthers(channel)
    const missing = isTold ? channel.leftOut.filter((name) => !given.has(name)) : channel.leftOut
    if (missing.length === 0) return []
    const { channel: address, metadata } = channel.events[0].manifest
    const fate = isTold
      ? `${channel.name}Consumer counts and acknowledges them.`
      : `${channel.name}Consumer knows its event by the schema alone and sends them to the dead letters.`
    return [
      {
        code: 'messages_left_out',
        severity: 'warn',
        message: `Channel ${address.name} also carries ${missing.join(', ')}; nothing is printed for them. ${fate}`,
        fix: isTold
          ? 'Nothing to do if that is meant; else print from the document, or name their manifests as well.'
          : 'Print from the document, or name their manifests as well; or fix a property of each to a constant in the contract.',
        at: { file: metadata.source_file, line: 1, column: 1, pointer: metadata.pointer },
      },
    ]
  })
}
