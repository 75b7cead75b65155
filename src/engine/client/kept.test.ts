import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { KeptStore, type Kept } from './kept.ts'

const nothing = (): Kept => ({ key: '', cookies: '', values: {} })
const loaded = (store: KeptStore, v: number): Kept => {
  const into: Kept = { key: 'old', cookies: 'old=1', values: { old: 'x' } }
  store.load(v, into)
  return into
}

describe('what visitors keep', () => {
  test('whoever keeps nothing has nothing, and costs no slot', () => {
    const store = new KeptStore(2)
    expect(loaded(store, 0)).toEqual(nothing())
    expect(loaded(store, 99)).toEqual(nothing())
    expect(store.save(1, nothing())).toBe(true)
    expect(store.bytes).toBe(0)
  })

  test('a key of 36 digits takes 48 bytes, given back when it goes', () => {
    const store = new KeptStore(4)
    const key = '0123456789abcdef0123456789abcdef0123'
    store.save(3, { ...nothing(), key })
    expect(loaded(store, 3)).toEqual({ ...nothing(), key })
    expect(store.bytes).toBe(48)
    store.drop(3)
    expect(store.bytes).toBe(0)
    expect(loaded(store, 3)).toEqual(nothing())
  })

  test('over 1 MiB is refused, and what was kept stays', () => {
    const store = new KeptStore(1)
    expect(store.save(0, { ...nothing(), cookies: 'a=1' })).toBe(true)
    expect(store.save(0, { ...nothing(), cookies: `a=${'x'.repeat(1_048_570)}` })).toBe(false)
    expect(loaded(store, 0).cookies).toBe('a=1')
  })

  test('law: whatever was saved last is what is loaded, in any order of saving and dropping', () => {
    const text = fc.oneof(
      fc.string({ maxLength: 40 }),
      fc.string({ unit: 'grapheme', maxLength: 12 }),
      fc.nat(40_000).map((n) => 'k'.repeat(n)),
    )
    const kept = fc.record({
      key: text,
      cookies: text,
      values: fc.dictionary(
        fc.string({ minLength: 1, maxLength: 5 }).filter((name) => name !== '__proto__'),
        text,
        { maxKeys: 2 },
      ),
    })
    const act = fc.tuple(fc.nat(7), fc.option(kept, { nil: null }))
    fc.assert(
      fc.property(fc.array(act, { maxLength: 60 }), (acts) => {
        const store = new KeptStore(3)
        const expected = new Map<number, Kept>()
        for (const [v, given] of acts) {
          if (given === null) {
            store.drop(v)
            expected.delete(v)
          } else if (store.save(v, given)) expected.set(v, given)
        }
        for (let v = 0; v < 8; v++) expect(loaded(store, v)).toEqual(expected.get(v) ?? nothing())
        for (let v = 0; v < 8; v++) store.drop(v)
        expect(store.bytes).toBe(0)
      }),
    )
  })
})
