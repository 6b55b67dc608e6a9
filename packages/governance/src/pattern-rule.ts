import type { Manifest, Pattern } from '@longshore/manifest'
import { channelPlace, messagePlace } from './places.ts'
import type { Finding, Rule } from './rule.ts'

/** A rule whose looking is done already: it tells of a pattern that the manifest carries. */
export interface PatternRule extends Omit<Rule, 'check'> {
  /** Where the reader should look: at the channel for what it declares, at the message for what it carries. */
  readonly at: 'channel' | 'message'
}

export function patternRule({ at, ...rule }: PatternRule): Rule {
  return {
    ...rule,
    check: (manifest) =>
      manifest.patterns.detected.filter(({ pattern }) => pattern === rule.code).map(tell(manifest, at)),
  }
}

/** Severity, words and confidence are the pattern's own. */
export function tell(manifest: Manifest, at: PatternRule['at']): (pattern: Pattern) => Finding {
  return ({ severity, message, recommendation, confidence }) => ({
    severity,
    message,
    fix: recommendation,
    pointer: at === 'channel' ? channelPlace(manifest) : messagePlace(manifest),
    confidence,
  })
}
