import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { HeadFacts } from './head-facts.ts'
import { KnownHeads } from './known-heads.ts'

const buffer = Buffer.allocUnsafeSlow(4096)
/** A head, and what came after it in the same piece; its length. */
const put = (head: string, rest = '') => buffer.write(head + rest, 'latin1')

describe('heads that came before', () => {
  test('one that is remembered is found until an octet of it changes', () => {
    const known = new KnownHeads(buffer)
    const head = 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n'
    for (let extra = 0; extra < 5; extra++) {
      const longer = head.replace('OK', `OK${'.'.repeat(extra)}`)
      const facts = new HeadFacts()
      const length = put(longer, 'x')
      expect(known.find(length, false)).toBeNull()
      expect(known.keep(length, longer.length, false, facts)).toBe(true)
      put(longer, 'y')
      expect(known.find(length, false)).toBe(facts)
      expect(known.foundBytes).toBe(longer.length)
      expect(known.find(longer.length - 1, false)).toBeNull()
      for (let at = 0; at < longer.length; at++) {
        put(longer)
        buffer[at] = buffer[at]! ^ 1
        expect({ at, found: known.find(length, false) }).toEqual({ at, found: null })
      }
    }
  })

  test('with its fields is another than without', () => {
    const known = new KnownHeads(buffer)
    const length = put('head')
    const facts = new HeadFacts()
    known.keep(length, 4, true, facts)
    expect(known.find(length, false)).toBeNull()
    expect(known.find(length, true)).toBe(facts)
  })

  test('what is too long is not remembered', () => {
    const known = new KnownHeads(buffer)
    const length = put('x'.repeat(1025))
    expect(known.keep(length, 1025, false, new HeadFacts())).toBe(false)
    expect(known.keep(length, 1024, false, new HeadFacts())).toBe(true)
  })

  test('where no head comes twice, few are remembered; one that does is, sooner or later', () => {
    const known = new KnownHeads(buffer)
    let kept = 0
    for (let i = 0; i < 1000; i++) {
      const length = put(`id: ${10_000 + i}`)
      if (known.keep(length, length, false, new HeadFacts())) kept++
    }
    expect(kept).toBeLessThan(30)
    const length = put('id: 99999')
    let rounds = 0
    while (known.find(length, false) === null) {
      known.keep(length, length, false, new HeadFacts())
      rounds++
    }
    expect(rounds).toBeLessThanOrEqual(64)
  })

  test('law: what is found is the head that the buffer begins with', () => {
    const text = fc.string({ minLength: 1, maxLength: 12, unit: fc.constantFrom('a', 'b') })
    fc.assert(
      fc.property(fc.array(fc.tuple(text, text), { maxLength: 60 }), (pieces) => {
        const known = new KnownHeads(buffer)
        const heads = new Map<HeadFacts, string>()
        for (const [head, rest] of pieces) {
          const length = put(head, rest)
          const facts = new HeadFacts()
          const found = known.find(length, false)
          if (found !== null) {
            expect((head + rest).startsWith(heads.get(found)!)).toBe(true)
            expect(known.foundBytes).toBe(heads.get(found)!.length)
          } else if (known.keep(length, head.length, false, facts)) {
            heads.set(facts, head)
            expect(known.find(length, false)).toBe(facts)
          }
        }
      }),
    )
  })
})
