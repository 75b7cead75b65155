import { failOpenKey } from '../engine/client/gate-calls.ts'
import type { BadKey } from './matrix.ts'

/** What is known of real keys: what forgeries are made from. */
export interface KnownKeys {
  /** Any that the gate gave out; '' for none yet. */
  readonly real: string
  /** Of a visitor who waits; '' for none. */
  readonly waiting: string
}

/** The key for a forger to come with; `null` where the gate has given out none to make it from. */
export function badKey(kind: BadKey, { real, waiting }: KnownKeys): string | null {
  switch (kind) {
    case 'none':
      return ''
    case 'invented':
      return invented(real)
    case 'altered':
      return real === '' ? null : altered(real)
    case 'waiting':
      return waiting === '' ? null : waiting
    case 'failOpen':
      return failOpenKey
  }
}

const hex = '0123456789abcdef'

/** In the form of real keys, and another in nearly every sign. */
function invented(real: string): string {
  const form = real === '' ? '0'.repeat(36) : real
  return [...form]
    .map((sign) => {
      const at = hex.indexOf(sign)
      return at < 0 ? sign : hex.charAt((at + 7) % hex.length)
    })
    .join('')
}

/** One sign less true: what a signature is for. */
function altered(real: string): string {
  return real.slice(0, -1) + (real.endsWith('0') ? '1' : '0')
}
