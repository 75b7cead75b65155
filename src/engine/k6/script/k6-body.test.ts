import { describe, expect, test } from 'vitest'
import { bodyOf } from './k6-body.ts'

const rules = { maxBodyBytes: 1024, charset: '' }
const type = (value: string) => `Content-Type: ${value}\r\n`

describe('a body as k6 hands it over', () => {
  test.each<[string, string, string, string | null]>([
    ['sold out', '', 'sold out', null],
    ['\ufeff{}', type('application/json'), '{}', null],
    ['마감', type('text/html; charset=utf-8'), '마감', null],
    ['마감', '', '마감', null],
    // k6 has undone these, and knows no others.
    ['x', 'Content-Encoding: gzip, br\r\n', 'x', null],
    ['x', 'Content-Encoding: x-gzip\r\n', '', 'EncodingUnknown'],
    ['', 'Content-Encoding: compress\r\n', '', null],
    // It has read all of them as UTF-8.
    ['\ufffd\ufffd', type('text/html; charset=euc-kr'), '\ufffd\ufffd', 'CharsetUnknown'],
    ['sold out', type('text/html; charset=euc-kr'), 'sold out', null],
    [
      '<meta charset=euc-kr>\ufffd',
      type('text/html'),
      '<meta charset=euc-kr>\ufffd',
      'CharsetUnknown',
    ],
    ['\ufffd', '', '\ufffd', 'CharsetUnknown'],
    ['\ufffd', type('text/html; charset=UTF-8'), '\ufffd', null],
    ['a\0b\0', type('text/html'), 'a\0b\0', 'CharsetUnknown'],
    // The limit is in bytes.
    ['é'.repeat(512), '', 'é'.repeat(512), null],
    ['é'.repeat(513), '', 'é'.repeat(512), 'BodyTooLong'],
    ['🎫'.repeat(256), '', '🎫'.repeat(256), null],
  ])('%j, %j', (text, head, body, bodyFault) => {
    expect(bodyOf(text, head, rules)).toEqual({ body, bodyFault })
  })

  test('a charset that the scenario states is lost as well', () => {
    const stated = { ...rules, charset: 'euc-kr' }
    expect(bodyOf('\ufffd', '', stated).bodyFault).toBe('CharsetUnknown')
    expect(bodyOf('sold out', '', stated).bodyFault).toBeNull()
  })
})
