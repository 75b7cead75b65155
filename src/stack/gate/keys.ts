import { hash } from 'node:crypto'
import { sipHash } from './siphash.ts'

/**
 * Keys that only a gate of this stack can make: `<epoch><number><tag>` in hexadecimal, 12 + 8 + 16
 * digits. The epoch is the gate's start, ms, so that the keys of a gate that died are known as its
 * own and never taken for tickets of the next one. The tag is SipHash-2-4 of number and epoch, its
 * key the first half of the secret's SHA-256. Every poll has its key checked: an HMAC by OpenSSL
 * would cost more than all else that the gate does for it.
 */
const keyDigits = 36
const numberAt = 12
const tagAt = 20

export type KeyReading =
  | { readonly kind: 'ticket'; readonly number: number }
  /** Made by another gate of this stack: one that ran before this one. */
  | { readonly kind: 'otherGate' }
  | { readonly kind: 'forged' }

const forged: KeyReading = { kind: 'forged' }
const otherGate: KeyReading = { kind: 'otherGate' }

/** Six bytes of epoch and four of number. */
const messageBytes = 10

export class Keys {
  private readonly secret: Int32Array
  private readonly epoch: string
  private readonly epochHigh: number
  private readonly epochLow: number
  private readonly message = new Int32Array(4)
  private readonly tag = new Int32Array(2)

  constructor(secret: string, epochMs: number) {
    const half = hash('sha256', secret, 'buffer')
    this.secret = Int32Array.from({ length: 4 }, (_, i) => half.readInt32LE(4 * i))
    this.epochHigh = Math.floor(epochMs / 2 ** 32)
    this.epochLow = epochMs | 0
    this.epoch = digitsOf(this.epochHigh).slice(-4) + digitsOf(this.epochLow)
  }

  make(number: number): string {
    const { tag } = this
    this.sign(number, this.epochHigh, this.epochLow)
    return this.epoch + digitsOf(number) + digitsOf(tag[1] ?? 0) + digitsOf(tag[0] ?? 0)
  }

  read(key: string): KeyReading {
    if (key.length !== keyDigits) return forged
    const epochHigh = fourDigits(key, 0)
    const epochLow = eightDigits(key, 4)
    const number = eightDigits(key, numberAt)
    const high = eightDigits(key, tagAt)
    const low = eightDigits(key, tagAt + 8)
    if (Math.min(epochHigh, epochLow, number, high, low) < 0) return forged
    const { tag } = this
    this.sign(number, epochHigh, epochLow)
    // In one go, so that the time taken does not tell how much of a guess is right.
    if (((high ^ (tag[1] ?? 0)) | (low ^ (tag[0] ?? 0))) !== 0) return forged
    const isOurs = epochHigh === this.epochHigh && (epochLow | 0) === this.epochLow
    return isOurs ? { kind: 'ticket', number } : otherGate
  }

  private sign(number: number, epochHigh: number, epochLow: number): void {
    const { message } = this
    message[0] = number
    message[1] = epochLow
    message[2] = epochHigh
    message[3] = messageBytes << 24
    sipHash(this.secret, message, this.tag)
  }
}

const hexBytes = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

/** Eight hexadecimal digits; several times as fast as to let them be worked out each time. */
function digitsOf(number: number): string {
  const at = (shift: number) => hexBytes[(number >>> shift) & 0xff] ?? ''
  return at(24) + at(16) + at(8) + at(0)
}

/** What a character code stands for as a hexadecimal digit, in small letters; -1: it is none. */
const digitValues = Int8Array.from({ length: 128 }, (_, code) =>
  '0123456789abcdef'.indexOf(String.fromCharCode(code)),
)

/** The number that stands there in hexadecimal; negative where something else does. */
function fourDigits(text: string, at: number): number {
  const digit = (i: number) => digitValues[text.charCodeAt(at + i)] ?? -1
  return (digit(0) << 12) | (digit(1) << 8) | (digit(2) << 4) | digit(3)
}

function eightDigits(text: string, at: number): number {
  const high = fourDigits(text, at)
  const low = fourDigits(text, at + 4)
  return (high | low) < 0 ? -1 : high * 0x10000 + low
}
