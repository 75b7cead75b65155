import type { BlockDoc } from './block.ts'

/** What visitors meet: waiting room, pages, servers, offers. */

const waitingRoom: BlockDoc = {
  path: 'waitingRoom',
  title: 'Waiting room',
  about:
    'Visitors draw a ticket, poll until it is their turn, and are admitted to the pages. `protocol: none` is a service without a waiting room.',
  example: `waitingRoom:
  admission: { perSec: 10 }
  pollSec: { front: 2, back: 10 }
  failOpen: 0.1
`,
  fields: {
    protocol: {
      means: 'How clients and waiting room talk: `netfunnel`, or `none` for direct access.',
      example: 'none',
    },
    admission: { means: 'How many are admitted.', example: { perSec: 10 } },
    pollSec: {
      means: 'Pause between two polls of a waiting visitor, by the place in the line.',
      example: { front: 2, back: 10 },
    },
    'pollSec.front': { means: 'For those who are next.', unit: 'seconds', example: 2 },
    'pollSec.back': { means: 'For those at the end of the line.', unit: 'seconds', example: 10 },
    maxTtlSec: {
      means:
        'Longest pause between polls to which the waiting room stretches, to stay within `pollCapacityPerSec`.',
      example: 30,
    },
    lapseSec: {
      means: 'A ticket is lost this long after a poll was due and did not come.',
      example: 20,
    },
    failOpen: {
      means:
        'Share of clients that go on to the pages, and are let in, after two polls in a row timed out.',
      unit: 'share',
      example: 0.1,
    },
    pollCapacityPerSec: {
      means: 'Polls per second that the waiting room can answer.',
      absent: 'It answers every poll.',
      example: 2000,
    },
    sid: {
      means: 'Service that a live client asks the waiting room for.',
      absent: '`service_1`',
      example: 'service_1',
    },
    aid: {
      means: 'Action that a live client asks the waiting room for.',
      absent: '`act_1`',
      example: 'act_1',
    },
  },
}

const admission: BlockDoc = {
  path: 'admission',
  title: 'Admission',
  about: 'Exactly one of three ways to admit visitors.',
  example: `waitingRoom:
  admission: { maxInside: 200 }
`,
  fields: {
    perSec: {
      means: 'Visitors admitted per second, whatever the number of instances.',
      example: 10,
    },
    perSecPerInstance: {
      means: 'Visitors admitted per second for each instance that serves.',
      unit: 'per second and instance',
      example: 9,
    },
    maxInside: {
      means: 'Visitors who may be inside at once. The next one is admitted when one leaves.',
      unit: 'visitors',
      example: 200,
    },
  },
}

const journey: BlockDoc = {
  path: 'journey[]',
  title: 'Journey',
  about:
    'One entry of `journey` is a page that visitors request. It visits one or more stations of the stack, one after the other.',
  example: `journey:
  - step: login
    role: identify
    visits:
      - { station: web, serviceMs: { dist: lognormal, mean: 60, cv: 0.8 }, holds: true }
      - { station: database, serviceMs: 15 }
    thinkSec: { dist: exponential, mean: 20 }
  - step: book
    visits: [{ station: web, serviceMs: 90 }]
`,
  fields: {
    step: {
      means: 'Name of the step, in reports and in paths (`steps.book.count`).',
      example: 'book',
    },
    role: {
      means: '`identify` finds out who may book; `book` commits the booking.',
      absent: 'The last step books, and no step identifies.',
      example: 'book',
    },
    visits: {
      means: 'Stations that serve the request, in their order.',
      example: [{ station: 'web', serviceMs: 90 }],
    },
    'visits[].station': { means: 'Name of a station of `stack.stations`.', example: 'web' },
    'visits[].serviceMs': {
      means: 'How long a slot of the station works on it, while the station is idle otherwise.',
      example: { dist: 'lognormal', mean: 90, cv: 0.8 },
    },
    'visits[].holds': {
      means:
        'Whether the slots stay taken until the request is complete, as a web worker that waits for the database.',
      example: true,
    },
    thinkSec: {
      means: 'How long the visitor reads and types before the next step.',
      example: { dist: 'exponential', mean: 20 },
    },
    timeoutMs: {
      means: 'How long the client waits for the answer. The servers go on working on it.',
      example: 10_000,
    },
    request: {
      means: 'What a rehearsal sends for the step.',
      absent: 'A POST to `/booking/<step>`, which the reference stack takes.',
      example: { method: 'POST', path: '/bookings', body: { person: '${person}' } },
    },
    expect: {
      means: 'Which answers are good, and how the page says no.',
      absent:
        'Every answer below 400 is good; the JSON field `status` of the reference stack is understood.',
      example: { status: 201, soldOut: { text: 'sold out' } },
    },
    data: {
      means: "Each person's own data, for the templates of all steps.",
      absent: 'The step adds none.',
      example: { generate: { phone: '010-${digits(8)}' } },
    },
  },
}

const stack: BlockDoc = {
  path: 'stack',
  title: 'Stack',
  about: 'The servers. Instances are alike and stand behind one balancer.',
  example: `stack:
  instances: 2
  bootSec: 30
  stations:
    - { name: web, perInstance: true, slots: 8, backlog: 100 }
    - { name: database, shared: true, slots: 10, contention: 0.005 }
`,
  fields: {
    instances: { means: 'Instances at the start.', unit: 'instances', example: 2 },
    bootSec: { means: 'How long a new instance takes until it serves.', example: 30 },
    balancer: {
      means: 'Which instance gets the next request: each in turn, or the least busy one.',
      example: 'least-busy',
    },
    stations: {
      means: 'Pools that serve requests: web workers, a database, a payment service.',
      example: [{ name: 'web', perInstance: true, slots: 8, backlog: 100 }],
    },
  },
}

const station: BlockDoc = {
  path: 'stack.stations[]',
  title: 'Stations',
  about:
    'One entry of `stack.stations` is a pool of slots with a queue. With n slots busy a service takes 1 + contention·(n − 1) + coherency·n·(n − 1) times as long (Gunther, Universal Scalability Law).',
  example: `stack:
  instances: 2
  stations:
    - { name: web, perInstance: true, slots: 8, backlog: 100 }
    - { name: database, shared: true, slots: 10, contention: 0.005, coherency: 0.0001 }
`,
  fields: {
    name: { means: 'Name for `visits` and for paths (`stations.web.busy`).', example: 'web' },
    perInstance: {
      means: '`true`: each instance has a station of its own. Exactly one of this and `shared`.',
      absent: '`shared` is true.',
      example: true,
    },
    shared: {
      means: '`true`: all instances share one. Exactly one of this and `perInstance`.',
      absent: '`perInstance` is true.',
      example: true,
    },
    slots: {
      means: 'Requests that are served at once: workers, threads, connections.',
      unit: 'slots',
      example: 8,
    },
    slotsPerRequest: { means: 'Slots that one request takes.', unit: 'slots', example: 1 },
    backlog: {
      means: 'Requests that may wait for a slot. The next one is refused.',
      unit: 'requests',
      absent: 'All stations without a backlog share one of a million.',
      example: 100,
    },
    contention: {
      means: 'How much each busy slot slows the others down: locks, a shared processor.',
      unit: 'share of the service time',
      example: 0.01,
    },
    coherency: {
      means: 'How much each pair of busy slots slows down: keeping shared data alike.',
      unit: 'share of the service time',
      example: 0.0001,
    },
  },
}

const inventory: BlockDoc = {
  path: 'inventory',
  title: 'Inventory',
  about: 'What can be booked. A visitor picks an offer that still has slots.',
  example: `inventory:
  offers:
    - { place: stalls, date: '2026-04-11', slots: 8000 }
    - { place: balcony, date: '2026-04-11', slots: 4000 }
`,
  fields: {
    offers: {
      means: 'Everything on offer.',
      example: [{ place: 'stalls', date: '2026-04-11', slots: 8000 }],
    },
    'offers[].place': { means: 'Where: a clinic, a block of seats.', example: 'stalls' },
    'offers[].date': { means: 'When: any text, mostly a day.', example: '2026-04-11' },
    'offers[].slots': { means: 'Bookings that it can take.', unit: 'slots', example: 8000 },
  },
}

const doors: BlockDoc = {
  path: 'doors[]',
  title: 'Doors',
  about: 'One entry of `doors` is a further front door, simulated only.',
  example: `doors:
  - { name: app, share: 0.3, perSec: 50, delaySec: 2 }
`,
  fields: {
    name: { means: 'Name in reports.', example: 'app' },
    share: {
      means: 'Share of the visitors who use it. The others use the main door.',
      unit: 'share',
      example: 0.3,
    },
    perSec: { means: 'Visitors per second that it takes in.', example: 50 },
    delaySec: {
      means: "How long it takes until the core hears of a visitor's choice.",
      example: 2,
    },
  },
}

export const systemDocs = { waitingRoom, admission, journey, stack, station, inventory, doors }
