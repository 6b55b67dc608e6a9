/** What this machine has, and how Debian's packages fill the gaps. */
import { execFileSync, spawnSync } from 'node:child_process'
import { join } from 'node:path'

/** Says that a program is missing; nothing when it is there. */
export function lacksCommand(name: string): string | undefined {
  return spawnSync('sh', ['-c', 'command -v "$0"', name]).status === 0 ? undefined : `no ${name} on this machine`
}

/** Says that Java is missing or too old; nothing when it will do. */
export function lacksJava(atLeast: number): string | undefined {
  const { status, stderr } = spawnSync(javaCommand(), ['-version'], { encoding: 'utf8' })
  if (status !== 0) return `no Java on this machine (${atLeast} or newer is needed)`
  const major = Number(/version "(\d+)/.exec(stderr)?.[1] ?? 0)
  return major >= atLeast ? undefined : `Java is ${major}, ${atLeast} or newer is needed`
}

/** `JAVA_HOME`'s Java, else the one on the path. */
export function javaCommand(): string {
  const home = process.env.JAVA_HOME
  return home ? join(home, 'bin', 'java') : 'java'
}

/** Why Debian packages cannot be installed here; nothing when they can. */
export function lacksApt(): string | undefined {
  if (lacksCommand('apt-get')) return 'no apt-get to install it with'
  return process.getuid?.() === 0 ? undefined : 'only root may install it with apt-get'
}

/** Installs Debian packages, with fresh package lists when the present ones do not suffice. Throws with apt's own words. */
export function aptInstall(packages: readonly string[]): void {
  const apt = (...args: readonly string[]) =>
    execFileSync('apt-get', ['-y', '-qq', ...args], {
      stdio: 'pipe',
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    })
  const install = () => apt('install', '--no-install-recommends', ...packages)
  try {
    install()
  } catch {
    apt('update')
    install()
  }
}
