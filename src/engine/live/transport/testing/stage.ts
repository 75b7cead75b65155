import { afterEach } from 'vitest'
import type { Target, TransportOptions } from '../../../client/transport.ts'
import { Client, type CreateTransport } from './client.ts'
import { type Exchange, RawTarget } from './raw-target.ts'

type Options = Partial<TransportOptions>

/** Sets up targets and clients for the tests of one transport, and takes them down after each. */
export interface Stage {
  readonly serve: (respond: (exchange: Exchange) => void) => Promise<RawTarget>
  readonly clientOf: (target: { readonly target: Target }, options?: Options) => Client
  readonly start: (
    respond: (exchange: Exchange) => void,
    options?: Options,
  ) => Promise<{ target: RawTarget; client: Client }>
  readonly after: (end: () => Promise<void>) => void
}

export function setStage(create: CreateTransport): Stage {
  const endings: (() => Promise<void>)[] = []
  afterEach(async () => {
    for (const end of endings.splice(0).toReversed()) await end()
  })
  const stage: Stage = {
    async serve(respond) {
      const target = await new RawTarget(respond).start()
      endings.push(() => target.stop())
      return target
    },
    clientOf({ target }, options = {}) {
      const client = new Client(create, target, options)
      endings.push(() => client.close())
      return client
    },
    async start(respond, options) {
      const target = await stage.serve(respond)
      return { target, client: stage.clientOf(target, options) }
    },
    after: (end) => endings.push(end),
  }
  return stage
}
