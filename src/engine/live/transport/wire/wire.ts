import { ConnectionPool } from '../connection-pool.ts'
import { Dialler } from '../dial.ts'
import type { Transport, TransportOptions } from '../../../client/transport.ts'
import { Connection } from './connection.ts'
import { KnownHeads } from './known-heads.ts'
import { RequestTexts } from './request-text.ts'

const READ_BYTES = 65_536

/** HTTP/1.1 over bare sockets, or over TLS: as little as a load generator can do with. */
export function createWireTransport(options: TransportOptions): Transport {
  const shared = {
    dialler: new Dialler(options, ['http/1.1']),
    texts: new RequestTexts(options.target.host),
    known: new KnownHeads(Buffer.allocUnsafeSlow(READ_BYTES)),
    nowMs: options.nowMs,
    permits: options.permits ?? null,
    maxBodyBytes: options.bodies.maxBodyBytes,
  }
  return new ConnectionPool(options, (slot, owner) => new Connection(shared, slot, owner))
}
