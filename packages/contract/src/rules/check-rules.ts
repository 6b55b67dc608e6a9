/** Runs all rules over a document. */
import type { Diagnostic } from '../diagnostic.ts'
import { duplicateAddress } from './duplicate-address.ts'
import { duplicateOperationId } from './duplicate-operation-id.ts'
import { holdsValues, invalidDefault, invalidExample } from './invalid-example.ts'
import { invalidPattern } from './invalid-pattern.ts'
import { messageNotOfChannel, operationWithoutChannel } from './message-not-of-channel.ts'
import type { Document, Rule } from './rule.ts'
import { undeclaredParameter } from './undeclared-parameter.ts'
import { undeclaredServerVariable } from './undeclared-server-variable.ts'
import { undefinedSecurityScheme } from './undefined-security-scheme.ts'
import { undefinedServer } from './undefined-server.ts'
import { unusedParameter } from './unused-parameter.ts'

/** In the order of the list of rules. */
export const CONTRACT_RULES: readonly Rule[] = [
  undeclaredParameter,
  unusedParameter,
  undeclaredServerVariable,
  undefinedServer,
  undefinedSecurityScheme,
  operationWithoutChannel,
  messageNotOfChannel,
  duplicateAddress,
  duplicateOperationId,
  invalidPattern,
  invalidExample,
  invalidDefault,
]

export async function checkRules(given: Omit<Document, 'check'>): Promise<Diagnostic[]> {
  const document = await withCheck(given)
  return CONTRACT_RULES.flatMap(({ code, severity, fix, check }) =>
    [...check(document)].map(({ message, at }) => ({ code, severity, message, fix, at: document.contract.locate(at) })),
  )
}

async function withCheck(document: Omit<Document, 'check'>): Promise<Document> {
  if (!holdsValues(document)) return document
  const { valueChecker } = await import('../validation/check-value.ts')
  return { ...document, check: valueChecker(document.reading.schemas.definition) }
}
