import { LINE_WIDTH } from './layout.ts'

/** The lines of a doc comment to stand `depth` levels deep; none when there is nothing to say. Paragraphs stay, lines are filled. */
export function docComment(text: string, depth = 0): readonly string[] {
  const room = LINE_WIDTH - 2 * depth
  const lines = safe(text)
    .split('\n')
    .flatMap((paragraph) => fill(paragraph, room - 3))
  const [only = ''] = lines
  if (lines.length > 1 || only.length + 7 > room) return ['/**', ...lines.map((line) => ` * ${line}`.trimEnd()), ' */']
  return only === '' ? [] : [`/** ${only} */`]
}

/** A fact for a comment on one line. */
export function inline(text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}

/**
 * Document text that cannot end the comment, start a compiler directive or reverse the reading direction. Long texts are cut: a
 * comment is read, not archived.
 */
function safe(text: string): string {
  if (isPlain(text)) return text
  const short = text.length > MAX_CHARACTERS ? `${text.slice(0, MAX_CHARACTERS)}…` : text
  return short
    .replace(/\r\n?|[\u2028\u2029]/g, '\n')
    .replace(/[^\S\n]+/g, ' ')
    .replace(/[\p{Cc}\p{Cf}\p{Cs}]/gu, (character) => (character === '\n' ? character : ''))
    .replaceAll('*/', '*\\/')
    .replace(/^[ */]*@/gm, (start) => start.replace('@', '\\@'))
    .replace(/\n{3,}/g, '\n\n')
    .trim()
}

const MAX_CHARACTERS = 2_000

/** A short line of words: nearly all there is, and nothing in it to make safe. */
function isPlain(text: string): boolean {
  return text.length <= LINE_WIDTH && /^[\w.,:;()'"=+?!&-]+(?: [\w.,:;()'"=+?!&-]+)*$/.test(text)
}

function fill(paragraph: string, width: number): readonly string[] {
  const lines: string[] = []
  let current = ''
  for (const word of paragraph.trim().split(' ')) {
    if (current !== '' && current.length + 1 + word.length > width) {
      lines.push(current)
      current = word
    } else current = current === '' ? word : `${current} ${word}`
  }
  return [...lines, current]
}
