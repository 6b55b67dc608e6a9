/** Who may import whom: the picture of ARCHITECTURE.md as data. */

/** What the files of one package may import besides each other, by folder name. */
export interface Layer {
  /** Packages of this workspace. */
  readonly imports: readonly string[]
  /** Packages that only its tests may import. */
  readonly tests?: readonly string[]
  /** npm packages that it may name; without the list, those that its package.json declares. */
  readonly npm?: readonly string[]
}

/** Tests of the workshop run on real brokers, on the memory transport, and by the transport suite. */
const TEST_KIT = ['brokers', 'testing', 'transport-memory']

/** A package that is not in this list may import no other one. */
export const LAYERS: Readonly<Record<string, Layer>> = {
  // Drawing room: contract ← manifest ← governance, codegen.
  contract: { imports: [] },
  manifest: { imports: ['contract'] },
  governance: { imports: ['contract', 'manifest'] },
  codegen: { imports: ['contract', 'manifest'], tests: [...TEST_KIT, 'runtime'] },

  // Workshop: runtime ← transports, postgres, nestjs, testing; the publisher to test with is the memory transport.
  runtime: { imports: [], tests: TEST_KIT, npm: [] },
  'transport-memory': { imports: ['runtime'], tests: TEST_KIT, npm: [] },
  'transport-kafka': { imports: ['runtime'], tests: TEST_KIT, npm: ['@platformatic/kafka', 'kafkajs'] },
  'transport-amqp': { imports: ['runtime'], tests: [...TEST_KIT, 'postgres'], npm: ['amqplib'] },
  'transport-mqtt': { imports: ['runtime'], tests: [...TEST_KIT, 'postgres'], npm: ['mqtt'] },
  postgres: { imports: ['runtime'], tests: TEST_KIT },
  nestjs: { imports: ['runtime'], tests: TEST_KIT },
  testing: { imports: ['runtime', 'transport-memory'], tests: TEST_KIT },

  // Beside both rooms.
  audit: { imports: [], npm: [] },
  brokers: { imports: [] },

  // The only ones that may import both rooms.
  cli: { imports: ['*'] },
  platform: { imports: ['*'] },
  console: { imports: ['audit', 'platform'] },
}

/** Folders beside the packages whose files may knock at any public door. */
export const OUTSIDE = ['examples', 'tools', 'bench']

/** What tests may import from npm wherever they are. */
export const TEST_TOOLS = ['vitest']
