import { Outcome } from '../../../core/codes.ts'

/** The generator's own limits: descriptors, ports (bound or not), buffers, memory. */
const ownFaults = new Set(['EMFILE', 'ENFILE', 'EADDRNOTAVAIL', 'EADDRINUSE', 'ENOBUFS', 'ENOMEM'])

/** `Outcome` code of a socket's error, by the system's name for it. */
export function outcomeOfError(code: string | undefined, isConnected: boolean): number {
  if (code === undefined) return Outcome.reset
  if (ownFaults.has(code)) return Outcome.dropped
  if (code === 'ECONNREFUSED') return Outcome.refused
  if (code === 'ETIMEDOUT') return isConnected ? Outcome.timeout : Outcome.connectTimeout
  return Outcome.reset
}

/** The system's name for what went wrong, if the error has one. */
export function codeOf(error: Error): string | undefined {
  return 'code' in error && typeof error.code === 'string' ? error.code : undefined
}
