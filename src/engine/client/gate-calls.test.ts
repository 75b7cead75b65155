import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Outcome } from '../../core/codes.ts'
import { parseRequest } from '../../waitingroom/netfunnel.ts'
import { GateCalls, GateWord, readGateAnswer, type GateAnswer } from './gate-calls.ts'
import { replyOf } from './testing/calls.ts'
import type { Reply } from './transport.ts'

function read(edits: Partial<Reply>): GateAnswer {
  // As it is used: one object for all answers, with what the last one left in it.
  const into: GateAnswer = { word: GateWord.pass, outcome: Outcome.reset, fields: { key: 'old' } }
  readGateAnswer(replyOf(edits), into)
  return into
}

describe('what a client of the protocol asks', () => {
  const calls = new GateCalls('/base', { sid: 'booking', aid: 'open&now' })
  const queryOf = (path: string) => {
    const [before, query = ''] = path.split('?', 2)
    expect(before).toBe('/base/ts.wseq')
    return query
  }

  test('at first contact: service and action, no key', () => {
    const { method, path, headers, body } = calls.enter
    expect({ method, headers, body }).toEqual({ method: 'GET', headers: '', body: '' })
    expect(queryOf(path)).toBe('opcode=5101&sid=booking&aid=open%26now')
    const plain = new GateCalls('', {}).enter.path
    expect(plain).toBe('/ts.wseq?opcode=5101&sid=service_1&aid=act_1')
  })

  test('at a poll: its key, and the interval that it was given', () => {
    expect(queryOf(calls.poll('AB', 12.3456).path)).toBe('opcode=5002&key=AB&ttl=12.346')
    expect(queryOf(calls.poll('AB', 10).path)).toBe('opcode=5002&key=AB&ttl=10')
  })

  test('when it is done: its key alone', () => {
    expect(queryOf(calls.complete('AB').path)).toBe('opcode=5004&key=AB')
  })

  test('a gate reads the key that was given, whatever is in it, and a path stays one', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (text) => {
        const key = text.toWellFormed()
        for (const { path } of [calls.poll(key, 5), calls.complete(key)]) {
          expect(path).toMatch(/^[!-~]+$/)
          expect(parseRequest(queryOf(path))).toMatchObject({ key, isMalformed: false })
        }
      }),
    )
  })
})

describe('what a gate answers', () => {
  const keyed = 'key=AB&nwait=7&nnext=3&tps=36.5&ttl=5'
  const { pass, wait, free, notStarted, expired, refused } = GateWord

  test.each([
    [200, pass],
    [201, wait],
    [202, wait],
    [300, free],
    [301, refused],
    [302, refused],
    [303, pass],
    [500, refused],
    [502, refused],
    [503, refused],
    [508, expired],
    [509, refused],
    [510, notStarted],
    [511, refused],
    [999, refused],
    [100, refused],
  ])('%i, with a key', (code, word) => {
    for (const type of [5002, 5101, 5004]) {
      const answer = read({ body: `${type}:${code}:${keyed}` })
      expect(answer).toEqual({
        word,
        outcome: Outcome.ok,
        fields: { key: 'AB', nwait: 7, nnext: 3, tps: 36.5, ttl: 5 },
      })
    }
  })

  test.each(['', 'key=', 'nwait=5&ttl=2', 'key=&ttl=3'])('without a key: %j', (fields) => {
    const word = (code: number) => read({ body: `5002:${code}:${fields}` })
    // Nobody can poll, or be verified, without one.
    for (const code of [200, 201, 202]) {
      expect(word(code)).toMatchObject({ word: GateWord.failed, outcome: Outcome.malformed })
    }
    // Express needs none, and says so by leaving it out.
    expect(word(303)).toMatchObject({ word: free, outcome: Outcome.ok })
    expect(word(300)).toMatchObject({ word: free, outcome: Outcome.ok })
    expect(word(510)).toMatchObject({ word: notStarted, outcome: Outcome.ok })
    expect(word(508)).toMatchObject({ word: expired, outcome: Outcome.ok })
    expect(word(501)).toMatchObject({ word: refused, outcome: Outcome.ok })
  })

  test('as a script, it says the same', () => {
    const script = (code: number) =>
      `NetFunnel.gRtype=5101;NetFunnel.gControl.result='5002:${code}:${keyed}'; NetFunnel.gControl._showResult();`
    expect(read({ body: script(201) })).toMatchObject({ word: wait, fields: { key: 'AB' } })
    expect(read({ body: script(200) })).toMatchObject({ word: pass, fields: { ttl: 5 } })
  })

  test.each(['', ' ', 'hello', '5002', '5002:200', '502:201:key=A', '<html>busy</html>', '{}'])(
    'what is none of the protocol’s is malformed: %j',
    (body) => {
      expect(read({ body })).toEqual({
        word: GateWord.failed,
        outcome: Outcome.malformed,
        fields: {},
      })
    },
  )

  test('a page that is no 200 is none either, whatever it says', () => {
    for (const status of [204, 206, 301, 302]) {
      const answer = read({ status, body: `5002:200:${keyed}` })
      expect(answer).toMatchObject({ word: GateWord.failed, outcome: Outcome.malformed })
    }
  })

  test('what failed on the way stays what it was', () => {
    for (const outcome of Object.values(Outcome)) {
      if (outcome === Outcome.ok) continue
      const answer = read({ outcome, status: 503, body: `5002:200:${keyed}` })
      expect(answer).toEqual({ word: GateWord.failed, outcome, fields: {} })
    }
  })

  test('anything at all is read without a fault', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.nat({ max: 999 }), (text, code) => {
        for (const body of [text, `5002:${String(code).padStart(3, '0')}:${text}`]) {
          const { word, outcome, fields } = read({ body })
          const isMalformed = outcome === Outcome.malformed
          expect(word === GateWord.failed).toBe(isMalformed)
          if (word === pass || word === wait) expect(fields.key).toMatch(/./)
        }
      }),
    )
  })
})
