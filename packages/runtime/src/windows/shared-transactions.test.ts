import { settled } from '@longshore/testing'
import { describe, expect, it } from 'vitest'
import { DependencyDown } from '../failure.ts'
import type { Claim, Inbox } from '../inbox.ts'
import { ACK, type Outcome } from '../outcome.ts'
import { sharedTransactions } from './shared-transactions.ts'

type Work = (tx: string) => Promise<Outcome>

/** Notes which claims each transaction held, and whether it was committed; it waits to be let through. */
function noting() {
  const transactions: string[] = []
  const held: (() => void)[] = []
  const transact = async (batch: readonly { readonly claim: Claim; readonly work: Work }[]) => {
    const ids = batch.map(({ claim }) => claim.id).join(' ')
    await new Promise<void>((resolve) => held.push(resolve))
    try {
      const answers = []
      for (const { work } of batch) answers.push(await work('tx'))
      transactions.push(ids)
      return answers
    } catch (thrown) {
      transactions.push(`${ids}: rolled back`)
      throw thrown
    }
  }
  const unused = () => Promise.reject(new Error('not used here'))
  const inbox: Inbox<string> = {
    about: 'noting',
    transact: async (claim, work) => (await transact([{ claim, work }]))[0] ?? ACK,
    transactAll: transact,
    lease: unused,
    confirm: unused,
    release: unused,
  }
  const go = async () => {
    for (await settled(); held.length > 0; await settled()) held.shift()?.()
  }
  return { inbox, transactions, go }
}

function claim(id: string): Claim {
  return { id, handler: 'h', payloadHash: new Uint8Array(), fence: { group: 'g', topic: 't', partition: 0, epoch: 1n } }
}

function scene(most = 100) {
  const { inbox, transactions, go } = noting()
  const ended: string[] = []
  const shared = sharedTransactions({
    inbox,
    most,
    onEnded: ({ id }, isCommitted) => ended.push(isCommitted ? id : `${id}: not`),
  })
  const transact = (id: string, work: Work = async () => ACK) =>
    shared.transact(claim(id), work).then(
      () => `${id} is done`,
      (thrown: unknown) => `${id} failed: ${thrown instanceof Error ? thrown.message : thrown}`,
    )
  return { transact, transactions, go, ended }
}

describe('shared transactions', () => {
  it('begin at once, and hold what came while the one before was under way', async () => {
    const { transact, transactions, go } = scene()
    const first = transact('a')
    await settled()
    const rest = [transact('b'), transact('c')]
    await go()
    expect(await Promise.all([first, ...rest])).toEqual(['a is done', 'b is done', 'c is done'])
    expect(transactions).toEqual(['a', 'b c'])
  })

  it('hold no more than they may', async () => {
    const { transact, transactions, go } = scene(2)
    const all = ['a', 'b', 'c', 'd', 'e'].map((id) => transact(id))
    await go()
    await Promise.all(all)
    expect(transactions).toEqual(['a b', 'c d', 'e'])
  })

  it('fail for the one whose work fails, and are committed for the others', async () => {
    const { transact, transactions, go, ended } = scene()
    const poison: Work = () => Promise.reject(new Error('bad'))
    const all = ['a', 'b', 'c', 'd'].map((id) => transact(id, id === 'c' ? poison : undefined))
    await go()
    expect(await Promise.all(all)).toEqual(['a is done', 'b is done', 'c failed: bad', 'd is done'])
    expect(transactions).toEqual(['a b c d: rolled back', 'a b', 'c d: rolled back', 'c: rolled back', 'd'])
    expect(ended).toEqual(['a', 'b', 'c: not', 'd'])
  })

  it('fail for all at once when the database is away', async () => {
    const { transact, transactions, go, ended } = scene()
    const away: Work = () => Promise.reject(new DependencyDown('postgres'))
    const all = ['a', 'b'].map((id) => transact(id, away))
    await go()
    expect(await Promise.all(all)).toEqual([expect.stringContaining('failed'), expect.stringContaining('failed')])
    expect(transactions).toEqual(['a b: rolled back'])
    expect(ended).toEqual(['a: not', 'b: not'])
  })
})
