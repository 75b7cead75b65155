import { hash } from 'node:crypto'

/**
 * Keys that only a gate of this stack can make: `<epoch><number><tag>` in hexadecimal, 12 + 8 + 16
 * digits. The epoch is the gate's start, ms, so that the keys of a gate that died are known as its
 * own and never taken for tickets of the next one.
 *
 * The tag is 8 of the 64 bytes of HMAC-SHA-512(secret, epoch, ⌊number/8⌋): eight tickets in a row
 * share one HMAC and take disjoint parts of it, which are as good as eight independent ones. Making
 * it would be most of the work of a ticket.
 */
const epochDigits = 12
const numberDigits = 8
const tagDigits = 16
const keyDigits = epochDigits + numberDigits + tagDigits
const ticketsPerHmac = 128 / tagDigits
const keyPattern = new RegExp(`^[0-9a-f]{${keyDigits}}$`)

export type KeyReading =
  | { readonly kind: 'ticket'; readonly number: number }
  /** Made by another gate of this stack: one that ran before this one. */
  | { readonly kind: 'otherGate' }
  | { readonly kind: 'forged' }

const forged: KeyReading = { kind: 'forged' }
const otherGate: KeyReading = { kind: 'otherGate' }

/**
 * Signed one after another, for tickets come in order: between two requests a processor has
 * forgotten how to hash, and the first HMAC costs some ten times the next.
 */
const groupsAtOnce = 64

export class Keys {
  private readonly hmacOfSecret: Hmac
  private readonly epoch: string
  /** HMACs of the groups from `firstGroup` on. */
  private firstGroup = -1
  private hmacs: string[] = []

  constructor(secret: string, epochMs: number) {
    this.hmacOfSecret = new Hmac(secret)
    this.epoch = Math.floor(epochMs).toString(16).padStart(epochDigits, '0')
  }

  make(number: number): string {
    const group = Math.floor(number / ticketsPerHmac)
    const firstGroup = group - (group % groupsAtOnce)
    if (firstGroup !== this.firstGroup) {
      this.hmacs = Array.from({ length: groupsAtOnce }, (_, i) =>
        this.sign(this.epoch, firstGroup + i),
      )
      this.firstGroup = firstGroup
    }
    return this.epoch + digitsOf(number) + tagAt(this.hmacs[group - firstGroup] ?? '', number)
  }

  read(key: string): KeyReading {
    if (key.length !== keyDigits || !keyPattern.test(key)) return forged
    const epoch = key.slice(0, epochDigits)
    const number = Number.parseInt(key.slice(epochDigits, epochDigits + numberDigits), 16)
    const hmac = this.sign(epoch, Math.floor(number / ticketsPerHmac))
    if (!isSame(tagAt(hmac, number), key.slice(-tagDigits))) return forged
    return epoch === this.epoch ? { kind: 'ticket', number } : otherGate
  }

  private sign(epoch: string, group: number): string {
    return this.hmacOfSecret.hex(`${epoch}:${group}`)
  }
}

const hexBytes = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

/** Eight hexadecimal digits; several times as fast as to let them be worked out each time. */
function digitsOf(number: number): string {
  const at = (shift: number) => hexBytes[(number >>> shift) & 0xff] ?? ''
  return at(24) + at(16) + at(8) + at(0)
}

function tagAt(hmac: string, number: number): string {
  const at = (number % ticketsPerHmac) * tagDigits
  return hmac.slice(at, at + tagDigits)
}

/** Compares in a time that does not tell how much of a guess is right. */
function isSame(a: string, b: string): boolean {
  let difference = a.length ^ b.length
  for (let i = 0; i < a.length; i++) difference |= a.charCodeAt(i) ^ b.charCodeAt(i)
  return difference === 0
}

/**
 * HMAC-SHA-512 (RFC 2104) of short texts: H(K ⊕ opad, H(K ⊕ ipad, text)), by two hashes in one go
 * each. `createHmac` makes an object of three times the cost, and work for the collector.
 */
class Hmac {
  private readonly inner = Buffer.alloc(blockBytes + longestText, 0x36)
  private readonly outer = Buffer.alloc(blockBytes + digestBytes, 0x5c)

  constructor(secret: string) {
    const given = Buffer.from(secret, 'utf8')
    const key = given.length <= blockBytes ? given : hash('sha512', given, 'buffer')
    for (const [i, byte] of key.entries()) {
      this.inner[i] = 0x36 ^ byte
      this.outer[i] = 0x5c ^ byte
    }
  }

  /** `text`: ASCII. */
  hex(text: string): string {
    const end = blockBytes + this.inner.write(text, blockBytes, 'latin1')
    this.outer.set(hash('sha512', this.inner.subarray(0, end), 'buffer'), blockBytes)
    return hash('sha512', this.outer, 'hex')
  }
}

const blockBytes = 128
const digestBytes = 64
const longestText = 64
