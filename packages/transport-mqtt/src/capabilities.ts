import type { Capabilities } from '@longshore/runtime'
import type { ResolvedMqttOptions } from './options.ts'

/** What MQTT can promise with these options; each reason was measured on Mosquitto 2.0. */
export function capabilitiesOf({ shared, spool }: Pick<ResolvedMqttOptions, 'shared' | 'spool'>): Capabilities {
  const isStored = spool !== undefined
  return Object.freeze({
    orderPerKey: !shared,
    ownsPartitions: !shared && !isStored,
    groups: shared || isStored,
    replay: false,
    redeliversAfterCrash: true,
    delayedRetry: isStored ? 'keeps-order' : 'none',
    lag: isStored ? 'messages-and-seconds' : 'messages',
    why: Object.freeze({
      replay:
        'MQTT keeps nothing that was read, and nothing from before the subscription but one retained message per topic.',
      backlog:
        'The broker keeps only so much for a consumer that is away or slow, and drops the rest without a word: on Mosquitto max_queued_messages, 1,000 unless configured.',
      ...(shared ? WHY_SHARED : isStored ? WHY_STORED : WHY_ALONE),
      ...(isStored ? {} : WHY_DIRECT),
    }),
  })
}

const WHY_SHARED = Object.freeze({
  orderPerKey:
    'A shared subscription deals out messages in turn, whatever their key. What waits for a member that is away waits for its client id alone, until its session expires. Mosquitto 2.0 forgets shared subscriptions when it restarts: what is published before the members are back is lost.',
  ownsPartitions: 'The members of a shared subscription take turns: none of them owns anything.',
})

const WHY_STORED = Object.freeze({
  ownsPartitions:
    'One process reads for the group and the spool hands a key to one process at a time, so the order holds; no process owns a partition that an effect could be fenced by.',
})

const WHY_ALONE = Object.freeze({
  groups:
    'The subscription is not shared: one process reads alone, and what it did not acknowledge waits for its client id.',
})

const WHY_DIRECT = Object.freeze({
  delayedRetry:
    'Without a spool nothing can hold a message back: what fails for longer than its lane may wait goes to the dead letters, and an unfinished message holds up the acknowledgements of all that came after it.',
  lag: 'What the broker still holds is not told; only what was received is counted.',
  deadLetters:
    'Without a spool dead letters are retained messages below the dead letter topic: they last as long as the broker keeps them, and a Mosquitto that is killed may lose its newest.',
})
