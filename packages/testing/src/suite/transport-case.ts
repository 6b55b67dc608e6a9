import type { Capabilities } from '@longshore/runtime'
import { Stage } from './stage.ts'
import type { TransportFaults, TransportSetup } from './transport-setup.ts'

/** What a case may need of a transport. */
export type Ability = Exclude<keyof Capabilities, 'why' | 'maxMessageBytes'>

/** One promise that every transport keeps. Imports no test runner: give `name` and `run` to yours. */
export interface TransportCase {
  /** Finishes the sentence "a transport …". */
  readonly name: string
  readonly needs: readonly Ability[]
  readonly faults: readonly (keyof TransportFaults)[]
  /** Rejects with an assertion error where the promise is broken. Leaves nothing open. */
  run(setup: TransportSetup): Promise<void>
}

export interface CaseParts {
  readonly name: string
  readonly needs?: readonly Ability[]
  readonly faults?: readonly (keyof TransportFaults)[]
  /** Of the channel. Default 3. */
  readonly partitions?: number
  readonly play: (stage: Stage) => Promise<void>
}

export function transportCase({ name, needs = [], faults = [], partitions = 3, play }: CaseParts): TransportCase {
  return {
    name,
    needs,
    faults,
    async run(setup) {
      const stage = await Stage.open(setup, partitions)
      try {
        await play(stage)
      } finally {
        await stage.close()
      }
    },
  }
}

/** Why a case does not apply; `undefined` when it does. What is missing without a declared reason is an error: nothing is skipped in silence. */
export function skipReason({ needs, faults }: TransportCase, setup: TransportSetup): string | undefined {
  const { capabilities } = setup
  for (const ability of needs) {
    if (capabilities[ability] === false || capabilities[ability] === 'none')
      return declared(ability, capabilities.why[ability])
  }
  for (const fault of faults) if (setup.faults[fault] === undefined) return declared(fault, setup.why[fault])
  return undefined
}

function declared(missing: string, reason: string | undefined): string {
  if (reason === undefined) throw new Error(`${missing} is missing, and no reason is declared for it.`)
  return `${missing}: ${reason}`
}
