import fc from 'fast-check'
import { expect, test } from 'vitest'
import { sipHash } from './siphash.ts'

const mask = 2n ** 64n - 1n
const rotated = (x: bigint, by: bigint) => ((x << by) | (x >> (64n - by))) & mask

/** As the paper has it, in whole 64-bit numbers and for a message of any length. */
function naiveSipHash(key: Buffer, message: Buffer): bigint {
  const [k0, k1] = [key.readBigUInt64LE(0), key.readBigUInt64LE(8)]
  let v0 = k0 ^ 0x736f6d6570736575n
  let v1 = k1 ^ 0x646f72616e646f6dn
  let v2 = k0 ^ 0x6c7967656e657261n
  let v3 = k1 ^ 0x7465646279746573n
  const round = () => {
    v0 = (v0 + v1) & mask
    v1 = rotated(v1, 13n) ^ v0
    v0 = rotated(v0, 32n)
    v2 = (v2 + v3) & mask
    v3 = rotated(v3, 16n) ^ v2
    v0 = (v0 + v3) & mask
    v3 = rotated(v3, 21n) ^ v0
    v2 = (v2 + v1) & mask
    v1 = rotated(v1, 17n) ^ v2
    v2 = rotated(v2, 32n)
  }
  const padded = Buffer.alloc(8 * Math.floor(message.length / 8) + 8)
  message.copy(padded)
  padded[padded.length - 1] = message.length
  for (let at = 0; at < padded.length; at += 8) {
    const word = padded.readBigUInt64LE(at)
    v3 ^= word
    round()
    round()
    v0 ^= word
  }
  v2 ^= 0xffn
  for (let i = 0; i < 4; i++) round()
  return v0 ^ v1 ^ v2 ^ v3
}

const words = (bytes: Buffer) => Int32Array.from({ length: 4 }, (_, i) => bytes.readInt32LE(4 * i))

/** `message`: of 8 to 15 bytes. */
function hashed(key: Buffer, message: Buffer): bigint {
  const padded = Buffer.alloc(16)
  message.copy(padded)
  padded[15] = message.length
  const tag = new Int32Array(2)
  sipHash(words(key), words(padded), tag)
  return Buffer.from(tag.buffer).readBigUInt64LE()
}

const counting = (length: number) => Buffer.from(Array.from({ length }, (_, i) => i))

test('is what its authors publish: for 15 bytes in the paper, for 8 with their program', () => {
  expect(hashed(counting(16), counting(15))).toBe(0xa129ca6149be45e5n)
  expect(hashed(counting(16), counting(8))).toBe(0x93f5f5799a932462n)
})

test('is the same as in whole 64-bit numbers', () => {
  const bytes = (minLength: number, maxLength: number) =>
    fc.uint8Array({ minLength, maxLength }).map((array) => Buffer.from(array))
  fc.assert(
    fc.property(bytes(16, 16), bytes(8, 15), (key, message) => {
      expect(hashed(key, message)).toBe(naiveSipHash(key, message))
    }),
  )
})
