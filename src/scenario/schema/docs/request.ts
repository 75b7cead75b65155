import type { BlockDoc } from './block.ts'

/** What a rehearsal sends, and how it reads the answers. */

const request: BlockDoc = {
  path: 'request',
  title: 'Request',
  about:
    'What a step sends over HTTP. Texts may hold `${name}`: `person`, `birthYear`, `place`, `date`, `ticket`, fields of `data`, extracted values, and `env.NAME` from the environment, which is never recorded. What is filled in is escaped for its place. `$${` is a literal `${`.',
  example: `journey:
  - step: book
    visits: [{ station: web, serviceMs: 90 }]
    request:
      method: POST
      path: /bookings?place=\${place}
      headers: { content-type: application/json }
      body: { person: '\${person}' }
      extract: { booking: 'header:Location' }
`,
  fields: {
    method: { means: 'HTTP method.', example: 'POST' },
    path: {
      means:
        'Path and query, beginning with `/`. What is filled in is percent-encoded. A path that begins with an extracted value (`${next}`, or `/${next}` where the value is a link) is sent as the link it is: relative to the page that it came from, and only to the target.',
      example: '/offers?place=${place}',
    },
    headers: {
      means:
        'Headers by name. `accept-encoding` may name what is decoded: `gzip`, `deflate`, `br`, `zstd`.',
      absent: 'Only those that HTTP and the body need.',
      example: { 'content-type': 'application/json' },
    },
    body: {
      means:
        'A mapping or list is sent as JSON, or as a form where `content-type` says so; a text as it is.',
      absent: 'No body.',
      example: { person: '${person}' },
    },
    cookies: {
      means:
        'Whether to send the cookies that answers have set, and to keep those of this answer (RFC 6265).',
      example: false,
    },
    redirects: {
      means:
        "Whether to follow redirects: at most five in a row, within the target's scheme, host and port.",
      example: false,
    },
    extract: {
      means:
        'Values for later steps, by name: `$.a.b[0]` of a JSON body, `header:Location`, `cookie:sid`, or `regex:…` with one group. Where one is missing, the answer counts as malformed. Numbers are taken as they are written. HTML entities are decoded where the page is HTML.',
      absent: 'Nothing is taken from the answer.',
      example: { booking: '$.booking.id' },
    },
  },
}

const answers: BlockDoc = {
  path: 'answers',
  title: 'Answers',
  about:
    'How answers are read, and how much of them is kept. A body is decoded (`gzip`, `deflate`, `br`, `zstd`) and read in its charset: that of its byte-order mark, of the header, of the page, or `charset`. What cannot be decoded, and what is longer than a limit so that a pattern may have been missed, counts as malformed, with the reason in the report.',
  example: `answers: { maxBodyBytes: 4194304, charset: euc-kr }
`,
  fields: {
    maxBodyBytes: {
      means: 'How much of a decoded body is kept and searched.',
      unit: 'bytes',
      example: 4_194_304,
    },
    maxValueChars: {
      means: 'How long one extracted value may be.',
      unit: 'characters',
      example: 4096,
    },
    maxCookieChars: {
      means:
        'How long all cookies of a visitor may be together. Beyond it, and beyond 180 cookies, the oldest is dropped; a cookie over 4,096 characters is never kept. The report counts what was dropped.',
      unit: 'characters',
      example: 8192,
    },
    charset: {
      means: 'Charset of text that states none.',
      absent:
        'UTF-8. Text that is not UTF-8 counts as malformed where a pattern is not found in it.',
      example: 'euc-kr',
    },
  },
}

const undo: BlockDoc = {
  path: 'undo',
  title: 'Undo',
  about: 'The request that takes one booking back.',
  example: `undo:
  request: { method: DELETE, path: '/bookings/\${person}' }
  expect: { status: 204 }
`,
  fields: {
    request: {
      means: 'What is sent. It extracts nothing.',
      example: { method: 'DELETE', path: '/bookings/${person}' },
    },
    expect: {
      means: 'Which answers say that the booking is gone.',
      absent: 'Every answer below 400.',
      example: { status: 204 },
    },
    timeoutMs: { means: 'How long to wait for the answer.', example: 10_000 },
  },
}

const expect: BlockDoc = {
  path: 'expect',
  title: 'Expected answers',
  about:
    'Which answers are good, and how pages say no. An answer that no entry describes is an error by its status.',
  example: `journey:
  - step: book
    visits: [{ station: web, serviceMs: 90 }]
    request: { method: POST, path: /bookings }
    expect:
      status: [200, 201]
      soldOut: { text: sold out }
      alreadyBooked: { status: 409 }
`,
  fields: {
    status: {
      means: 'Status, or statuses, of a good answer.',
      unit: 'HTTP status',
      absent: 'All below 400.',
      example: [200, 201],
    },
    body: {
      means: 'What a good answer must hold as well.',
      absent: 'Any body is good.',
      example: { json: { path: '$.status', equals: 'ok' } },
    },
    soldOut: {
      means: 'The offer is sold out.',
      absent: 'No page says so.',
      example: { text: 'sold out' },
    },
    alreadyBooked: {
      means: 'This person has booked already.',
      absent: 'No page says so.',
      example: { status: 409 },
    },
    ineligible: {
      means: 'This person may not book.',
      absent: 'No page says so.',
      example: { status: 403 },
    },
    notOpen: {
      means: 'Booking has not begun.',
      absent: 'No page says so.',
      example: { text: 'opens at' },
    },
    closed: {
      means: 'Service is switched off. Visitors come again once it is back.',
      absent: 'No page says so.',
      example: { status: 503, text: 'maintenance' },
    },
  },
}

const match: BlockDoc = {
  path: 'match',
  title: 'Match',
  about:
    'A description of an answer. All that is stated must hold. It is looked for in the body as far as `answers.maxBodyBytes`.',
  example: `journey:
  - step: book
    visits: [{ station: web, serviceMs: 90 }]
    request: { method: POST, path: /bookings }
    expect: { ineligible: { status: 200, json: { path: $.allowed, equals: false } } }
`,
  fields: {
    status: {
      means: 'Status, or one of several.',
      unit: 'HTTP status',
      absent: 'Any status.',
      example: 409,
    },
    text: { means: 'Text that the body contains.', absent: 'Any text.', example: 'sold out' },
    regex: {
      means:
        'Regular expression that the body matches. It is matched in linear time, so looking ahead or behind and references back are refused.',
      absent: 'Any text.',
      example: 'sold\\s+out',
    },
    json: {
      means: 'A value of a JSON body.',
      absent: 'Any JSON, or none.',
      example: { path: '$.status', equals: 'full' },
    },
    'json.path': { means: 'Where the value stands.', example: '$.status' },
    'json.equals': {
      means: 'What it must be.',
      unit: 'that of the value',
      example: 'full',
    },
  },
}

const data: BlockDoc = {
  path: 'data',
  title: 'Data',
  about:
    'Fields for templates, a row for each person: row n belongs to person n in every step. Exactly one of `csv` and `generate`.',
  example: `journey:
  - step: book
    visits: [{ station: web, serviceMs: 90 }]
    request: { path: '/book?phone=\${phone}&city=\${city}' }
    data:
      generate: { phone: '010-\${digits(8)}', city: '\${pick(["Seoul", "Busan"])}' }
`,
  fields: {
    csv: {
      means:
        'A CSV file in the folder of the scenario file or below it. It needs a row for each person who comes.',
      absent: '`generate` makes the rows.',
      example: 'people.csv',
    },
    columns: {
      means: 'Names of the columns.',
      absent: 'The first line of the file names them.',
      example: ['name', 'phone'],
    },
    rows: {
      means:
        'Rows of the file. It is filled in when the file is read; a stated number must be right.',
      unit: 'rows',
      absent: 'It is filled in.',
      example: 20_000,
    },
    sha256: {
      means: 'SHA-256 of the file in hex. It is filled in; a stated one must be right.',
      absent: 'It is filled in.',
      example: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    },
    generate: {
      means:
        'Fields by name: text with `${digits(8)}` (digits, no two persons the same), `${sequence(100)}` (100, 101, …) and `${pick(["a", "b"])}` (one of these).',
      absent: '`csv` names the rows.',
      example: { phone: '010-${digits(8)}' },
    },
  },
}

export const requestDocs = { request, answers, expect, match, data, undo }
