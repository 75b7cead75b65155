import { secToMs } from '../../../core/units.ts'
import { facts } from './elements.ts'
import { callGate } from './gate-client.ts'

/** What the gate gave this visitor: a key, and once inside a place that is kept alive. */

const aliveSec = 60

let key: string | null = null
let alive: ReturnType<typeof setInterval> | undefined

export const ticketKey = (): string | null => key

export function keepKey(given: string): void {
  key = given
}

/** The cookie that the instances read. */
function storeKey(type: string, value: string): void {
  document.cookie = `${facts.cookie}=${type}:200:key=${value}; path=/; samesite=lax`
}

/** The gate has let the visitor in: tells it every minute that they are still here. */
export function enterWith(type: string): void {
  storeKey(type, key ?? '')
  alive = setInterval(() => {
    if (key !== null) callGate('5003', { key }).catch(() => null)
  }, secToMs(aliveSec))
}

/**
 * The gate does not answer. As the protocol's client does: what guards the booking is that the servers
 * verify the key, and they refuse this one unless they fail open.
 */
export function enterWithoutKey(): void {
  key = null
  storeKey('5002', 'connection_timeout')
}

export function forgetTicket(): void {
  document.cookie = `${facts.cookie}=; path=/; max-age=0`
  clearInterval(alive)
  key = null
}

/** Gives the place back. */
export async function completeTicket(): Promise<void> {
  const used = key
  forgetTicket()
  if (used === null) return
  try {
    await callGate('5004', { key: used })
  } catch {
    // The place lapses by itself.
  }
}

/** A place inside is free sooner if the gate hears of it; nobody waits for the answer. */
export function leave(): void {
  if (key === null) return
  const url = `/ts.wseq?opcode=5004&key=${encodeURIComponent(key)}`
  fetch(url, { keepalive: true }).catch(() => null)
}
