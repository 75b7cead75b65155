import { createHash } from 'node:crypto'

/** What a host publishes of a scenario's authorisation code: its SHA-256 in hexadecimal. */
export function codeHash(code: string): string {
  return createHash('sha256').update(code).digest('hex')
}
