/**
 * Starts a command of the package: the built one where it is built, else the sources, which Node runs as they are when told the
 * condition `source`. So `npm ci` alone leaves a working command in a checkout.
 */
import { existsSync } from 'node:fs'
import * as nodeModule from 'node:module'
import { fileURLToPath } from 'node:url'

/** @param {readonly string[]} before Words put in front of what the user typed. */
export async function run(before = []) {
  const built = new URL('../dist/main.js', import.meta.url)
  const words = [...before, ...process.argv.slice(2)]
  if (Number(process.versions.node.split('.')[0]) < 22) {
    console.error(`longshore needs Node 22 or newer; this is ${process.version}. In a checkout, use npm run longshore.`)
    process.exitCode = 2
  } else if (existsSync(built)) {
    // Since Node 22.8; a second run finds its code compiled.
    nodeModule.enableCompileCache?.()
    const { main } = await import(built.href)
    process.exitCode = await main(words)
  } else await runSource(words)
}

async function runSource(words) {
  const { spawn } = await import('node:child_process')
  const source = fileURLToPath(new URL('../src/start.ts', import.meta.url))
  const child = spawn(
    process.execPath,
    ['--conditions=source', '--disable-warning=ExperimentalWarning', source, ...words],
    { stdio: 'inherit' },
  )
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal))
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 1)
  })
}
