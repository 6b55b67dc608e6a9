/** Prints docs/errors.md from the runtime's table of failures. */
import { FAILURES } from '@longshore/runtime'

const CLASSES: { readonly [name: string]: string } = {
  poison: 'no retry; the raw bytes go to the dead letters at once',
  transient: 'tried again, until the attempts or the time budget are spent',
  'dependency-down': 'the consumer waits and probes with one message; no attempt is counted',
  exhausted: 'retries are spent; dead letter',
  released: 'not settled; the message comes again, here or elsewhere',
  fatal: 'not about a message: the consumer cannot start or go on',
}

export function errorsPage(): string {
  const classes = Object.entries(CLASSES).map(([name, what]) => `| \`${name}\` | ${what} |`)
  const codes = Object.entries(FAILURES).map(
    ([code, { class: name, about, fix }]) => `### ${code}\n\n\`${name}\`. ${about}\n\n${fix}\n`,
  )
  return [
    '# Failures at run time',
    '',
    'Printed from `packages/runtime/src/failure.ts`; a test compares the two. Every failure is a `Failure` with one of these codes; its class',
    'decides what happens to the message. Messages never quote a payload.',
    '',
    '| class | what happens |',
    '| --- | --- |',
    ...classes,
    '',
    ...codes,
  ].join('\n')
}
