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
      means: 'Path and query, beginning with `/`. What is filled in is percent-encoded.',
      example: '/offers?place=${place}',
    },
    headers: {
      means: 'Headers by name.',
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
      means: 'Whether to send the cookies that answers have set, and to keep those of this answer.',
      example: false,
    },
    redirects: {
      means:
        "Whether to follow redirects: at most five in a row, within the target's scheme, host and port.",
      example: false,
    },
    extract: {
      means:
        'Values for later steps, by name: `$.a.b[0]` of a JSON body, `header:Location`, `cookie:sid`, or `regex:…` with one group. Where one is missing, the answer counts as malformed.',
      absent: 'Nothing is taken from the answer.',
      example: { booking: '$.booking.id' },
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
    'A description of an answer. All that is stated must hold. Texts are looked for in the first 64 kB of the body.',
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

export const requestDocs = { request, expect, match, data, undo }
