import { COMMON_FLAGS, type Command, type Flag } from './command.ts'
import { COMMANDS } from './commands.ts'

/** `longshore --help`. */
export function overview(): string {
  const width = Math.max(...COMMANDS.map(({ name }) => name.length))
  return [
    'Longshore turns event contracts into consumers you can trust.',
    '',
    'Usage: longshore <command> [options]',
    '',
    ...COMMANDS.map(({ name, about }) => `  ${name.padEnd(width)}  ${about}`),
    '',
    'longshore <command> --help shows its options and examples.',
    'Settings are read from longshore.yaml; environment variables come before it, flags before both.',
  ].join('\n')
}

/** `longshore <command> --help`. */
export function commandHelp(name: string, command: Command): string {
  const flags = Object.entries({ ...command.flags, ...COMMON_FLAGS }).map(
    ([flag, facts]) => [heading(flag, facts), facts.about] as const,
  )
  const width = Math.max(...flags.map(([left]) => left.length))
  const lines = [`Usage: longshore ${name} ${command.usage}`, '', command.about, '', 'Options:']
  for (const [left, about] of flags) lines.push(`  ${left.padEnd(width)}  ${about}`)
  lines.push('', 'Examples:')
  for (const [line, purpose] of command.examples) lines.push(`  ${line}`, `      ${purpose}`)
  return lines.join('\n')
}

function heading(name: string, { short, value }: Flag): string {
  const long = value === undefined ? `--${name}` : `--${name} ${value}`
  return short === undefined ? `    ${long}` : `-${short}, ${long}`
}
