import fc from 'fast-check'
import { PassThrough } from 'node:stream'
import { finished } from 'node:stream/promises'
import { describe, expect, test } from 'vitest'
import { parseReply, parseRequest, readLines } from './frames.ts'

/** The lines of what comes in these pieces, and whether the connection was kept. */
async function linesOf(pieces: readonly Buffer[], maxChars: number) {
  const stream = new PassThrough()
  const lines: string[] = []
  readLines(stream, maxChars, (line) => {
    lines.push(line)
    return line !== 'no'
  })
  for (const piece of pieces) stream.write(piece)
  stream.end()
  // A stream that is destroyed before its end is told of as an error.
  const kept = await finished(stream, { writable: false }).then(
    () => true,
    () => false,
  )
  return { lines, kept }
}

describe('lines', () => {
  test('come out whole however they are cut', async () => {
    const line = fc.string({ unit: 'grapheme', maxLength: 12 }).filter((s) => !/[\n]|^no$/.test(s))
    await fc.assert(
      fc.asyncProperty(
        fc.array(line, { maxLength: 8 }),
        fc.array(fc.nat({ max: 200 }), { maxLength: 6 }),
        async (lines, cuts) => {
          const bytes = Buffer.from(lines.map((each) => `${each}\n`).join(''))
          const ends = [...cuts.filter((cut) => cut < bytes.length), bytes.length]
          const order = ends.toSorted((a, b) => a - b)
          const pieces = order.map((end, i) => bytes.subarray(order[i - 1] ?? 0, end))
          expect(await linesOf(pieces, 100)).toEqual({ lines, kept: true })
        },
      ),
      { numRuns: 100 },
    )
  })

  test('too long, with or without their end, end the connection', async () => {
    const long = 'x'.repeat(11)
    expect(await linesOf([Buffer.from(`ok\n${long}`)], 10)).toEqual({ lines: ['ok'], kept: false })
    expect(await linesOf([Buffer.from(`${long}\nok\n`)], 10)).toEqual({ lines: [], kept: false })
    expect(await linesOf([Buffer.from(`${long.slice(1)}\n`)], 10)).toMatchObject({ kept: true })
  })

  test('not known end the connection, and nothing after them is looked at', async () => {
    expect(await linesOf([Buffer.from('a\nno\nb\n')], 10)).toEqual({
      lines: ['a', 'no'],
      kept: false,
    })
  })
})

describe('requests and replies', () => {
  test('of other shapes are none', () => {
    const lease = '{"op":"lease","id":1,"station":null}'
    expect(parseRequest(lease)).toEqual({ op: 'lease', id: 1, station: null })
    for (const line of ['', 'null', '[]', lease.replace('1', '-1'), lease.replace('lease', 'x')]) {
      expect(parseRequest(line)).toBeUndefined()
    }
    expect(parseReply('{"id":1,"value":null}')).toEqual({ id: 1, value: null })
    for (const line of ['', '1', 'null', '{"value":1}']) expect(parseReply(line)).toBeUndefined()
  })

  test('keep of a person what the ledger needs', () => {
    const person = { id: 'a', birthYear: 1967, name: 'Kim' }
    const line = JSON.stringify({ op: 'identify', id: 1, lease: 0, person })
    expect(parseRequest(line)).toMatchObject({ person: { id: 'a', birthYear: 1967 } })
    expect(parseRequest(line.replace('"a"', `"${'a'.repeat(65)}"`))).toBeUndefined()
  })
})
