import type { Manifest } from '@longshore/manifest'

/** Places of an event in its document, as JSON Pointers. */

export function messagePlace({ metadata }: Manifest): string {
  return metadata.pointer
}

/** The event's channel, or a place below it: `channelPlace(event, 'bindings', 'kafka')`. */
export function channelPlace({ channel }: Manifest, ...steps: readonly string[]): string {
  return ['', 'channels', channel.name, ...steps]
    .map((step) => step.replaceAll('~', '~0').replaceAll('/', '~1'))
    .join('/')
}
