import { connect as connectTcp, isIP, type OnReadOpts, type Socket } from 'node:net'
import { connect as connectTls, createSecureContext, type SecureContext } from 'node:tls'
import type { TransportOptions } from '../../client/transport.ts'

/** Opens connections to the one target of a run. */
export class Dialler {
  /** The event by which a connection says that it stands, TLS included. */
  readonly standsAt: 'connect' | 'secureConnect'
  private readonly options: TransportOptions
  private readonly context: SecureContext | null
  private readonly protocols: string[]
  private nextLocal = 0

  /** `protocols`: what is offered by ALPN, in order of preference. */
  constructor(options: TransportOptions, protocols: string[]) {
    const isTls = options.target.protocol === 'https:'
    this.options = options
    this.protocols = protocols
    this.standsAt = isTls ? 'secureConnect' : 'connect'
    this.context = isTls ? createSecureContext() : null
  }

  /** Begins to connect. With `onread` the socket reads into its buffer and emits no `data`. */
  dial(onread?: OnReadOpts): Socket {
    const { target, localAddresses } = this.options
    const local = localAddresses[this.nextLocal]
    if (local !== undefined) this.nextLocal = (this.nextLocal + 1) % localAddresses.length
    const where = {
      host: target.address,
      port: target.port,
      noDelay: true,
      autoSelectFamily: false,
      ...(local === undefined ? {} : { localAddress: local }),
      ...(onread === undefined ? {} : { onread }),
    }
    if (this.context === null) return connectTcp(where)
    return connectTls({
      ...where,
      secureContext: this.context,
      // Server names are never addresses (RFC 6066 §3).
      servername: isIP(target.serverName) === 0 ? target.serverName : '',
      ALPNProtocols: this.protocols,
      // Nobody stands between us and this machine; what runs on it has a certificate of its own make.
      rejectUnauthorized: !target.isLoopback,
    })
  }
}
