/** Prints the consumers of a document in this process, first cold, then again: `node in-process-run.ts <document>`. Answers milliseconds. */
import { generateEventConsumer, plan } from '@longshore/codegen'
import { loadContract } from '@longshore/contract'
import { toManifests } from '@longshore/manifest'
import { median } from '../kafka/figures.ts'

const AGAIN = 20

const [document = ''] = process.argv.slice(2)
const { contract } = await loadContract(document)
const manifests = contract === undefined ? [] : toManifests(contract)
const [first] = manifests
if (first === undefined) throw new Error(`${document} holds no event.`)

const print = () => plan(manifests, { runtime: 'package' })
const printAll = () => plan(manifests)
const figures = {
  /** The consumer's text alone. */
  consumerColdMs: took(() => generateEventConsumer(first)),
  /** Types, validators, consumers, handlers, tests and main.ts. */
  coldMs: took(print),
  warmMs: again(print),
  /** The same with the files of support/ that a standalone consumer brings. */
  standaloneColdMs: took(printAll),
  standaloneWarmMs: again(printAll),
}
console.log(JSON.stringify({ consumers: print().channels.length, ...figures }))

function took(work: () => unknown): number {
  const started = performance.now()
  work()
  return performance.now() - started
}

function again(work: () => unknown): number {
  return median(Array.from({ length: AGAIN }, () => took(work)))
}
