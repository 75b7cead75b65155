import { Pool } from 'undici'
import { deadline } from '../../core/clock.ts'
import type { GateClient } from '../contract.ts'

export interface GateAddress {
  readonly host: string
  readonly port: number
}

const connections = 8
const timeoutMs = 1000
/** No key is as long; a longer one need not be carried to the gate to be refused. */
const longestKey = 256

/**
 * The gate over HTTP, on connections that stay open. Calls reject after a second, or at once where
 * nothing listens; the next ones connect anew, so that a gate that comes back is found again.
 */
export function createGateClient({ host, port }: GateAddress): GateClient {
  const name = host.includes(':') ? `[${host}]` : host
  const pool = new Pool(`http://${name}:${port}`, { connections })
  const call = async (path: string, key: string, more = '') => {
    const { statusCode, body } = await pool.request({
      method: 'GET',
      path: `${path}?key=${encodeURIComponent(key.toWellFormed())}${more}`,
      signal: deadline(timeoutMs),
    })
    const text = await body.text()
    if (statusCode >= 300) throw new Error(`the gate answered ${statusCode} to ${path}`)
    return text
  }
  return {
    verify: async (key) => key.length <= longestKey && (await call('/verify', key)) === 'true',
    audit: (key, person) => {
      const more = `&person=${encodeURIComponent(person)}`
      call('/audit', key.slice(0, longestKey), more).catch(() => {
        // A gate that is away counts nothing; the request that told it goes on.
      })
    },
    close: () => {
      void pool.destroy()
    },
  }
}
