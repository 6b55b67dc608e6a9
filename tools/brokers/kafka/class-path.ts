/** The jars of Apache Kafka, from Maven Central, by Maven. */
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { statePath } from '../state.ts'

const POM = join(import.meta.dirname, 'pom.xml')
const run = promisify(execFile)

/** The Kafka version that `pom.xml` asks for. */
export const KAFKA_VERSION = /kafka_2\.13<\/artifactId>\s*<version>([^<]+)/.exec(readFileSync(POM, 'utf8'))?.[1] ?? '?'

/** The class path of a broker and its tools. Asks Maven once per content of `pom.xml`, and again when a jar has gone. */
export async function kafkaClassPath(): Promise<string> {
  const hash = createHash('sha256').update(readFileSync(POM)).digest('hex').slice(0, 12)
  const file = statePath(`kafka-${KAFKA_VERSION}-${hash}.classpath`)
  return readClassPath(file) ?? (await resolveClassPath(file))
}

function readClassPath(file: string): string | undefined {
  if (!existsSync(file)) return undefined
  const classPath = readFileSync(file, 'utf8').trim()
  return classPath.split(':').every((jar) => existsSync(jar)) ? classPath : undefined
}

async function resolveClassPath(file: string): Promise<string> {
  const fresh = `${file}.${process.pid}`
  await run('mvn', ['-q', '-B', '-f', POM, 'dependency:build-classpath', `-Dmdep.outputFile=${fresh}`])
  renameSync(fresh, file)
  return readFileSync(file, 'utf8').trim()
}
