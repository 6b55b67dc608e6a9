import { describe, expect, it } from 'vitest'
import { linesBetween, manifestOf } from '../../test/manifest-of.ts'
import { plan } from '../plan/plan.ts'

const print = (path: string, ...manifests: Parameters<typeof plan>[0]) =>
  plan(manifests, { framework: 'nestjs', runtime: 'package' }).files.find((file) => file.path === path)?.text ?? ''

describe('the printed Nest module', () => {
  it('provides each consumer from its transport and its handler', () => {
    expect(linesBetween(print('consumers.module.ts', manifestOf()), '  providers: [', '    },')).toEqual([
      '  providers: [',
      '    UserCreatedHandler,',
      '    {',
      '      provide: UserCreatedConsumer,',
      '      inject: [TRANSPORT, UserCreatedHandler],',
      '      useFactory: (transport: Transport, { handle }: UserCreatedHandler) =>',
      '        new UserCreatedConsumer({ transport, handle }),',
      '    },',
    ])
  })

  it('starts consumers with the application and stops them with it', () => {
    const text = print('consumers.module.ts', manifestOf())
    expect(text).toContain('export class ConsumersModule implements OnModuleInit, OnModuleDestroy {')
    expect(text).toContain('this.#consumers.map((consumer) => consumer.stop())')
  })

  it('has a token for each protocol where there are several', () => {
    const text = print('consumers.module.ts', manifestOf(), manifestOf({ name: 'a', delivery: { transport: 'mqtt' } }))
    expect(text).toContain("export const KAFKA_TRANSPORT = Symbol('KAFKA_TRANSPORT')")
    expect(text).toContain('      inject: [MQTT_TRANSPORT, AHandler],')
    expect(text).toContain('  static register({ kafka, mqtt, imports = [] }: ConsumersModuleOptions): DynamicModule {')
  })

  it('provides producers, which handlers inject and others import', () => {
    const manifests = [manifestOf(), manifestOf({ name: 'user.invited', actions: ['send'] })]
    const options = { framework: 'nestjs', runtime: 'package', producers: true } as const
    const text = plan(manifests, options).files.find(({ path }) => path === 'consumers.module.ts')?.text ?? ''
    expect(linesBetween(text, '      provide: UserInvitedProducer', 'useFactory')).toEqual([
      '      provide: UserInvitedProducer,',
      '      inject: [TRANSPORT],',
      '      useFactory: (transport: Transport) => new UserInvitedProducer({ transport }),',
    ])
    expect(text).toContain('  exports: [UserCreatedConsumer, UserInvitedProducer],\n')
  })

  it('makes the handler an injectable class, written once', () => {
    expect(print('user-created.handler.ts', manifestOf()).split('\n').slice(4, 8)).toEqual([
      '@Injectable()',
      'export class UserCreatedHandler {',
      '  /** Return: done. Throw: retried. `PermanentFailure`: dead letter at once. May run twice: see `explain()`. */',
      '  readonly handle: Handler<UserCreated> = async (event, { log }) => {',
    ])
  })

  it('is handed to the container by main, and support knows nothing of it', () => {
    expect(print('main.ts', manifestOf())).toContain(
      'await NestFactory.createApplicationContext(ConsumersModule.register({ transport }))',
    )
    const { files } = plan([manifestOf()], { framework: 'nestjs' })
    expect(files.filter(({ path, text }) => path.startsWith('support/') && /@nestjs|@Injectable/.test(text))).toEqual(
      [],
    )
  })
})
