import type { Transport, TransportOptions } from '../../client/transport.ts'
import { createUndiciTransport } from './undici.ts'
import { createWireTransport } from './wire/wire.ts'

/** One explicit table: a new transport is a new file and a line here. */
export const transports = {
  wire: createWireTransport,
  undici: createUndiciTransport,
} satisfies Record<string, (options: TransportOptions) => Transport>

export type TransportName = keyof typeof transports
export const transportNames = Object.keys(transports) as readonly TransportName[]
