import type { Manifest } from '@longshore/manifest'

/** Whether an event is promised to a receiver, so that it needs a place to go when it fails for good. */
export function needsDeadLetters(manifest: Manifest, all: readonly Manifest[]): boolean {
  const { guarantees } = manifest.delivery.contract
  const received = manifest.channel.actions.includes('receive')
  return received && guarantees !== 'best-effort' && !isDeadLetters(manifest, all)
}

/** Whether the pattern that speaks loudest of a missing queue is there already. */
export function isMissingDlq({ patterns }: Manifest): boolean {
  return patterns.detected.some(({ pattern }) => pattern === 'missing_dlq')
}

/** Whether a channel takes the dead letters of another. */
function isDeadLetters({ delivery }: Manifest, all: readonly Manifest[]): boolean {
  return all.some((other) => other.delivery.contract.dlq === delivery.contract.topic)
}
