/** Reads the text of the document itself, within bounds. */
import { readFileSync, statSync } from 'node:fs'
import type { Diagnostic } from './diagnostic.ts'
import { thousands } from './print/thousands.ts'

/** The text, or why there is none. Read at once: a command has nothing else to do, and threads take longer to wake than a file to read. */
export function openDocument(path: string, { maxBytes }: { readonly maxBytes: number }): string | Diagnostic {
  try {
    const info = statSync(path)
    if (!info.isFile()) return refusal(path, NOT_A_FILE)
    return info.size > maxBytes ? refusal(path, tooLarge(maxBytes)) : readFileSync(path, 'utf8')
  } catch {
    return refusal(path, UNREADABLE)
  }
}

type Reason = Pick<Diagnostic, 'code' | 'message' | 'fix'>

const UNREADABLE: Reason = {
  code: 'unreadable_document',
  message: 'There is no such file, or it may not be read.',
  fix: 'Correct the path or the permissions.',
}

const NOT_A_FILE: Reason = {
  code: 'unreadable_document',
  message: 'This is no file.',
  fix: 'Name an AsyncAPI document, not a folder.',
}

function tooLarge(maxBytes: number): Reason {
  return {
    code: 'document_too_large',
    message: `The file is larger than ${thousands(maxBytes)} bytes.`,
    fix: 'Split the document into several files, or raise maxBytes.',
  }
}

function refusal(file: string, reason: Reason): Diagnostic {
  return { ...reason, severity: 'error', at: { file, line: 1, column: 1, pointer: '' } }
}
