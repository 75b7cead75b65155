import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Keys } from './keys.ts'

const epochMs = 1_626_692_400_000
const keys = new Keys('secret', epochMs)
const number = fc.nat({ max: 2 ** 26 })

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

  test.each(['secret', '', '비밀', 's'.repeat(128), 's'.repeat(500)])(
    'carry a part of an HMAC over their gate and ticket, under %s',
    (secret) => {
      const keys = new Keys(secret, epochMs)
      const epoch = epochMs.toString(16).padStart(12, '0')
      const hmac = createHmac('sha512', secret).update(`${epoch}:1`).digest('hex')
      expect([8, 9, 10, 15].map((n) => keys.make(n))).toEqual([
        `${epoch}00000008${hmac.slice(0, 16)}`,
        `${epoch}00000009${hmac.slice(16, 32)}`,
        `${epoch}0000000a${hmac.slice(32, 48)}`,
        `${epoch}0000000f${hmac.slice(112, 128)}`,
      ])
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
