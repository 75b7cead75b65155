/** Documents with faults: a name, what is changed in the small document, and each fault's text. */
export const badDocuments: readonly (readonly [
  string,
  Readonly<Record<string, unknown>>,
  readonly string[],
])[] = [
  [
    'an unknown field, its unit forgotten',
    { 'behaviour.patience': 900 },
    [
      'behaviour.patience: unknown field; known here: patienceSec, retry, reenter, comeBack, bypass',
    ],
  ],
  [
    'an unknown field with nothing near',
    { 'waitingRoom.colour': 'red' },
    [
      'waitingRoom.colour: unknown field; known here: protocol, admission, pollSec, maxTtlSec, lapseSec, failOpen, pollCapacityPerSec, sid, aid',
    ],
  ],
  [
    'a required field misspelt',
    { arivals: [], arrivals: undefined },
    ['arivals: unknown field; did you mean arrivals?'],
  ],
  [
    'another unit in the name',
    { 'journey[0].visits[1]': { station: 'db', serviceSec: 0.02 } },
    ['journey[0].visits[1].serviceSec: unknown field; did you mean serviceMs, in milliseconds?'],
  ],
  [
    'a unit in the value',
    { 'journey[0].timeoutMs': '10s' },
    ['journey[0].timeoutMs: must be a number of milliseconds, got "10s"; write 10000'],
  ],
  [
    'minutes for a distribution in seconds',
    { 'behaviour.patienceSec': '15 min' },
    ['behaviour.patienceSec: must be a number of seconds, got "15 min"; write 900'],
  ],
  [
    'a unit in a parameter',
    { 'journey[0].visits[0].serviceMs.mean': '0.25s' },
    [
      'journey[0].visits[0].serviceMs.mean: must be a number of milliseconds, got "0.25s"; write 250',
    ],
  ],
  [
    'a percentage',
    { 'population.participation': '50%' },
    ['population.participation: must be a number, got "50%"; write 0.5'],
  ],
  [
    'a rate with its unit',
    { 'waitingRoom.admission.perSec': '36/s' },
    ['waitingRoom.admission.perSec: must be a number, got "36/s"; write 36'],
  ],
  [
    'a number in quotes',
    { 'population.people': '100' },
    ['population.people: must be a whole number, got "100"; write 100 without quotes'],
  ],
  [
    'words for a number',
    { 'population.people': 'many' },
    ['population.people: must be a whole number between 1 and 10000000000, got "many"'],
  ],
  [
    'words for a distribution',
    { 'journey[0].thinkSec': 'fast' },
    [
      'journey[0].thinkSec: must be a number of seconds or a distribution such as { dist: lognormal, mean: 250, cv: 0.8 }, got "fast"',
    ],
  ],
  [
    'a share above 1',
    { 'arrivals[2].share': 1.4 },
    ['arrivals[2].share: must be between 0 and 1, got 1.4'],
  ],
  [
    'a labelled share below 0',
    { 'arrivals[2].share': { value: -0.1, evidence: 'reported' } },
    ['arrivals[2].share.value: must be between 0 and 1, got -0.1'],
  ],
  [
    'shares that do not add up',
    { 'arrivals[2].share': 0.2 },
    ['arrivals: shares must add up to 1, got 0.9'],
  ],
  [
    'a negative mean',
    { 'journey[0].visits[0].serviceMs.mean': -250 },
    ['journey[0].visits[0].serviceMs.mean: must be more than 0, got -250'],
  ],
  [
    'a misspelt distribution',
    { 'journey[0].visits[0].serviceMs.dist': 'lognorml' },
    [
      'journey[0].visits[0].serviceMs.dist: must be one of constant, exponential, erlang, gamma, lognormal, uniform, weibull, empirical, got "lognorml"; did you mean lognormal?',
    ],
  ],
  [
    'a distribution without its name',
    { 'journey[0].visits[0].serviceMs.dist': undefined },
    [
      'journey[0].visits[0].serviceMs.dist: missing; must be one of constant, exponential, erlang, gamma, lognormal, uniform, weibull, empirical',
    ],
  ],
  [
    'a parameter of another distribution',
    { 'journey[0].visits[0].serviceMs.dist': 'exponential' },
    ['journey[0].visits[0].serviceMs.cv: unknown field; known here: dist, mean'],
  ],
  [
    'a missing parameter',
    { 'journey[0].thinkSec': { dist: 'weibull', scale: 250 } },
    ['journey[0].thinkSec.shape: missing; must be a number, more than 0'],
  ],
  [
    'a uniform the wrong way round',
    { 'journey[0].thinkSec': { dist: 'uniform', low: 9, high: 3 } },
    ['journey[0].thinkSec: low must not be more than high, got 9 and 3'],
  ],
  [
    'more retries than are counted',
    { 'behaviour.retry': { tries: 256, backoffSec: 1 } },
    ['behaviour.retry.tries: must be between 0 and 255, got 256'],
  ],
  [
    'people who come again in no time',
    { 'behaviour.reenter': { probability: 0.5, delaySec: { dist: 'empirical', values: [0, 0] } } },
    ['behaviour.reenter.delaySec: must be more than 0 if reenter.probability is more than 0'],
  ],
  [
    'a misspelt arrival',
    { 'arrivals[1].kind': 'brust' },
    [
      'arrivals[1].kind: must be one of early, burst, decay, ramp, constant, replay, got "brust"; did you mean burst?',
    ],
  ],
  [
    'an arrival without kind',
    { 'arrivals[1].kind': undefined },
    ['arrivals[1].kind: missing; must be one of early, burst, decay, ramp, constant, replay'],
  ],
  [
    'a field missing for a kind',
    { 'arrivals[1].forSec': undefined },
    ['arrivals[1].forSec: missing; must be a number of seconds, more than 0'],
  ],
  [
    'a field of another kind',
    { 'arrivals[1].scaleSec': 5 },
    ['arrivals[1].scaleSec: unknown field; known here: kind, share, forSec, startSec, spacing'],
  ],
  [
    'constant with both amounts',
    { 'arrivals[3]': { kind: 'constant', share: 0, perSec: 1, forSec: 5 } },
    ['arrivals[3]: must have exactly one of share and perSec, got both'],
  ],
  [
    'constant with no amount',
    { 'arrivals[3]': { kind: 'constant', forSec: 5 } },
    ['arrivals[3]: must have exactly one of share and perSec, got neither'],
  ],
  [
    'a tail that never ends',
    { 'arrivals[2].shape': 'power', 'arrivals[2].exponent': 0.9 },
    ['arrivals[2].exponent: must be more than 1 if there is no forSec, got 0.9'],
  ],
  [
    'an exponent without power',
    { 'arrivals[2].exponent': 2 },
    ['arrivals[2].exponent: requires shape: power'],
  ],
  [
    'an unknown station',
    { 'journey[0].visits[1].station': 'dbs' },
    ['journey[0].visits[1].station: no station named "dbs"; did you mean db?'],
  ],
  [
    'a station of both sorts',
    { 'stack.stations[0].shared': true },
    ['stack.stations[0]: must be exactly one of perInstance: true and shared: true, got both'],
  ],
  [
    'a station of no sort',
    { 'stack.stations[1].shared': undefined },
    ['stack.stations[1]: must be exactly one of perInstance: true and shared: true, got neither'],
  ],
  [
    'a request that never fits',
    { 'stack.stations[1].slotsPerRequest': 30 },
    ['stack.stations[1].slotsPerRequest: must not be more than slots (20), got 30'],
  ],
  [
    'a request that never fits beside a bad number of instances',
    { 'stack.instances': 0, 'stack.colour': 'red', 'stack.stations[1].slotsPerRequest': 30 },
    [
      'stack.colour: unknown field; known here: instances, bootSec, balancer, stations',
      'stack.instances: must be between 1 and 100000, got 0',
      'stack.stations[1].slotsPerRequest: must not be more than slots (20), got 30',
    ],
  ],
  [
    'an unreadable end of the bypass beside too many retries',
    {
      'behaviour.retry': { tries: 256, backoffSec: 1 },
      'behaviour.bypass': { share: 0.1, until: 'noonish' },
      'behaviour.reenter': { probability: 0.5, delaySec: 0 },
    },
    [
      'behaviour.retry.tries: must be between 0 and 255, got 256',
      'behaviour.bypass.until: must be a clock time such as 20:48, 20:48:30 or 24:00, or ISO 8601 with offset, got "noonish"',
      'behaviour.reenter.delaySec: must be more than 0 if reenter.probability is more than 0',
    ],
  ],
  [
    'two stations of one name',
    { 'stack.stations[2]': { name: 'web', shared: true, slots: 1 } },
    ['stack.stations[2].name: "web" is already the name of stack.stations[0].name'],
  ],
  [
    'half an instance',
    { 'stack.instances': 2.5 },
    ['stack.instances: must be a whole number, got 2.5'],
  ],
  [
    'no instance',
    { 'stack.instances': 0 },
    ['stack.instances: must be between 1 and 100000, got 0'],
  ],
  [
    'too many slots',
    { 'stack.stations[0].slots': 1e300 },
    ['stack.stations[0].slots: is too large, got 1e+300'],
  ],
  [
    'birth years the wrong way round',
    { 'population.birthYears': { from: 1968, to: 1967 } },
    ['population.birthYears: from must not be after to, got 1968 to 1967'],
  ],
  [
    'sizes beyond all use',
    {
      'population.people': 1e12,
      'population.devicesPerPerson': 1e6,
      'population.ineligible': 1e12,
      'stack.instances': 1e6,
      'stack.stations[0].slots': 1e12,
      'stack.stations[0].backlog': 1e12,
      'timeline[1].count': 1e6,
      'variants[0].set': {},
    },
    [
      'population.devicesPerPerson: must be between 1 and 1000, got 1000000',
      'population.ineligible: must be between 0 and 10000000000, got 1000000000000',
      'population.people: must be between 1 and 10000000000, got 1000000000000',
      'stack.instances: must be between 1 and 100000, got 1000000',
      'stack.stations[0].backlog: must be between 0 and 1000000, got 1000000000000',
      'stack.stations[0].slots: must be between 1 and 65536, got 1000000000000',
      'timeline[1].count: must be between 1 and 100000, got 1000000',
    ],
  ],
  [
    'more tickets than can be simulated',
    { 'population.people': 2e9 },
    ['population: must not make more than 100000000 tickets at first, makes about 1000000000'],
  ],
  [
    'a rate that makes more tickets than can be simulated',
    { 'arrivals[3]': { kind: 'ramp', fromPerSec: 0, toPerSec: 1e6, forSec: 3600 } },
    ['arrivals: must not make more than 100000000 tickets at first, makes about 1800000000'],
  ],
  [
    'stations that hold more requests than can be simulated',
    { 'stack.stations[0].backlog': 900_000 },
    [
      // Ten instances from 22:00 on, a million for the database without a backlog.
      'stack.stations: slots and backlogs of all stations on all instances must not be more than 8000000 together, got 10000100',
    ],
  ],
  [
    'more visits than a draw tells apart',
    {
      'journey[0].visits': Array.from({ length: 17 }, () => ({ station: 'db', serviceMs: 1 })),
    },
    ['journey[0].visits: must have at most 16 entries, got 17'],
  ],
  [
    'more steps than are counted',
    {
      journey: Array.from({ length: 256 }, (_, i) => ({
        step: `s${i}`,
        visits: [{ station: 'db', serviceMs: 1 }],
      })),
    },
    ['journey: must have at most 255 entries, got 256'],
  ],
  [
    'assumed without interval',
    { 'stack.instances': { value: 4, evidence: 'assumed' } },
    [
      'stack.instances: an assumed number requires an interval: { low, mid, high, evidence: assumed }',
    ],
  ],
  [
    'an interval out of order',
    { 'stack.instances.low': 5 },
    ['stack.instances: low ≤ mid ≤ high must hold, got 5, 4, 6'],
  ],
  [
    'a value without evidence',
    { 'stack.instances': { value: 4 } },
    ['stack.instances.evidence: missing; must be one of reported, inferred, measured, assumed'],
  ],
  [
    'a label that there is not',
    { 'stack.instances.evidence': 'guess' },
    ['stack.instances.evidence: must be one of reported, inferred, measured, assumed, got "guess"'],
  ],
  [
    'an interval without mid',
    { 'stack.instances.mid': undefined },
    ['stack.instances.mid: missing; must be a whole number between 1 and 100000'],
  ],
  [
    'a value and an interval',
    { 'stack.instances.value': 4 },
    ['stack.instances: must be { value, evidence } or { low, mid, high, evidence }, not both'],
  ],
  [
    'an end before the opening',
    { endsAt: '2021-07-19T19:00:00+09:00' },
    ['endsAt: must be after opensAt (2021-07-19T20:00:00+09:00), got 2021-07-19T19:00:00+09:00'],
  ],
  [
    'a time without offset',
    { opensAt: '2021-07-19T20:00:00' },
    [
      'opensAt: must be a time with its offset from UTC, such as 2021-07-19T20:00:00+09:00, got "2021-07-19T20:00:00"',
    ],
  ],
  [
    'an end far away',
    { endsAt: '2022-07-19T19:00:00+09:00' },
    ['endsAt: must be within 31 days of opensAt, got 2022-07-19T19:00:00+09:00'],
  ],
  [
    'a timeline out of order',
    { 'timeline[1].at': '20:30' },
    ['timeline[1].at: must not be before the event above it (20:48), got 20:30'],
  ],
  [
    'an event after the end',
    { 'timeline[2].at': '23:30' },
    ['timeline[2].at: must not be after endsAt, got 23:30'],
  ],
  [
    'an unreadable time',
    { 'timeline[0].at': '8 pm' },
    [
      'timeline[0].at: must be a clock time such as 20:48, 20:48:30 or 24:00, or ISO 8601 with offset, got "8 pm"',
    ],
  ],
  [
    'a halt within a halt',
    { 'timeline[2]': { at: '22:30', kind: 'halt' } },
    ['timeline[2].kind: service is off already: there is no resume since the last halt'],
  ],
  [
    'a there is no halt before this resume',
    { 'timeline[0]': { at: '20:48', kind: 'open-early' } },
    [
      'timeline[2].kind: there is no halt before this resume',
      'timeline[0].at: must be before the opening, got 20:48',
    ],
  ],
  [
    'a supply before the opening',
    { timeline: [{ at: '19:00', kind: 'supply', add: 5 }] },
    ['timeline[0].at: supply must not be before the opening, got 19:00'],
  ],
  [
    'a fault that ends before it begins',
    { timeline: [{ at: '22:30', kind: 'eligibility-fault', until: '22:10' }] },
    ['timeline[0].until: must be after at (22:30), got 22:10'],
  ],
  [
    'a supply for no place',
    { timeline: [{ at: '22:30', kind: 'supply', place: 'clinc', add: 1 }] },
    ['timeline[0].place: no offer has the place "clinc"; did you mean clinic?'],
  ],
  [
    'a supply without inventory',
    { inventory: undefined, timeline: [{ at: '22:30', kind: 'supply', add: 1 }] },
    ['timeline[0]: supply requires an inventory'],
  ],
  [
    'an unknown event',
    { 'timeline[0].kind': 'stop' },
    [
      'timeline[0].kind: must be one of halt, resume, instances, admission, close-bypass, eligibility-fault, open-early, supply, got "stop"',
    ],
  ],
  [
    'an unreadable end of the bypass',
    { 'behaviour.bypass': { share: 0.1, until: 'noonish' } },
    [
      'behaviour.bypass.until: must be a clock time such as 20:48, 20:48:30 or 24:00, or ISO 8601 with offset, got "noonish"',
    ],
  ],
  [
    'doors',
    {
      doors: [
        { name: 'a', share: 0.7, perSec: 5 },
        { name: 'a', share: 0.6, perSec: 5 },
      ],
    },
    [
      'doors[1].name: "a" is already the name of doors[0].name',
      'doors: shares must not add up to more than 1, got 1.3',
    ],
  ],
  [
    'admission as a number',
    { 'waitingRoom.admission': 36 },
    ['waitingRoom.admission: must be { perSec } or { perSecPerInstance } or { maxInside }, got 36'],
  ],
  [
    'two kinds of admission',
    { 'waitingRoom.admission.maxInside': 4 },
    [
      'waitingRoom.admission: must have exactly one of perSec, perSecPerInstance, maxInside, got perSec and maxInside',
    ],
  ],
  [
    'no kind of admission',
    { 'waitingRoom.admission': {} },
    [
      'waitingRoom.admission: must have exactly one of perSec, perSecPerInstance, maxInside, got none',
    ],
  ],
  [
    'admission left out',
    { 'waitingRoom.admission': undefined },
    [
      'waitingRoom.admission: missing; must be { perSec } or { perSecPerInstance } or { maxInside }',
    ],
  ],
  ['a part left out', { stack: undefined }, ['stack: missing']],
  [
    'a mapping for a list',
    { arrivals: { kind: 'early' } },
    ['arrivals: must be a list, got a mapping'],
  ],
  [
    'an empty list',
    { 'journey[0].visits': [] },
    ['journey[0].visits: must have at least one entry'],
  ],
  [
    'nothing after a colon',
    { behaviour: null },
    [
      'behaviour: must be a mapping { patienceSec, retry, reenter, comeBack, bypass }, got nothing (null)',
    ],
  ],
  [
    'yes for true',
    { 'journey[0].visits[0].holds': 'yes' },
    ['journey[0].visits[0].holds: must be true or false, got "yes"'],
  ],
  [
    'a misspelt choice',
    { 'stack.balancer': 'roundrobin' },
    [
      'stack.balancer: must be one of round-robin, least-busy, got "roundrobin"; did you mean round-robin?',
    ],
  ],
  [
    'a name with spaces',
    { name: 'my scenario!' },
    ['name: must be letters, digits, dots, dashes or underscores, got "my scenario!"'],
  ],
  ['a number for a name', { name: 3 }, ['name: must be text, got 3']],
  ['an empty name', { 'journey[0].step': '' }, ['journey[0].step: must not be empty']],
  [
    'a header that is no text',
    { 'journey[0].request': { path: '/', headers: { a: 3 } } },
    ['journey[0].request.headers.a: must be text, got 3'],
  ],
  [
    'what would be sent or read otherwise than it is written',
    {
      'journey[0].request': {
        method: 'POST',
        path: '/',
        headers: { 'Accept-Encoding': 'gzip;q=1, compress, *, br' },
        body: { id: 2733382000000000000, list: [1, 9007199254740992] },
      },
      'journey[0].expect': { soldOut: { json: { path: '$.id', equals: 9007199254740992 } } },
      'answers.charset': 'klingon',
    },
    [
      'journey[0].request.headers.Accept-Encoding: must name content encodings that are decoded (gzip, x-gzip, deflate, br, zstd, identity), got "compress", "*"',
      'journey[0].request.body.id: must be a number within ±9007199254740991, beyond which digits are lost: write it as text, in quotes',
      'journey[0].request.body.list[1]: must be a number within ±9007199254740991, beyond which digits are lost: write it as text, in quotes',
      'journey[0].expect.soldOut.json.equals: must be a number within ±9007199254740991, beyond which digits are lost: write it as text, in quotes',
      'answers.charset: must be a charset such as euc-kr or windows-1252, got "klingon"',
    ],
  ],
  [
    'a path that begins with what no answer gives',
    { 'journey[0].request': { path: '${person}' } },
    ['journey[0].request.path: must begin with /, or with a value that an earlier answer gives'],
  ],
  [
    'an unknown field of a request',
    { 'journey[0].request': { path: '/', header: {} } },
    ['journey[0].request.header: unknown field; did you mean headers?'],
  ],
  [
    'a request that cannot be sent',
    {
      'journey[0].request': {
        method: 'FETCH',
        path: 'book#top',
        headers: {
          'X Y': 'a',
          Host: 'b',
          'X-A': 'a\r\nb: c',
          'X-B': '예약',
          'X-C': '${person',
        },
      },
    },
    [
      'journey[0].request.method: must be one of GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS, got "FETCH"',
      'journey[0].request.path: must begin with /, got "book#top"',
      'journey[0].request.path: must not have a fragment (#): it is never sent',
      'journey[0].request.headers.Host: must not be given: it belongs to the connection and is set automatically',
      'journey[0].request.headers["X Y"]: is not a header name',
      'journey[0].request.headers.X-A: must not hold control characters',
      'journey[0].request.headers.X-B: must not hold characters beyond Latin-1',
      'journey[0].request.headers.X-C: a ${ is not closed by }; write $${ for a literal ${',
    ],
  ],
  [
    'a body where there can be none',
    { 'journey[0].request': { path: '/', body: {} } },
    ['journey[0].request.body: a GET request must not have a body'],
  ],
  [
    'a form that is none',
    {
      'journey[0].request': {
        method: 'POST',
        path: '/',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: { a: [1] },
      },
    },
    ['journey[0].request.body: a form must be a mapping of names to text, numbers, true or false'],
  ],
  [
    'names that nobody gives',
    {
      'journey[0].request': {
        method: 'POST',
        path: '/${persn}',
        headers: { A: '${env.A-B}' },
        body: { a: ['${}', '${session}'], b: '${now}' },
        extract: { session: '$.id' },
      },
      undo: { request: { path: '/${sesion}' } },
    },
    [
      'journey[0].request.path: unknown name "persn"; did you mean person?',
      'journey[0].request.headers.A: "env.A-B" is not the name of an environment variable',
      'journey[0].request.body.a[0]: ${} has no name in it',
      'journey[0].request.body.a[1]: "session" is extracted from a later answer',
      'journey[0].request.body.b: unknown name "now"; known here: person, birthYear, place, date, ticket',
      'undo.request.path: unknown name "sesion"; did you mean session?',
    ],
  ],
  [
    'values that cannot be taken from an answer',
    {
      'journey[0].request': {
        path: '/',
        extract: {
          a: 'body.id',
          b: '$.',
          c: 'header:',
          d: 'regex:token',
          e: 'regex:(a',
          f: 'regex:(?=a)(a)',
          'g h': '$.g',
          person: '$.id',
        },
      },
    },
    [
      'journey[0].request.extract.a: must be $.path, header:<name>, cookie:<name> or regex:<pattern>, got "body.id"',
      'journey[0].request.extract.b: must be a path such as $.booking.id or $.list[0], got "$."',
      'journey[0].request.extract.c: must name a header, such as header:sid, got "header:"',
      'journey[0].request.extract.d: must have exactly one group, got "regex:token"',
      'journey[0].request.extract.e: is no regular expression: /(a/u: Unterminated group, got "regex:(a"',
      'journey[0].request.extract.f: looks ahead, looks behind or refers back, which cannot be matched in linear time, got "regex:(?=a)(a)"',
      'journey[0].request.extract["g h"]: must be named with letters, digits, _, . and -, and must not begin with a digit',
      'journey[0].request.extract.person: "person" is a built-in name: choose another',
    ],
  ],
  [
    'expectations that say nothing',
    {
      'journey[0].expect': {
        status: 20,
        soldout: {},
      },
    },
    [
      'journey[0].expect.soldout: unknown field; did you mean soldOut?',
      'journey[0].expect.status: must be between 100 and 599, got 20',
    ],
  ],
  [
    'expectations that cannot be held',
    {
      'journey[0].expect': {
        body: {},
        soldOut: { regex: '[' },
        ineligible: { json: { path: 'status', equals: 1 } },
      },
      undo: { request: { path: '/' }, expect: { body: {} } },
    },
    [
      'journey[0].expect.body: must have one of status, text, regex, json',
      'journey[0].expect.soldOut.regex: is no regular expression: /[/u: Unterminated character class, got "["',
      'journey[0].expect.ineligible.json.path: must be a path such as $.booking.id or $.list[0], got "status"',
      'undo.expect.body: must have one of status, text, regex, json',
    ],
  ],
  [
    'data from nowhere',
    { 'journey[0].data': { columns: ['a'] } },
    ['journey[0].data: must have exactly one of csv and generate, got neither'],
  ],
  [
    'data that cannot be made',
    {
      'journey[0].data': {
        rows: 5,
        generate: {
          a: '${digit(8)}',
          b: '${digits(x)}',
          c: '${sequence(-1)}',
          d: '${pick(a, b)}',
          e: '${digits(9)}${digits(9)}',
          f: '${digits(3)',
          'a b': 'x',
          date: '2021-${digits(4)}',
        },
      },
    },
    [
      'journey[0].data.rows: is only for csv',
      'journey[0].data.generate.a: knows only ${digits(8)}, ${sequence(1)} or ${pick(["a", "b"])}, got ${digit(8)}',
      'journey[0].data.generate["a b"]: must be named with letters, digits, _, . and -, and must not begin with a digit',
      'journey[0].data.generate.b: digits needs a count, such as ${digits(8)}',
      'journey[0].data.generate.c: sequence needs a first number, such as ${sequence(1)}',
      'journey[0].data.generate.d: pick needs a list of texts, such as ${pick(["a", "b"])}',
      'journey[0].data.generate.e: must not have more than 15 digits, got 18',
      'journey[0].data.generate.f: a ${ is not closed by }; write $${ for a literal ${',
      'journey[0].data.generate.date: "date" is a built-in name: choose another',
    ],
  ],
  [
    'a name given twice',
    {
      'journey[0].data': { csv: 'people.csv', columns: ['a', 'b', 'a', 'env.c'] },
      'journey[0].request': { path: '/${a}/${c}' },
    },
    [
      'journey[0].data.columns: "a" is given twice: choose another',
      'journey[0].data.columns: "env.c" is reserved: names that begin with env. are variables of the environment',
      'journey[0].request.path: unknown name "c"; known here: person, birthYear, place, date, ticket, a, b',
    ],
  ],
  [
    'nobody left who may not book',
    {
      'population.ineligible': 5,
      'population.birthYears': { from: 1850, to: 2100 },
    },
    [
      'population.birthYears: must leave out a year of birth, for those who may not book (population.ineligible)',
    ],
  ],
  [
    'a variant setting no field',
    { 'variants[0].set': { 'stack.instnces': 10 } },
    ['variants[0].set["stack.instnces"]: no such field; did you mean stack.instances?'],
  ],
  [
    'a variant setting a bad value',
    { 'variants[0].set': { 'stack.instances': 0 } },
    ['variants[0].stack.instances: must be between 1 and 100000, got 0'],
  ],
  [
    'a variant dropping no event',
    { 'variants[0].dropEvents': ['halts', 'halt@20:50'] },
    [
      'variants[0].dropEvents[0]: no kind of event named "halts"; did you mean halt?',
      'variants[0].dropEvents[1]: no such event on the timeline, got "halt@20:50"',
    ],
  ],
  [
    'a variant breaking a rule',
    { 'variants[0].dropEvents': ['halt'] },
    ['variants[0].timeline[1].kind: there is no halt before this resume'],
  ],
  [
    'a variant with a taken name',
    { 'variants[1]': { name: 'ten' }, 'variants[2]': { name: 'base' } },
    [
      'variants[1].name: "ten" is already the name of variants[0].name',
      'variants[2].name: must not be "base", which names the scenario itself',
    ],
  ],
  [
    'a variant setting a list',
    { 'variants[0].set': ['a'] },
    ['variants[0].set: must be a mapping of names to values, got a list'],
  ],
  [
    'a reported row',
    { reported: [{ id: 'V1', label: 'x', expr: 'a', target: {}, source: 's', variant: 'tne' }] },
    [
      'reported[0].target: must have min, max or both',
      'reported[0].variant: no variant named "tne"; did you mean ten?',
    ],
  ],
  [
    'a target in quotes',
    { reported: [{ id: 'V1', label: 'x', expr: 'a', target: '5', source: 's' }] },
    ['reported[0].target: must be a number, got "5"; write 5 without quotes'],
  ],
  [
    'a number that is none',
    { 'stack.instances': Number.NaN },
    ['stack.instances: must be a finite number, got NaN'],
  ],
  ['a date', { opensAt: new Date(0) }, ['opensAt: must be plain data, got Date']],
  [
    'a function',
    { 'behaviour.patienceSec': () => 900 },
    ['behaviour.patienceSec: must be plain data, got function'],
  ],
  ['a prototype', { stack: JSON.parse('{"__proto__":{"x":1}}') }, ['stack.__proto__: not allowed']],
  ['a novel', { description: 'x'.repeat(100_001) }, ['description: longer than 100000 characters']],
  [
    'several at once',
    {
      name: '',
      'arrivals[0].share': 2,
      'stack.stations[0].slots': '8',
      'journey[0].visits[0].station': 'wob',
    },
    [
      'arrivals[0].share: must be between 0 and 1, got 2',
      'name: must not be empty',
      'stack.stations[0].slots: must be a whole number, got "8"; write 8 without quotes',
      'journey[0].visits[0].station: no station named "wob"; did you mean web?',
    ],
  ],
]
