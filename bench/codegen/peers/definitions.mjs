import { readFileSync } from 'node:fs'
import { load } from 'js-yaml'

/** The schemas of a document as one JSON Schema, and the names of the payloads among them. */
export function definitionsOf(path) {
  const document = load(readFileSync(path, 'utf8'))
  const definitions = JSON.parse(
    JSON.stringify(document.components.schemas).replaceAll('#/components/schemas/', '#/definitions/'),
  )
  const payloads = Object.entries(document.components.messages).map(([name, message]) => {
    const payload = JSON.parse(JSON.stringify(message.payload).replaceAll('#/components/schemas/', '#/definitions/'))
    return [name, payload]
  })
  return { definitions, payloads }
}
