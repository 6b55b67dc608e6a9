/** Runs all rules over a document. */
import type { Diagnostic } from '../diagnostic.ts'
import { duplicateAddress } from './duplicate-address.ts'
import { duplicateOperationId } from './duplicate-operation-id.ts'
import { invalidDefault } from './invalid-default.ts'
import { invalidExample } from './invalid-example.ts'
import { invalidPattern } from './invalid-pattern.ts'
import { messageNotOfChannel } from './message-not-of-channel.ts'
import { operationWithoutChannel } from './operation-without-channel.ts'
import { proposedMember } from './proposed-member.ts'
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
  proposedMember,
  invalidPattern,
  invalidExample,
  invalidDefault,
]

export async function checkRules(document: Document): Promise<Diagnostic[]> {
  const diagnostics: Diagnostic[] = []
  for (const { code, severity, fix, check } of CONTRACT_RULES) {
    for (const { message, at } of await check(document)) {
      diagnostics.push({ code, severity, message, fix, at: document.contract.locate(at) })
    }
  }
  return diagnostics
}
