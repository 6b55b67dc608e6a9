import type { JsonObject, JsonSchema } from '@longshore/contract'
import { Scope } from '../names/scope.ts'
import { docComment } from '../print/comment.ts'
import { type Doc, hardline, indent, layout } from '../print/layout.ts'
import { type Question, Reprints } from '../print/reprints.ts'
import { typesOf } from '../schema/keywords.ts'
import { agree, isBareReference, type SchemaGraph, targetOf } from '../schema/schema-graph.ts'
import type { TypeNames } from '../types/type-names.ts'
import { arrayStatements } from './array-statements.ts'
import type { CheckPrinter, Part } from './check-printer.ts'
import { allowedValues, type Condition, conditionsOf } from './conditions.ts'
import { inPlaceStatements } from './in-place-statements.ts'
import { objectStatements } from './object-statements.ts'
import { LOCAL_NAMES } from './read-members.ts'
import { hasArrayKeywords, hasInPlaceKeywords, hasObjectKeywords, nullableOf } from './shape.ts'
import { type Branch, block, found, ifChain, lines, say, where } from './statements.ts'
import type { Surroundings } from './surroundings.ts'
import { unevaluatedStatements } from './unevaluated-statements.ts'

export interface PrintedValidator {
  /** Constants and functions, the exported one first. */
  readonly declarations: readonly string[]
  /** Functions of checks.ts that are called. */
  readonly checks: ReadonlySet<string>
}

/** A schema as `validateUserCreated(value)` and one function for each schema it refers to. */
export function printValidator(graph: SchemaGraph, names: TypeNames): PrintedValidator {
  const printer = new ValidatorPrinter(graph, names)
  printer.printRoot()
  return printer
}

const reprints = new Reprints<ValidatorPrinter>()

class ValidatorPrinter implements CheckPrinter {
  readonly graph: SchemaGraph
  readonly checks = new Set<string>(['VALID'])
  readonly #names: TypeNames
  readonly #scope: Scope
  readonly #constants: string[] = []
  readonly #functions: string[] = []
  readonly #nameOfSchema = new Map<JsonSchema, string>()
  readonly #nameOfConstant = new Map<string, string>()
  /** What the function being printed has asked so far. */
  #questions: Question<ValidatorPrinter>[] = []

  constructor(graph: SchemaGraph, names: TypeNames) {
    this.graph = graph
    this.#names = names
    this.#scope = new Scope(LOCAL_NAMES)
  }

  get declarations(): readonly string[] {
    return [...this.#constants, ...this.#functions]
  }

  printRoot(): void {
    const { event } = this.#names
    const name = this.#scope.take(`validate${event}`)
    this.#nameOfSchema.set(this.graph.root, name)
    const about = `What keeps \`value\` from being a valid \`${event}\`; empty when it is one.`
    this.#print(this.graph.root, `export function ${name}`, event, docComment(about))
  }

  use(name: string): string {
    this.checks.add(name)
    return this.#answer((printer) => printer.use(name), name)
  }

  constant(hint: string, value: Doc): string {
    return this.#answer((printer) => printer.constant(hint, value), this.#constant(hint, value))
  }

  #constant(hint: string, value: Doc): string {
    const code = layout(value)
    const known = this.#nameOfConstant.get(code)
    if (known !== undefined) return known
    const name = this.#scope.take(screamingCase(hint), '_')
    this.#nameOfConstant.set(code, name)
    this.#constants.push(layout([`const ${name} = `, value]))
    return name
  }

  checkOf(schema: JsonSchema, hint: string): string {
    return this.#answer((printer) => printer.checkOf(schema, hint), this.#checkOf(schema, hint))
  }

  #checkOf(schema: JsonSchema, hint: string): string {
    const reference = typeof schema === 'boolean' || !isBareReference(schema) ? undefined : targetOf(this.graph, schema)
    const target = reference?.schema ?? schema
    const known = this.#nameOfSchema.get(target)
    if (known !== undefined) return known
    const referenced =
      reference === undefined || typeof schema === 'boolean'
        ? undefined
        : this.#names.byReference.get(String(schema.$ref))
    const typeName = referenced ?? hint
    const name = this.#scope.take(`check${typeName}`)
    this.#nameOfSchema.set(target, name)
    this.#print(target, `function ${name}`, typeName, [])
    return name
  }

  allowsAll(schema: JsonSchema): boolean {
    if (typeof schema === 'boolean') return schema
    const inner = nullableOf(this.graph, schema)
    if (inner !== undefined) return this.allowsAll(inner)
    return this.#isSimple(schema) && conditionsOf(schema, 'value', '', IDLE).length === 0
  }

  branches(schema: JsonSchema, v: string, at: Doc, hint: string): readonly Branch[] {
    if (schema === true || this.allowsAll(schema)) return []
    if (schema === false || isImpossible(schema))
      return [{ body: [found(this.use('add'), at, ...say('false', 'is not allowed'))] }]
    const inner = nullableOf(this.graph, schema)
    if (inner !== undefined) {
      const nested = this.branches(inner, v, at, hint)
      return where(`${v} !== null`, nested)
    }
    if (!this.#isSimple(schema))
      return [{ body: [found(this.use('within'), at, `${this.checkOf(schema, hint)}(${v})`)] }]
    return conditionsOf(schema, v, hint, this).map(({ when, rule, message }) => ({
      when,
      body: [found(this.use('add'), at, ...say(rule, message))],
    }))
  }

  #isSimple(schema: JsonObject): boolean {
    return !hasObjectKeywords(schema) && !hasArrayKeywords(schema) && !hasInPlaceKeywords(this.graph, schema)
  }

  #print(schema: JsonSchema, head: string, hint: string, comment: readonly string[]): void {
    const place = this.#functions.push('') - 1
    const asked = this.#questions
    this.#questions = []
    this.#functions[place] = this.#reprinted(schema, head, hint) ?? this.#printed(schema, head, hint, comment)
    this.#questions = asked
  }

  #reprinted(schema: JsonSchema, head: string, hint: string): string | undefined {
    return typeof schema === 'boolean' ? undefined : reprints.find(schema, `${head} ${hint}`, this)
  }

  #printed(schema: JsonSchema, head: string, hint: string, comment: readonly string[]): string {
    const { graph } = this
    this.#questions = []
    this.#answer((printer) => agree(printer.graph, graph), true)
    const body = this.#body(schema, hint)
    const parameter = isIndifferent(body) ? '_value' : 'value'
    const signature = [
      `${head}(${parameter}: unknown): readonly Violation[] {`,
      indent(body.map((doc) => [hardline, doc])),
      hardline,
      '}',
    ]
    const text = layout(lines([...comment, signature]))
    if (typeof schema !== 'boolean')
      reprints.keep(schema, { name: `${head} ${hint}`, text, questions: this.#questions })
    return text
  }

  #answer<Answer>(ask: (printer: ValidatorPrinter) => Answer, answer: Answer): Answer {
    this.#questions.push({ ask, answer })
    return answer
  }

  #body(schema: JsonSchema, hint: string): readonly Doc[] {
    if (schema === true) return ['return VALID']
    if (schema === false || isImpossible(schema)) return [`return ${this.use('fail')}('false', 'is not allowed')`]
    const inner = nullableOf(this.graph, schema)
    if (inner !== undefined) return [`return value === null ? VALID : ${this.checkOf(inner, hint)}(value)`]
    const conditions = conditionsOf(schema, 'value', hint, this).map((condition) => this.#failing(condition))
    const parts = this.#parts(schema, hint)
    const [only, ...more] = parts
    if (only === undefined) return [...conditions, 'return VALID']
    if (more.length === 0 && only.kind === 'check') return [...conditions, `return ${only.name}(value)`]
    const statements = parts.flatMap((part) =>
      part.kind === 'check' ? [found(this.use('merge'), `${part.name}(value)`)] : part.statements,
    )
    return [...conditions, 'let found = VALID', ...statements, 'return found']
  }

  #failing({ when, rule, message }: Condition): Doc {
    const [failed = ''] = ifChain([{ when, body: [`return ${this.use('fail')}(${say(rule, message).join(', ')})`] }])
    return failed
  }

  #parts(schema: JsonObject, hint: string): readonly Part[] {
    const types = typesOf(schema)
    const isTested = types.length === 1 && allowedValues(schema) === undefined
    const object = hasObjectKeywords(schema) ? objectStatements(schema, hint, this) : []
    const array = hasArrayKeywords(schema) ? arrayStatements(schema, hint, this) : []
    return [
      ...onlyIf(object, isTested && types[0] === 'object', () => `${this.use('isObject')}(value)`),
      ...onlyIf(array, isTested && types[0] === 'array', () => 'Array.isArray(value)'),
      ...inPlaceStatements(schema, hint, this),
      ...unevaluatedStatements(schema, hint, this),
    ]
  }
}

/** Statements about values of one type, behind a test where the conditions above have not made it. */
function onlyIf(statements: readonly Doc[], isTested: boolean, test: () => string): readonly Part[] {
  if (statements.length === 0) return []

  return [{ kind: 'statements', statements: isTested ? statements : [block(`if (${test()})`, statements)] }]
}

/** No allowed value is of the type asked for. */
function isImpossible(schema: JsonObject): boolean {
  return allowedValues(schema)?.length === 0
}

const IDLE: Surroundings = { use: (name) => name, constant: (hint) => hint }

function screamingCase(hint: string): string {
  return hint.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toUpperCase()
}

/** Every body but that of a schema which decides without looking mentions the value. */
function isIndifferent([only, ...more]: readonly Doc[]): boolean {
  return more.length === 0 && typeof only === 'string' && !/\bvalue\b/.test(only)
}
