import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Keys } from './keys.ts'
import { sipHash } from './siphash.ts'

const epochMs = 1_626_692_400_000
const keys = new Keys('secret', epochMs)
const number = fc.nat({ max: 2 ** 32 - 1 })
const words = (bytes: Buffer) => Int32Array.from({ length: 4 }, (_, i) => bytes.readInt32LE(4 * i))

describe('keys', () => {
  test('are read back as the ticket that they were made for, in any order', () => {
    fc.assert(
      fc.property(fc.array(number), (numbers) => {
        const made = numbers.map((n) => keys.make(n))
        expect(new Set(made).size).toBe(new Set(numbers).size)
        for (const [i, n] of numbers.entries()) {
          expect(keys.read(made[i]!)).toEqual({ kind: 'ticket', number: n })
        }
      }),
    )
  })

  test.each(['secret', '', '비밀', 's'.repeat(500)])(
    'carry the SipHash of their ticket and gate, under %.20s',
    (secret) => {
      const half = createHash('sha256').update(secret).digest()
      const message = Buffer.alloc(16)
      message.writeUInt32LE(0xfe, 0)
      message.writeUIntLE(epochMs, 4, 6)
      message[15] = 10
      const tag = new Int32Array(2)
      sipHash(words(half), words(message), tag)
      const digits = Buffer.from(tag.buffer).reverse().toString('hex')
      expect(new Keys(secret, epochMs).make(0xfe)).toBe(`017abe6c3380000000fe${digits}`)
    },
  )

  test('are the same whatever was read or made in between', () => {
    const fresh = new Keys('secret', epochMs)
    expect(fresh.make(6)).toBe(keys.make(6))
    fresh.read(keys.make(900))
    expect(fresh.make(7)).toBe(keys.make(7))
  })

  test('with any digit changed are forged', () => {
    fc.assert(
      fc.property(number, fc.nat({ max: 35 }), fc.integer({ min: 1, max: 15 }), (n, at, by) => {
        const key = keys.make(n)
        const digit = ((Number.parseInt(key[at]!, 16) + by) % 16).toString(16)
        const changed = key.slice(0, at) + digit + key.slice(at + 1)
        expect(keys.read(changed)).toEqual({ kind: 'forged' })
      }),
    )
  })

  test.each(['', 'connection_timeout', '0'.repeat(36), 'f'.repeat(100_000), keys.make(1).slice(1)])(
    '%.40j… is forged',
    (key) => {
      expect(keys.read(key)).toEqual({ kind: 'forged' })
    },
  )

  test('are forged in capitals, with a blank or a line break', () => {
    const key = keys.make(255)
    for (const other of [key.toUpperCase(), `${key} `, `${key}\n`, ` ${key}`]) {
      expect(keys.read(other)).toEqual({ kind: 'forged' })
    }
  })

  test('under another secret are forged, of another start known as such', () => {
    expect(new Keys('other', epochMs).read(keys.make(5))).toEqual({ kind: 'forged' })
    expect(new Keys('secret', epochMs + 1).read(keys.make(5))).toEqual({ kind: 'otherGate' })
  })
})
