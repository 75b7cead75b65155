import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { lineBatches, maxLineChars } from './lines.ts'

async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

async function linesOf(bytes: Uint8Array, size: number): Promise<string[]> {
  const lines: string[] = []
  for await (const batch of lineBatches(pieces(bytes, size))) lines.push(...batch)
  return lines
}

describe('lines of a stream', () => {
  test('are the same however it is cut into chunks, in the middle of a character too', async () => {
    const text = fc.array(fc.string({ unit: 'grapheme', maxLength: 20 }))
    await fc.assert(
      fc.asyncProperty(text, fc.integer({ min: 1, max: 9 }), async (given, size) => {
        const whole = given.map((line) => line.replaceAll(/[\r\n]/g, ' ')).join('\n')
        const expected = whole.split('\n')
        if (expected.at(-1) === '') expected.pop()
        expect(await linesOf(new TextEncoder().encode(whole.toWellFormed()), size)).toEqual(
          expected.map((line) => line.toWellFormed()),
        )
      }),
      { numRuns: 50 },
    )
  })

  test('keep at most one cut line between chunks, however long a line is', async () => {
    const chunk = new Uint8Array(maxLineChars).fill(97)
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (let i = 0; i < 200; i++) yield chunk
      yield new TextEncoder().encode('\nshort\r\n')
    }
    const lengths: number[] = []
    for await (const batch of lineBatches(endless()))
      lengths.push(...batch.map((one) => one.length))
    expect(lengths).toEqual([maxLineChars + 1, 5])
  })
})
