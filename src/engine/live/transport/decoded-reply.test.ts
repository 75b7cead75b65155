import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { DecodedReply } from './decoded-reply.ts'

const rules = { maxBodyBytes: 1_048_576, charset: '' }
const reply = new DecodedReply(rules)

interface Given {
  readonly type?: string | undefined
  readonly encoding?: string | undefined
  readonly isCut?: boolean
  readonly charset?: string
}

function read(bytes: readonly number[] | Buffer | string, given: Given = {}) {
  const { type, encoding, isCut = false, charset = '' } = given
  const one = charset === '' ? reply : new DecodedReply({ ...rules, charset })
  const fields = [
    ...(type === undefined ? [] : [`Content-Type: ${type}\r\n`]),
    ...(encoding === undefined ? [] : [`content-ENCODING: ${encoding}\r\n`]),
  ]
  one.setBody(
    typeof bytes === 'string' ? Buffer.from(bytes) : Buffer.from(bytes),
    isCut,
    fields.join(''),
  )
  return { body: one.body, fault: one.bodyFault }
}
const sure = (body: string) => ({ body, fault: null })
const html = (head: string, bytes: readonly number[]) =>
  Buffer.concat([Buffer.from(`<html><head>${head}</head>`), Buffer.from(bytes)])

const closedOut = [0xb8, 0xb6, 0xb0, 0xa8]

describe('the charset that the header states', () => {
  test.each<[string, readonly number[], string]>([
    ['text/html; charset=euc-kr', closedOut, '마감'],
    ['text/html; charset="EUC-KR"', closedOut, '마감'],
    ["text/html; charset='euc-kr'", closedOut, '마감'],
    ['text/html;charset = ks_c_5601-1987 ; x=y', closedOut, '마감'],
    ['text/html; charset=MS949', [0x8c, 0x63, 0xb8, 0xb6], '똠마'],
    ['application/json; charset=euc-kr', closedOut, '마감'],
    ['text/html; charset=Shift_JIS', [0x8a, 0xae, 0x94, 0x84, 0x87, 0x40], '完売①'],
    ['text/html; charset=euc-jp', [0xb4, 0xb0, 0xc7, 0xe4], '完売'],
    ['text/html; charset=gbk', [0xca, 0xdb, 0xf3, 0xc0, 0x80], '售罄€'],
    ['text/html; charset=gb18030', [0x81, 0x30, 0x81, 0x30], '\u0080'],
    ['text/html; charset=big5', [0xa7, 0xb9, 0x87, 0x40], '完䏰'],
    ['text/html; charset=iso-8859-1', [0xe9, 0x80, 0x92], 'é€’'],
    ['text/html; charset=windows-1252', [0x80], '€'],
    ['text/html; charset=windows-1251', [0xcf, 0xf0], 'Пр'],
    ['text/html; charset=koi8-r', [0xf0, 0xd2], 'Пр'],
    ['text/html; charset=iso-8859-15', [0xa4], '€'],
    ['text/html; charset=us-ascii', [0xe9], 'é'],
    ['text/plain; charset=utf-16le', [0x61, 0, 0xac, 0xc0], 'a사'],
    ['text/html; charset=utf-8', [0x61, 0xff, 0x62], 'a\ufffdb'],
    ['text/html; charset=utf8', [0xec, 0xa2, 0x8c], '좌'],
  ])('%s', (type, bytes, text) => {
    expect(read(bytes, { type })).toEqual(sure(text))
  })
})

describe('the charset that the page states', () => {
  const type = 'text/html'
  test.each<[string, Buffer, string]>([
    ['a meta', html('<meta charset="euc-kr">', closedOut), '마감'],
    ['without quotes', html('<META CHARSET=euc-kr>', closedOut), '마감'],
    [
      'http-equiv',
      html('<meta content="text/html; charset=euc-kr" http-equiv="Content-Type">', closedOut),
      '마감',
    ],
    ['behind 1,024 bytes', html(`${' '.repeat(2000)}<meta charset=euc-kr>`, closedOut), '마감'],
    [
      'behind an unknown one',
      html('<meta charset=nonsense><meta charset=euc-kr>', closedOut),
      '마감',
    ],
    [
      'not in a comment',
      html('<!-- <meta charset=koi8-r> --><meta charset=euc-kr>', closedOut),
      '마감',
    ],
    [
      'not in a description',
      html('<meta name=description content="charset=koi8-r"><meta charset=euc-kr>', closedOut),
      '마감',
    ],
    ['UTF-16 is UTF-8 there', html('<meta charset=utf-16>', [0xec, 0xa2, 0x8c]), '좌'],
  ])('%s', (_name, bytes, text) => {
    const { body, fault } = read(bytes, { type })
    expect({ end: body.slice(-text.length), fault }).toEqual({ end: text, fault: null })
  })

  test('XML says it in its declaration', () => {
    const bytes = Buffer.concat([
      Buffer.from('<?xml version="1.0" encoding="euc-kr"?><a>'),
      Buffer.from(closedOut),
    ])
    expect(read(bytes, { type: 'application/xml' }).body).toMatch(/마감$/)
  })

  test('the header goes before the page, and a mark before both', () => {
    const page = html('<meta charset=koi8-r>', closedOut)
    expect(read(page, { type: 'text/html; charset=euc-kr' }).body).toMatch(/마감$/)
    const marked = [0xef, 0xbb, 0xbf, 0xec, 0xa2, 0x8c]
    expect(read(marked, { type: 'text/html; charset=euc-kr' })).toEqual(sure('좌'))
    expect(read(page, { type: 'text/html; charset=nonsense' }).body).not.toMatch(/마감$/)
    expect(read(page, { type: 'text/plain' }).fault).toBe('CharsetUnknown')
  })
})

describe('byte-order marks', () => {
  test.each<[string, readonly number[], string]>([
    ['UTF-8', [0xef, 0xbb, 0xbf, 0x7b, 0x7d], '{}'],
    ['UTF-16, little end first', [0xff, 0xfe, 0x61, 0, 0xac, 0xc0], 'a사'],
    ['UTF-16, big end first', [0xfe, 0xff, 0, 0x61, 0xc0, 0xac], 'a사'],
  ])('%s', (_name, bytes, text) => {
    expect(read(bytes, { type: 'application/json' })).toEqual(sure(text))
  })
})

describe('no charset at all', () => {
  test.each<[string, readonly number[], string | null]>([
    ['ASCII', [0x61], null],
    ['UTF-8', [0xec, 0xa2, 0x8c], null],
    ['something else', closedOut, 'CharsetUnknown'],
    ['Latin-1 at the end', [0x61, 0xe9], 'CharsetUnknown'],
    ['UTF-16 without a mark', [0x61, 0, 0x62, 0], 'CharsetUnknown'],
  ])('%s', (_name, bytes, fault) => {
    for (const type of [
      undefined,
      'text/html',
      'application/json',
      'application/x-www-form-urlencoded',
    ]) {
      expect(read(bytes, { type }).fault).toBe(fault)
    }
  })

  test('the scenario may state it', () => {
    expect(read(closedOut, { charset: 'EUC-KR' })).toEqual(sure('마감'))
    expect(read(closedOut, { charset: 'koi8-r', type: 'text/html; charset=euc-kr' })).toEqual(
      sure('마감'),
    )
  })

  test('a body that was cut within a character is cut, and no more', () => {
    expect(read([0x61, 0xec, 0xa2], { isCut: true }).fault).toBe('BodyTooLong')
    expect(read(closedOut, { isCut: true }).fault).toBe('CharsetUnknown')
  })
})

describe('content codings', () => {
  const zipped = gzipSync(Buffer.from(closedOut))
  const type = 'text/html; charset=euc-kr'

  test.each(['gzip', 'GZIP', 'identity, gzip', ' x-gzip '])('%s', (encoding) => {
    expect(read(zipped, { type, encoding })).toEqual(sure('마감'))
  })

  test.each<[Buffer | string, string, string]>([
    ['plain', 'gzip', 'EncodingBroken'],
    [zipped, 'compress', 'EncodingUnknown'],
    [zipped, 'gzip, gzip', 'EncodingBroken'],
  ])('%j as %s: %s', (bytes, encoding, fault) => {
    expect(read(bytes, { encoding })).toEqual({ body: '', fault })
  })

  test('identity is plain, and no body is in no coding', () => {
    expect(read('plain', { encoding: 'identity' })).toEqual(sure('plain'))
    expect(read('', { encoding: 'gzip' })).toEqual(sure(''))
  })

  test('the limit holds for what is decoded, and what was cut is not decoded', () => {
    const small = new DecodedReply({ maxBodyBytes: 1024, charset: '' })
    small.setBody(gzipSync(Buffer.alloc(1025, 'x')), false, 'Content-Encoding: gzip\r\n')
    expect({ body: small.body, fault: small.bodyFault }).toEqual({ body: '', fault: 'BodyTooLong' })
    expect(read(zipped, { type, encoding: 'gzip', isCut: true }).fault).toBe('BodyTooLong')
  })

  test('of several lines all count, in their order', () => {
    const fields = 'Content-Encoding: gzip\r\nContent-Encoding: identity\r\n'
    reply.setBody(gzipSync('a'), false, fields)
    expect(reply.body).toBe('a')
  })
})
