import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  formatQuery,
  formatReply,
  Opcode,
  parseReply,
  parseRequest,
  type NetfunnelRequest,
} from './netfunnel.ts'

/** Written from the protocol's description: what its browser and native clients send and read. */

const browser =
  'opcode=5101&sid=service_1&aid=act_1&nfid=0&prefix=NetFunnel.gRtype=5101;&js=yes&1626692400123'

/** The same as `parseRequest`, the plain way. */
function readNaively(query: string): NetfunnelRequest {
  const seen = new Set<string>()
  const known = new Map<string, string>()
  let isMalformed = false
  for (const [name = '', ...rest] of query.split('&').map((part) => part.split('='))) {
    if (rest.length === 0 || !names.has(name)) continue
    if (seen.has(name)) isMalformed = true
    seen.add(name)
    try {
      known.set(name, decodeURIComponent(rest.join('=')))
    } catch {
      isMalformed = true
    }
  }
  const opcode = Object.values(Opcode).find((code) => known.get('opcode') === String(code)) ?? null
  const given = /^NetFunnel\.gRtype=(\d{4});?$/.exec(known.get('prefix') ?? '')?.[1]
  const prefix = `NetFunnel.gRtype=${given ?? opcode ?? 5002};`
  const isScript = known.get('js') === 'yes'
  return {
    opcode,
    key: known.get('key') ?? null,
    isMalformed,
    hasService: seen.has('sid') && seen.has('aid'),
    prefix: isScript ? prefix : null,
  }
}

const names = new Set('opcode key prefix js sid aid uid utid ttl nfid'.split(' '))

describe('a request', () => {
  test('of a browser: the script begins with the prefix that it sent', () => {
    expect(parseRequest(browser)).toEqual({
      opcode: 5101,
      key: null,
      isMalformed: false,
      hasService: true,
      prefix: 'NetFunnel.gRtype=5101;',
    })
  })

  test('of a native client: no script; parameters in any order', () => {
    const native = {
      opcode: 5002,
      key: 'ABC',
      isMalformed: false,
      hasService: false,
      prefix: null,
    }
    expect(parseRequest('opcode=5002&key=ABC&ttl=10')).toEqual(native)
    expect(parseRequest('ttl=10&key=ABC&opcode=5002')).toEqual(native)
    expect(parseRequest('key=%41%42%43&opcode=5002')).toEqual(native)
  })

  test.each([5001, 5101, 5002, 5003, 5004])('knows opcode %i', (opcode) => {
    expect(parseRequest(`opcode=${opcode}&key=A`).opcode).toBe(opcode)
  })

  test.each([
    '',
    '&',
    'opcode',
    'opcode=',
    'opcode=5005',
    'opcode=05101',
    'opcode=5e3',
    'OPCODE=5101',
  ])('has no opcode in %j', (query) => {
    expect(parseRequest(query)).toMatchObject({ opcode: null, isMalformed: false })
  })

  test.each([
    'opcode=5002&key=A&key=B',
    'opcode=5002&key=A&key=A',
    'opcode=5002&opcode=5004&key=A',
    'opcode=5002&key=%',
    'opcode=5002&key=%zz',
    'opcode=5002&key=%ff%fe',
    'opcode=5101&sid=%c3%28&aid=a',
  ])('is malformed in %j', (query) => {
    expect(parseRequest(query).isMalformed).toBe(true)
  })

  test.each([
    ['opcode=5101&aid=a&sid=s', true],
    ['opcode=5101&sid=&aid=', true],
    ['opcode=5101&sid=%EC%98%88&aid=a', true],
    ['opcode=5101&sid=s', false],
    ['opcode=5101&aid=a', false],
    ['opcode=5101&sid&aid', false],
    ['opcode=5101&SID=s&aid=a', false],
  ])('names service and action or not: %s', (query, hasService) => {
    expect(parseRequest(query)).toMatchObject({ opcode: 5101, isMalformed: false, hasService })
  })

  test('may hold names of no protocol, twice and garbled', () => {
    expect(parseRequest('opcode=5002&key=A&x=%&x=%&1&1&=&&')).toEqual({
      opcode: 5002,
      key: 'A',
      isMalformed: false,
      hasService: false,
      prefix: null,
    })
  })

  test('is read as by splitting it, whatever it is', () => {
    const pieces = [...names, 'x', 'ke', 'keys', '']
    const piece = fc.oneof(
      fc.constantFrom(...pieces, '=', '&', '%', '%41', '%3d', '%26', '5002', '5101', 'yes'),
      fc.constantFrom(...pieces).map((name) => `&${name}=`),
      fc.string({ unit: 'binary', maxLength: 3 }),
    )
    const queries = fc.array(piece, { maxLength: 12 }).map((list) => list.join(''))
    fc.assert(
      fc.property(queries, (query) => {
        expect(parseRequest(query)).toEqual(readNaively(query))
      }),
      { numRuns: 2000 },
    )
  })

  test.each([
    'alert(1);',
    'NetFunnel.gRtype=5101;alert(1);',
    'alert(1);NetFunnel.gRtype=5101;',
    'NetFunnel.gRtype=5101;\nalert(1)',
    'NetFunnel.gRtype=alert(1);',
    '</script><script>alert(1)</script>',
    "NetFunnel.gRtype='5101",
    '',
  ])('cannot put %j into the script', (prefix) => {
    const query = `opcode=5101&js=yes&prefix=${encodeURIComponent(prefix)}`
    expect(parseRequest(query).prefix).toBe('NetFunnel.gRtype=5101;')
  })

  test('whatever it is, the script begins in one of these ways', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string(), (prefix, tail) => {
        const query = `js=yes&prefix=${encodeURIComponent(prefix.toWellFormed())}&${tail}`
        expect(parseRequest(query).prefix ?? 'bare').toMatch(/^(NetFunnel\.gRtype=\d{1,4};|bare)$/)
      }),
    )
  })
})

describe('a reply', () => {
  const fields = { key: 'AB', nwait: 99, nnext: 3, tps: 36.5, ttl: 10, ip: '127.0.0.1', port: 8081 }
  const bare = '5002:201:key=AB&nwait=99&nnext=3&tps=36.5&ttl=10&ip=127.0.0.1&port=8081'

  test('is bare for a native client', () => {
    expect(formatReply({ type: 5002, code: 201, fields }, null)).toBe(bare)
  })

  test('is the script of the protocol for a browser', () => {
    expect(formatReply({ type: 5002, code: 201, fields }, 'NetFunnel.gRtype=5101;')).toBe(
      `NetFunnel.gRtype=5101;NetFunnel.gControl.result='${bare}'; NetFunnel.gControl._showResult();`,
    )
  })

  test('without fields ends with its colon', () => {
    expect(formatReply({ type: 5004, code: 502, fields: {} }, null)).toBe('5004:502:')
  })

  test('gives three decimals at most, and none of a small interval is no poll at all', () => {
    const text = (ttl: number) => formatReply({ type: 5002, code: 201, fields: { ttl } }, null)
    expect(text(12.34567)).toBe('5002:201:ttl=12.346')
    expect(text(0.0001)).toBe('5002:201:ttl=0.001')
    expect(text(0)).toBe('5002:201:ttl=0')
  })

  test('is read back, bare or as a script', () => {
    const reply = fc.record({
      type: fc.integer({ min: 1000, max: 9999 }),
      code: fc.integer({ min: 100, max: 999 }),
      fields: fc.record(
        {
          key: fc.stringMatching(/^[0-9a-f]{0,40}$/),
          nwait: fc.nat(),
          nnext: fc.nat(),
          tps: fc.nat({ max: 1e6 }).map((n) => n / 1000),
          ttl: fc.nat({ max: 1e6 }).map((n) => n / 1000),
          ip: fc.ipV4(),
          port: fc.nat({ max: 65_535 }),
        },
        { requiredKeys: [] },
      ),
    })
    fc.assert(
      fc.property(reply, fc.constantFrom(null, 'NetFunnel.gRtype=5101;'), (one, prefix) => {
        expect(parseReply(formatReply(one, prefix))).toEqual(one)
      }),
    )
  })

  test.each(['', 'hello', '5002', '5002:200', '502:201:key=A', "5002:200:key=A'", '<html>'])(
    '%j is none',
    (text) => {
      expect(parseReply(text)).toBeNull()
    },
  )

  test('keeps what it can read of its fields', () => {
    expect(parseReply('5002:200:key=A=B&nwait=&tps=many&ttl=5&other=1')).toEqual({
      type: 5002,
      code: 200,
      fields: { key: 'A=B', ttl: 5 },
    })
  })
})

test('a query that is formatted is read back, whatever its key', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      const key = text.toWellFormed()
      expect(parseRequest(formatQuery(Opcode.poll, { key, ttl: 10 }))).toEqual({
        opcode: 5002,
        key,
        isMalformed: false,
        hasService: false,
        prefix: null,
      })
    }),
  )
})
