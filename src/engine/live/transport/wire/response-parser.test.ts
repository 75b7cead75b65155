import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type FuzzedAnswer, fuzzedAnswer } from '../testing/fuzzed-answer.ts'
import { type OddResponse, oddResponses } from '../testing/odd-responses.ts'
import { usualAnswerRules } from '../../../../scenario/request/answer-rules.ts'
import { Want } from '../../../client/transport.ts'
import { KnownHeads } from './known-heads.ts'
import { Parsed, ResponseParser } from './response-parser.ts'

const { maxBodyBytes } = usualAnswerRules

const answerOf = ({ bytes, method, ends }: OddResponse): FuzzedAnswer => ({
  bytes: Buffer.from(bytes, 'latin1'),
  method,
  ends,
})

/** One buffer for all pieces, as in the transport: what was in it is gone at the next one. */
const buffer = Buffer.allocUnsafeSlow(400_000)
const known = new KnownHeads(buffer)

function give(parser: ResponseParser, piece: Buffer): number {
  buffer.fill(0x21, 0, piece.length + 100)
  piece.copy(buffer)
  return parser.read(piece.length)
}

/** What an answer comes to when it is cut at these places. */
function read(
  { bytes, method, ends }: FuzzedAnswer,
  cuts: readonly number[],
  parser = new ResponseParser(known, maxBodyBytes),
) {
  parser.begin(Want.head | Want.body, method === 'HEAD')
  const from = [0, ...cuts]
  for (let i = 0; i < from.length; i++) {
    const piece = bytes.subarray(from[i], from[i + 1])
    if (piece.length === 0) continue
    const parsed = give(parser, piece)
    if (parsed === Parsed.bad) return { end: 'malformed' }
    if (parsed === Parsed.done) return described(parser, (from[i] ?? 0) + parser.endAt)
  }
  if (!ends) return { end: 'goes on' }
  return parser.end() ? described(parser, bytes.length) : { end: 'reset' }
}

/** By a parser that has seen nothing before. */
const readAnew = (answer: FuzzedAnswer) =>
  read(answer, [], new ResponseParser(new KnownHeads(buffer), maxBodyBytes))

const described = ({ status, head, body, bodyCut, isKept }: ResponseParser, length: number) => ({
  end: `${status} ${body?.toString() ?? ''}`,
  head,
  bodyCut,
  isKept,
  length,
})

const everyOffset = (length: number) =>
  Array.from({ length: Math.max(0, length - 1) }, (_, i) => i + 1)
const small = oddResponses.filter(({ bytes }) => bytes.length <= 400)

describe('odd answers', () => {
  test('whole', () => {
    for (const response of oddResponses) {
      const { name, expected, ends } = response
      // What only the end of the connection tells is not told yet.
      const found = read(answerOf(response), []).end
      expect({ name, found: found === expected }).toEqual({ name, found: true })
      if (!ends) expect(read({ ...answerOf(response), ends: true }, []).end).toBe(expected)
    }
  })

  test('cut in two at every offset, and octet by octet', () => {
    for (const response of small) {
      const answer = answerOf(response)
      const whole = readAnew(answer)
      expect(read(answer, [])).toEqual(whole)
      expect(read(answer, [])).toEqual(whole)
      for (const at of everyOffset(answer.bytes.length)) {
        expect({ name: response.name, at, ...read(answer, [at]) }).toEqual({
          name: response.name,
          at,
          ...whole,
        })
      }
      expect(read(answer, everyOffset(answer.bytes.length))).toEqual(whole)
    }
  })

  test('law: one after the other by the same parser, cut anywhere, is as each by its own', () => {
    const parser = new ResponseParser(known, maxBodyBytes)
    const cut = fc.tuple(
      fc.constantFrom(...oddResponses),
      fc.array(fc.double({ min: 0, max: 1, noNaN: true })),
    )
    fc.assert(
      fc.property(fc.array(cut, { maxLength: 8 }), (sequence) => {
        for (const [response, places] of sequence) {
          const answer = answerOf(response)
          const cuts = places
            .map((place) => Math.floor(place * answer.bytes.length))
            .toSorted((a, b) => a - b)
          expect(read(answer, cuts, parser)).toEqual(readAnew(answer))
        }
      }),
    )
  })
})

describe('what an answer leaves behind', () => {
  const kept = (text: string, method = 'GET') => {
    const found = read({ bytes: Buffer.from(text, 'latin1'), method, ends: false }, [])
    return 'isKept' in found ? found.isKept : found.end
  }

  test.each([
    ['HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n', true],
    ['HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n', false],
    ['HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: x, CLOSE\r\n\r\n', false],
    [
      'HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: keep-alive\r\nConnection: close\r\n\r\n',
      false,
    ],
    ['HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: closed\r\n\r\n', true],
    ['HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close x\r\n\r\n', true],
    ['HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: clos\r\n\r\n', true],
    ['HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: clo se\r\n\r\n', true],
    ['HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: ,, close\t,\r\n\r\n', false],
    ['HTTP/1.1 200 OK\r\nContent-Length: 0\r\nProxy-Connection: close\r\n\r\n', true],
    ['HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n', false],
    ['HTTP/1.0 200 OK\r\nContent-Length: 0\r\nConnection: Keep-Alive\r\n\r\n', true],
    [
      'HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: keep-alive\r\n\r\n0\r\n\r\n',
      false,
    ],
    ['HTTP/1.1 103 Hints\r\nConnection: close\r\n\r\nHTTP/1.1 204 None\r\n\r\n', true],
  ])('%j: the connection is kept: %s', (text, expected) => {
    expect(kept(text)).toBe(expected)
  })

  test('fields as they came, folds taken out, each line ended in CRLF', () => {
    const text = 'HTTP/1.1 200 OK\r\nA: 1\nB:\t2 \r\n\t3\r\n \r\nC:\xe9\r\nContent-Length: 0\n\r\n'
    const answer = { bytes: Buffer.from(text, 'latin1'), method: 'GET', ends: false }
    const head = 'A: 1\r\nB:\t2  3 \r\nC:\xe9\r\nContent-Length: 0\r\n'
    for (const cuts of [
      [],
      ...everyOffset(text.length).map((at) => [at]),
      everyOffset(text.length),
    ]) {
      expect({ cuts, found: read(answer, cuts) }).toMatchObject({ cuts, found: { head } })
    }
  })

  test('fields of the final answer alone', () => {
    const text = 'HTTP/1.1 103 Hints\r\nLink: a\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'
    const answer = { bytes: Buffer.from(text), method: 'GET', ends: false }
    expect(read(answer, [])).toMatchObject({ head: 'Content-Length: 0\r\n' })
    expect(read(answer, everyOffset(text.length))).toMatchObject({ head: 'Content-Length: 0\r\n' })
  })

  test('no more of a body than may be kept, however it comes', () => {
    const bytes = Buffer.alloc(200_000, 'x')
    const parser = new ResponseParser(known, maxBodyBytes)
    for (const [total, isCut] of [
      [maxBodyBytes, false],
      [maxBodyBytes + 1, true],
      [3 * maxBodyBytes, true],
    ] as const) {
      parser.begin(Want.body, false)
      const head = Buffer.from(`HTTP/1.1 200 OK\r\nContent-Length: ${total}\r\n\r\n`)
      expect(give(parser, head)).toBe(Parsed.more)
      for (let left = total; left > 0; left -= bytes.length) {
        const length = Math.min(left, bytes.length)
        expect(give(parser, bytes.subarray(0, length))).toBe(
          left <= bytes.length ? Parsed.done : Parsed.more,
        )
      }
      expect(parser.body?.length).toBe(maxBodyBytes)
      expect(parser.bodyCut).toBe(isCut)
    }
  })

  test('nothing is kept of what is not wanted', () => {
    const parser = new ResponseParser(known, maxBodyBytes)
    const text = Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello')
    parser.begin(Want.nothing, false)
    expect(give(parser, text)).toBe(Parsed.done)
    expect(parser).toMatchObject({ status: 200, head: '', body: null })
  })
})

describe('fuzz', () => {
  test('law: whatever comes is an answer or none, and the same however it is cut', () => {
    fc.assert(
      fc.property(fuzzedAnswer, fc.array(fc.nat(400), { maxLength: 10 }), (answer, places) => {
        const whole = readAnew(answer)
        expect(read(answer, [])).toEqual(whole)
        expect(read(answer, [])).toEqual(whole)
        const cuts = places
          .map((place) => Math.min(place, answer.bytes.length))
          .toSorted((a, b) => a - b)
        expect(read(answer, cuts)).toEqual(whole)
        expect(read(answer, everyOffset(answer.bytes.length))).toEqual(whole)
        expect(whole.end).toMatch(/^(malformed|goes on|reset|\d{1,3} [^]*)$/)
        if (answer.ends) expect(whole.end).not.toBe('goes on')
      }),
      { numRuns: 3000 },
    )
  })
})
