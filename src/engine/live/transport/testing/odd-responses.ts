/** Answers as servers, proxies and attackers have been seen to give them, or might. */

export interface OddResponse {
  readonly name: string
  /** Latin-1. */
  readonly bytes: string
  /** `200 body` where it is taken for an answer, else how the request ends. */
  readonly expected: string
  readonly method: string
  /** The server closes its side after it. */
  readonly ends: boolean
  /** It goes on after its end, so that nobody knows what the next request would be answered by. */
  readonly trails: boolean
}

const odd: OddResponse[] = []

function add(
  name: string,
  bytes: string,
  expected: string,
  more: { method?: string; ends?: boolean; trails?: boolean } = {},
): void {
  const { method = 'GET', ends = false, trails = false } = more
  odd.push({ name, bytes, expected, method, ends, trails })
}

const lines = (...all: string[]) => `${all.join('\r\n')}\r\n\r\n`
const ok = 'HTTP/1.1 200 OK'
const five = 'Content-Length: 5'
const chunked = 'Transfer-Encoding: chunked'
const head = (...fields: string[]) => lines(ok, ...fields)
const inChunks = (body: string, ...fields: string[]) => `${head(chunked, ...fields)}${body}`
const ends = true
const trails = true

// Status lines.
add('plain', `${head(five)}hello`, '200 hello')
add('an empty body', head('Content-Length: 0'), '200 ')
add('no reason', `${lines('HTTP/1.1 200 ', five)}hello`, '200 hello')
add('neither reason nor the space before it', `${lines('HTTP/1.1 200', five)}hello`, '200 hello')
add('a reason in no known script', `${lines('HTTP/1.1 200 \xff\xfe\t!', five)}hello`, '200 hello')
add('a control character in the reason', `${lines('HTTP/1.1 200 O\x01K', five)}hello`, '200 hello')
add('HTTP/1.0', `${lines('HTTP/1.0 200 OK', five)}hello`, '200 hello')
add(
  'HTTP/1.0, kept',
  `${lines('HTTP/1.0 200 OK', five, 'Connection: keep-alive')}hello`,
  '200 hello',
)
add('HTTP/1.9', `${lines('HTTP/1.9 200 OK', five)}hello`, '200 hello')
add('HTTP/0.9', `${lines('HTTP/0.9 200 OK', five)}hello`, 'malformed')
add('HTTP/2.0', `${lines('HTTP/2.0 200 OK', five)}hello`, 'malformed')
add('HTTP/1', `${lines('HTTP/1 200 OK', five)}hello`, 'malformed')
add('HTTP/1.10', `${lines('HTTP/1.10 200 OK', five)}hello`, 'malformed')
add('lower case', `${lines('http/1.1 200 OK', five)}hello`, 'malformed')
add('two spaces', `${lines('HTTP/1.1  200 OK', five)}hello`, 'malformed')
add('a tab for the space', `${lines('HTTP/1.1\t200 OK', five)}hello`, 'malformed')
add('two digits', `${lines('HTTP/1.1 20 OK', five)}hello`, 'malformed')
add('four digits', `${lines('HTTP/1.1 2000 OK', five)}hello`, 'malformed')
add('a status in words', `${lines('HTTP/1.1 OK', five)}hello`, 'malformed')
add('a negative status', `${lines('HTTP/1.1 -20 OK', five)}hello`, 'malformed')
add('status 599', `${lines('HTTP/1.1 599 Odd', five)}hello`, '599 hello')
add('status 600', `${lines('HTTP/1.1 600 Odd', five)}hello`, '600 hello')
add('status 999', `${lines('HTTP/1.1 999 Odd', five)}hello`, '999 hello')
add('status 099', `${lines('HTTP/1.1 099 Odd', five)}hello`, '99 hello')
add('an empty line first', `\r\n${head(five)}hello`, 'malformed')
add('a space first', ` ${head(five)}hello`, 'malformed')
add('another protocol', 'SSH-2.0-OpenSSH_9.6\r\n', 'malformed')
add('ICY', `${lines('ICY 200 OK', five)}hello`, 'malformed')
add('a request', 'GET / HTTP/1.1\r\nHost: x\r\n\r\n', 'malformed')
add('TLS', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', 'malformed')
add('nothing but empty lines', '\r\n\r\n\r\n', 'malformed', { ends })
add('HTML without a head', '<html>busy</html>', 'malformed', { ends })

// Fields.
add('no field at all, to the end', `${ok}\r\n\r\nhello`, '200 hello', { ends })
add('names in any case', `${head('cOnTeNt-LeNgTh: 5')}hello`, '200 hello')
add('no space after the colon', `${head('Content-Length:5')}hello`, '200 hello')
add('much space around the value', `${head('Content-Length: \t 5 \t ')}hello`, '200 hello')
add('an empty value', `${head('X-Empty:', five, 'X-Space:  ')}hello`, '200 hello')
add('octets beyond ASCII in a value', `${head('X-Name: \xec\xa2\x8c\xff', five)}hello`, '200 hello')
add('a tab in a value', `${head('X-Tab: a\tb', five)}hello`, '200 hello')
add('a folded value', `${head('X-Long: one', ' two', '\tthree', five)}hello`, '200 hello')
add('a folded length', `${head('Content-Length:', ' 5')}hello`, '200 hello')
add('a length folded in two', `${head('Content-Length: 5', ' 5')}hello55555`, 'malformed')
add(
  'a folded coding',
  `${head('Transfer-Encoding:', ' chunked')}5\r\nhello\r\n0\r\n\r\n`,
  '200 hello',
)
add('a fold of nothing', `${head(' X-First: 1', five)}hello`, 'malformed')
add('a line feed for each line end', `${ok}\n${five}\n\nhello`, '200 hello')
add('a line feed for one line end', `${ok}\r\nX-One: 1\n${five}\r\n\r\nhello`, '200 hello')
add('a carriage return alone in a value', `${head('X-One: a\rb', five)}hello`, 'malformed')
add('a carriage return twice', `${ok}\r\r\n${five}\r\n\r\nhello`, 'malformed')
add('a carriage return that ends a line', `${ok}\r${five}\r\n\r\nhello`, 'malformed')
add('NUL in a value', `${head('X-Nul: a\0b', five)}hello`, 'malformed')
add('another control character in a value', `${head('X-One: a\x01b\x7f', five)}hello`, '200 hello')
add('a space before the colon', `${head('Content-Length : 5')}hello`, 'malformed')
add('a space in a name', `${head('Content Length: 5')}hello`, 'malformed')
add('no name', `${head(': 5', five)}hello`, 'malformed')
add('no colon', `${head('X-Nothing', five)}hello`, 'malformed')
add('NUL in a name', `${head('X-\0: 1', five)}hello`, 'malformed')
add('a name beyond ASCII', `${head('X-\xe9: 1', five)}hello`, 'malformed')
add('a name in brackets', `${head('X[0]: 1', five)}hello`, 'malformed')
add(
  'names that begin like those that matter',
  `${head('Content-Lengthy: 9', 'Connections: close', 'Content-Lengt: 8', 'Transfer-Encoding-X: chunked', five)}hello`,
  '200 hello',
)
add(
  '200 fields',
  `${head(...Array.from({ length: 200 }, (_, i) => `X-${i}: ${i}`), five)}hello`,
  '200 hello',
)
add('60 kB of fields', `${head(`X-Long: ${'x'.repeat(60_000)}`, five)}hello`, '200 hello')
add('70 kB of fields', `${head(`X-Long: ${'x'.repeat(70_000)}`, five)}hello`, 'malformed')
add(
  '70 kB of many fields',
  `${head(...Array.from({ length: 7000 }, () => 'X-A: 1234'), five)}hello`,
  'malformed',
)
add('a reason without end', `HTTP/1.1 200 ${'x'.repeat(70_000)}`, 'malformed', { ends })
add('a name without end', `${ok}\r\n${'x'.repeat(70_000)}`, 'malformed')

// Lengths.
add('the same length twice', `${head(five, five)}hello`, '200 hello')
add('the same length in a list', `${head('Content-Length: 5, 5')}hello`, '200 hello')
add('two lengths', `${head(five, 'Content-Length: 6')}hello!`, 'malformed')
add('two lengths in a list', `${head('Content-Length: 5, 6')}hello!`, 'malformed')
add('leading zeros', `${head('Content-Length: 0005')}hello`, '200 hello')
add('no length in the length', `${head('Content-Length:')}hello`, 'malformed', { ends })
add('a negative length', `${head('Content-Length: -5')}hello`, 'malformed', { ends })
add('a length with a sign', `${head('Content-Length: +5')}hello`, 'malformed')
add('a length in words', `${head('Content-Length: five')}hello`, 'malformed', { ends })
add('a length with a unit', `${head('Content-Length: 5b')}hello`, 'malformed')
add('a fraction', `${head('Content-Length: 5.0')}hello`, 'malformed')
add('a hexadecimal length', `${head('Content-Length: 0x5')}hello`, 'malformed')
add('an exponent', `${head('Content-Length: 5e0')}hello`, 'malformed')
add('two numbers', `${head('Content-Length: 5 5')}hello`, 'malformed')
add('a comma after the length', `${head('Content-Length: 5,')}hello`, 'malformed')
add(
  'a length beyond any number',
  `${head(`Content-Length: ${'9'.repeat(30)}`)}hello`,
  'malformed',
  { ends },
)
add('a length beyond 2⁵³', `${head('Content-Length: 9007199254740993')}hello`, 'malformed', {
  ends,
})
add('less than the length', `${head('Content-Length: 9')}hello`, 'reset', { ends })
add('length and chunks', `${inChunks('5\r\nhello\r\n0\r\n\r\n', five)}`, 'malformed')
add('chunks and length', `${head(five, chunked)}5\r\nhello\r\n0\r\n\r\n`, 'malformed')

// Answers without a body.
add('204 with a length', lines('HTTP/1.1 204 No Content', five), '204 ')
add('204 with a bad length', lines('HTTP/1.1 204 No Content', 'Content-Length: x'), '204 ')
add('204 in chunks', lines('HTTP/1.1 204 No Content', chunked), '204 ')
add('204 with a body all the same', `${lines('HTTP/1.1 204 No Content', five)}hello`, '204 ', {
  trails,
})
add('304 with a length', lines('HTTP/1.1 304 Not Modified', five), '304 ')
add('304 in chunks', lines('HTTP/1.1 304 Not Modified', chunked), '304 ')
add('205 with a body', `${lines('HTTP/1.1 205 Reset Content', five)}hello`, '205 hello')
add('HEAD with a length', head(five), '200 ', { method: 'HEAD' })
add('HEAD in chunks', head(chunked), '200 ', { method: 'HEAD' })
add('HEAD with no length', `${ok}\r\n\r\n`, '200 ', { method: 'HEAD' })
add('HEAD with a body all the same', `${head(five)}hello`, '200 ', { trails, method: 'HEAD' })

// Interim answers.
add('100, then the answer', `${lines('HTTP/1.1 100 Continue')}${head(five)}hello`, '200 hello')
add(
  '103, then the answer',
  `${lines('HTTP/1.1 103 Early Hints', 'Link: </a>')}${head(five)}hello`,
  '200 hello',
)
add(
  'many interim answers',
  `${lines('HTTP/1.1 102 Processing').repeat(5)}${head(five)}hello`,
  '200 hello',
)
add(
  'an interim answer with a length',
  `${lines('HTTP/1.1 102 Processing', 'Content-Length: 3')}${head(five)}hello`,
  '200 hello',
)
add(
  'an interim answer that closes',
  `${lines('HTTP/1.1 103 Early Hints', 'Connection: close')}${head(five)}hello`,
  '200 hello',
)
add('an interim answer and no other', lines('HTTP/1.1 103 Early Hints'), 'reset', { ends })
add(
  '101',
  lines('HTTP/1.1 101 Switching Protocols', 'Upgrade: websocket', 'Connection: Upgrade'),
  'malformed',
)

// Chunks.
const last = '0\r\n\r\n'
add('one chunk', inChunks(`5\r\nhello\r\n${last}`), '200 hello')
add('chunks of one octet', inChunks(`1\r\nh\r\n1\r\ne\r\n3\r\nllo\r\n${last}`), '200 hello')
add('no chunk but the last', inChunks(last), '200 ')
add(
  'a size in upper and lower case',
  inChunks(`A\r\n0123456789\r\nb\r\n0123456789a\r\n${last}`),
  '200 01234567890123456789a',
)
add('a size with leading zeros', inChunks(`000005\r\nhello\r\n0000\r\n\r\n`), '200 hello')
add('a chunk’s extension', inChunks(`5;a=1;b="x;y"\r\nhello\r\n0;end\r\n\r\n`), '200 hello')
add('a space before the extension', inChunks(`5 ;a=1\r\nhello\r\n${last}`), '200 hello')
add('a space after the size', inChunks(`5 \r\nhello\r\n${last}`), 'malformed')
add('a space before the size', inChunks(` 5\r\nhello\r\n${last}`), 'malformed')
add('an extension that ends in a line feed', inChunks(`5;a\nhello\r\n${last}`), 'malformed')
add('an extension without end', inChunks(`5;${'x'.repeat(70_000)}`), 'malformed', { ends })
add('a size without end', inChunks('0'.repeat(70_000)), 'malformed', { ends })
add('trailers', inChunks(`5\r\nhello\r\n0\r\nX-Sum: 1\r\nX-More: a\r\n\r\n`), '200 hello')
add('a folded trailer', inChunks(`5\r\nhello\r\n0\r\nX-Sum: 1\r\n 2\r\n\r\n`), '200 hello')
add(
  'a length among the trailers',
  inChunks(`5\r\nhello\r\n0\r\nContent-Length: 9\r\n\r\n`),
  '200 hello',
)
add('a trailer that is none', inChunks(`5\r\nhello\r\n0\r\nno colon\r\n\r\n`), 'malformed')
add('trailers without end', inChunks(`5\r\nhello\r\n0\r\nX: ${'x'.repeat(70_000)}`), 'malformed')
add('an empty size', inChunks(`\r\nhello\r\n${last}`), 'malformed')
add('a negative size', inChunks(`-5\r\nhello\r\n${last}`), 'malformed')
add('a size with a prefix', inChunks(`0x5\r\nhello\r\n${last}`), 'malformed')
add('a size in words', inChunks(`five\r\nhello\r\n${last}`), 'malformed')
add('a size beyond any number', inChunks(`${'f'.repeat(20)}\r\nhello`), 'malformed', { ends })
add('a size of 2⁵³', inChunks('20000000000000\r\nhello'), 'malformed', { ends })
add('a line feed after the size', inChunks(`5\nhello\r\n${last}`), 'malformed')
add('a line feed after the chunk', inChunks(`5\r\nhello\n${last}`), 'malformed')
add('no line feed after the chunk', inChunks(`5\r\nhello\rX${last}`), 'malformed')
add('no line end after the chunk', inChunks(`5\r\nhello${last}`), 'malformed')
add('a chunk longer than its size', inChunks(`5\r\nhello!\r\n${last}`), 'malformed')
add('a carriage return alone after the size', inChunks(`5\rhello\r\n${last}`), 'malformed')
add(
  'chunked in any case',
  `${head('Transfer-Encoding: ChUnKeD')}5\r\nhello\r\n${last}`,
  '200 hello',
)
add(
  'gzip, chunked',
  `${head('Transfer-Encoding: gzip, chunked')}5\r\nhello\r\n${last}`,
  '200 hello',
)
add(
  'gzip and chunked on two lines',
  `${head('Transfer-Encoding: gzip', chunked)}5\r\nhello\r\n${last}`,
  '200 hello',
)
add('chunked twice', `${head(chunked, chunked)}5\r\nhello\r\n${last}`, 'malformed')
add('chunked, gzip: to the end', `${head('Transfer-Encoding: chunked, gzip')}hello`, '200 hello', {
  ends,
})
add('identity: to the end', `${head('Transfer-Encoding: identity')}hello`, '200 hello', { ends })
add('no coding in the coding: to the end', `${head('Transfer-Encoding:')}hello`, '200 hello', {
  ends,
})
add(
  'a coding that looks like chunked',
  `${head('Transfer-Encoding: xchunked')}hello`,
  '200 hello',
  { ends },
)
add('chunked with a parameter', `${head('Transfer-Encoding: chunked;q=1')}hello`, '200 hello', {
  ends,
})
add(
  'HTTP/1.0 in chunks',
  `${lines('HTTP/1.0 200 OK', chunked, 'Connection: keep-alive')}5\r\nhello\r\n${last}`,
  '200 hello',
)

// Connections.
add('close', `${head(five, 'Connection: close')}hello`, '200 hello')
add('close among others', `${head(five, 'Connection: foo, Close ,bar')}hello`, '200 hello')
add(
  'close and keep-alive',
  `${head(five, 'Connection: keep-alive', 'Connection: close')}hello`,
  '200 hello',
)
add(
  'a hint of how long it is kept',
  `${head(five, 'Keep-Alive: timeout=1, max=2')}hello`,
  '200 hello',
)
add('to the end', `${head('Connection: close')}hello`, '200 hello', { ends })
add('HTTP/1.0 to the end', `HTTP/1.0 200 OK\r\n\r\nhello`, '200 hello', { ends })
add('to the end, with nothing', head('Connection: close'), '200 ', { ends })
add('closed at once', '', 'reset', { ends })
add('closed within the status line', 'HTTP/1.1 2', 'reset', { ends })
add('closed within a field', `${ok}\r\nX-Half: a`, 'reset', { ends })
add('closed before the empty line', `${ok}\r\n${five}\r\n`, 'reset', { ends })
add('closed before the body', head(five), 'reset', { ends })
add('closed before a chunk', inChunks(''), 'reset', { ends })
add('closed within a size', inChunks('5'), 'reset', { ends })
add('closed within a chunk', inChunks('5\r\nhel'), 'reset', { ends })
add('closed before the last chunk', inChunks('5\r\nhello\r\n'), 'reset', { ends })
add('closed within the trailers', inChunks('5\r\nhello\r\n0\r\nX-Sum: 1\r\n'), 'reset', { ends })
add(
  'close, and closed within the body',
  `${head('Content-Length: 9', 'Connection: close')}hello`,
  'reset',
  { ends },
)

// What nobody asked for.
add('two answers', `${head(five)}hello${head(five)}again`, '200 hello', { trails })
add('an empty line after the body', `${head(five)}hello\r\n`, '200 hello', { trails })
add('more than the length', `${head(five)}hello, world`, '200 hello', { trails })
add('more than the chunks', inChunks(`5\r\nhello\r\n${last}again`), '200 hello', { trails })
add('more, though it closes', `${head(five, 'Connection: close')}hello, world`, '200 hello', {
  trails,
})

// Bodies.
add('a body of NULs and line ends', `${head(five)}\0\r\n\r\n`, '200 \0\r\n\r\n')
add('a character cut by a chunk', inChunks('1\r\n\xec\r\n2\r\n\xa2\x8c\r\n0\r\n\r\n'), '200 좌')
add('octets that are no UTF-8', `${head('Content-Length: 3')}a\xffb`, '200 a\ufffdb')
add(
  '300 kB',
  `${head('Content-Length: 300000')}${'0123456789'.repeat(30_000)}`,
  `200 ${'0123456789'.repeat(30_000)}`,
)
add(
  '300 kB in chunks',
  inChunks(`${`2710\r\n${'0123456789'.repeat(1000)}\r\n`.repeat(30)}${last}`),
  `200 ${'0123456789'.repeat(30_000)}`,
)

export const oddResponses: readonly OddResponse[] = odd

/** What undici makes of some of them, and why we do not. */
export const differences: Readonly<Record<string, readonly [undici: string, why: string]>> = {
  'HTTP/1.9': ['malformed', 'RFC 9110 §2.5: minor versions understand each other'],
  'HTTP/0.9': ['200 hello', 'RFC 9110 §2.5: major versions do not'],
  'HTTP/2.0': ['200 hello', 'RFC 9110 §2.5: major versions do not'],
  'status 099': ['reset', 'RFC 9110 §15: no status at all is like 5xx; undici asserts'],
  'an empty line first': [
    '200 hello',
    'RFC 9112 §2.2: servers may skip one, clients have no leave to',
  ],
  'nothing but empty lines': ['reset', 'RFC 9112 §2.2: the same'],
  'much space around the value': ['malformed', 'RFC 9112 §5: there may be any'],
  'a folded value': ['malformed', 'RFC 9112 §5.2: a user agent must take a fold for spaces'],
  'a folded length': ['malformed', 'RFC 9112 §5.2: the same'],
  'a folded coding': ['malformed', 'RFC 9112 §5.2: the same'],
  'a folded trailer': ['malformed', 'RFC 9112 §5.2: the same'],
  'a line feed for each line end': ['malformed', 'RFC 9112 §2.2: may be taken for a line end'],
  'a line feed for one line end': ['malformed', 'RFC 9112 §2.2: may be taken for a line end'],
  'another control character in a value': [
    'malformed',
    'RFC 9110 §5.5: may be kept; only CR, LF and NUL harm',
  ],
  '70 kB of many fields': ['200 hello', 'undici counts names and values, and not what is between'],
  'a reason without end': ['reset', 'undici sets it no bound'],
  'the same length twice': ['malformed', 'RFC 9112 §6.3, rule 5: one length'],
  'the same length in a list': ['malformed', 'RFC 9112 §6.3, rule 5: one length'],
  'a length beyond 2⁵³': ['reset', 'undici counts by 64 bits'],
  'a size of 2⁵³': ['reset', 'undici counts by 64 bits'],
  '204 with a length': ['malformed', 'RFC 9112 §6.3, rule 1: no body whatever the fields say'],
  '204 with a bad length': ['malformed', 'RFC 9112 §6.3, rule 1: the same'],
  '204 with a body all the same': ['malformed', 'RFC 9112 §6.3, rule 1: the same'],
  '304 with a length': ['malformed', 'RFC 9112 §6.3, rule 1: the same'],
  '100, then the answer': ['malformed', 'RFC 9110 §15.2: to be read over, though not asked for'],
  'an interim answer that closes': [
    'malformed',
    'RFC 9110 §15.2: the final answer is still to come',
  ],
  'a space before the extension': ['malformed', 'RFC 9112 §7.1.1: bad, but to be read'],
  'an extension without end': ['reset', 'undici sets it no bound'],
  'a size without end': ['reset', 'undici sets it no bound'],
  'a length among the trailers': ['malformed', 'RFC 9112 §6.5.1: trailers frame nothing'],
  'chunked twice': ['200 hello', 'RFC 9112 §6.1: must not be; the frame is in doubt'],
}
