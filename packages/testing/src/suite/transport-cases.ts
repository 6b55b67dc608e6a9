import { connectionCases } from './cases/connection.ts'
import { deadLetterCases } from './cases/dead-letters.ts'
import { failureCases } from './cases/failures.ts'
import { groupCases } from './cases/groups.ts'
import { orderCases } from './cases/order.ts'
import { settlingCases } from './cases/settling.ts'
import type { TransportCase } from './transport-case.ts'

/**
 * What every transport promises, as cases of a name and a function. Each runs the real pipeline against the transport under test.
 *
 * @example
 * for (const transportCase of transportCases) {
 *   it(transportCase.name, async (context) => {
 *     const reason = skipReason(transportCase, setup)
 *     if (reason === undefined) await transportCase.run(setup)
 *     else context.skip(reason)
 *   })
 * }
 */
export const transportCases: readonly TransportCase[] = Object.freeze([
  ...orderCases,
  ...settlingCases,
  ...failureCases,
  ...deadLetterCases,
  ...groupCases,
  ...connectionCases,
])
