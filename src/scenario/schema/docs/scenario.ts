import type { BlockDoc } from './block.ts'

/** The scenario itself, and how it is varied and judged. */

const scenario: BlockDoc = {
  path: '',
  title: 'Scenario',
  about:
    'A scenario is one YAML or JSON document, or the default export of a TypeScript module. It states who comes, what they do, what serves them, and what must hold. Second 0 of all times is `opensAt`.',
  example: `name: ticket-sale
description: Ticket sale of a small theatre.
opensAt: '2026-03-01T10:00:00+01:00'
endsAt: '2026-03-01T12:00:00+01:00'
`,
  fields: {
    extends: {
      means:
        'The scenario that this one is based on: a file, relative to this one, or the name of a shipped scenario. This document then states only what differs.',
      absent: 'The document states everything itself.',
      example: './base.yaml',
    },
    name: {
      means:
        'Name of the scenario in reports and records. Letters, digits, dots, dashes and underscores.',
      example: 'ticket-sale',
    },
    description: {
      means: 'One or two sentences for the reader of a report.',
      example: 'Ticket sale of a small theatre.',
    },
    authorisation: {
      means:
        'Secret code, such as that of `openssl rand -hex 16`. A target publishes its SHA-256, at `/.well-known/dambreak.json` or in DNS, to prove that its owner agreed to receive load. It is never recorded.',
      absent: 'Load is sent to this machine only, or to a host of `--allow-host`.',
      example: '5b0c6e7e1d4f4a2a',
    },
    opensAt: {
      means: 'When booking opens: ISO 8601 with its offset. Reports show the clock of this offset.',
      example: '2026-03-01T10:00:00+01:00',
    },
    endsAt: {
      means: 'When the run ends, at most 31 days after `opensAt`.',
      example: '2026-03-01T12:00:00+01:00',
    },
    population: { means: 'Who may come.', example: { people: 20_000, participation: 0.9 } },
    arrivals: {
      means: 'When they come. The shares of all entries add up to 1.',
      example: [
        { kind: 'burst', share: 0.4, forSec: 20 },
        { kind: 'decay', share: 0.6, scaleSec: 900 },
      ],
    },
    waitingRoom: {
      means: 'The virtual waiting room in front of the booking pages.',
      example: { admission: { perSec: 10 } },
    },
    journey: {
      means: 'The pages that a visitor goes through, in their order.',
      example: [{ step: 'book', visits: [{ station: 'web', serviceMs: 90 }] }],
    },
    undo: {
      means:
        'The request that takes a booking back, for `--cleanup` and `preflight`. It may use `${name}` as the steps do.',
      absent: 'Bookings are taken back through `--control`, or not at all.',
      example: { request: { method: 'DELETE', path: '/bookings/${person}' } },
    },
    answers: {
      means:
        'How answers are read in a rehearsal: limits, and the charset of pages that state none.',
      absent: 'The limits below, and UTF-8.',
      example: { maxBodyBytes: 4_194_304 },
    },
    stack: {
      means: 'The servers, and the stations at which requests are served.',
      example: { instances: 2, stations: [{ name: 'web', perInstance: true, slots: 8 }] },
    },
    behaviour: {
      means: 'How visitors decide: patience, retries, coming again.',
      example: { patienceSec: 1800 },
    },
    inventory: {
      means: 'What can be booked.',
      absent: 'Bookings never sell out.',
      example: { offers: [{ place: 'stalls', date: '2026-04-11', slots: 8000 }] },
    },
    doors: {
      means:
        'Further front doors, such as an app or a partner. They take visitors in at their own rate and hand them to the core, which alone books. They are simulated only: in a rehearsal all visitors use the main door.',
      example: [{ name: 'app', share: 0.3, perSec: 50 }],
    },
    cost: {
      means: 'What things cost, for plans. It changes no run.',
      absent: 'Plans show no prices.',
      example: { currency: 'EUR', instancePerHour: 0.4 },
    },
    timeline: {
      means: 'What operators do to the system during the run, in the order of time.',
      example: [{ at: '10:20', kind: 'instances', count: 4 }],
    },
    variants: {
      means: 'Named changes of the scenario, for `--variant`, `study` and `compare`.',
      example: [{ name: 'four-instances', set: { 'stack.instances': 4 } }],
    },
    reported: {
      means:
        'Figures that the world reported of the real opening. Reports hold each run against them.',
      example: [
        {
          id: 'R1',
          label: 'bookings by noon',
          expr: 'people.booked at 12:00',
          target: 12_000,
          tolerance: 0.1,
          source: 'press release',
        },
      ],
    },
    slo: {
      means:
        'Objectives that a run must meet, each a comparison over paths of the summary or the timeline.',
      example: ['errorShare < 0.01', 'waitSec.p95 < 1800'],
    },
    stopWhen: {
      means:
        'Rules that stop a live run. Away from this machine, where none is given, `requestErrorShare > 0.5 for 30s` holds.',
      example: ['requestErrorShare > 0.5 for 30s'],
    },
  },
}

const timeline: BlockDoc = {
  path: 'timeline[]',
  title: 'Timeline',
  about:
    'One entry of `timeline` is something that operators do, or that happens to the system. In a rehearsal `--control` performs it.',
  example: `timeline:
  - { at: '10:10', kind: halt, tickets: keep }
  - { at: '10:15', kind: instances, count: 4 }
  - { at: '10:20', kind: resume }
  - { at: '10:30', kind: admission, admission: { perSec: 20 } }
`,
  fields: {
    at: {
      means:
        'When: a clock time of the opening (`10:20`, `10:20:30`, `24:00`), or ISO 8601 with its offset.',
      example: '10:20',
    },
    'halt.kind': { means: 'Service is switched off until the next `resume`.', example: 'halt' },
    'resume.kind': { means: 'Service is switched on again after a `halt`.', example: 'resume' },
    'instances.kind': {
      means: 'The number of instances changes. New ones serve after `stack.bootSec`.',
      example: 'instances',
    },
    'admission.kind': {
      means: 'The waiting room admits in another way, or at another rate.',
      example: 'admission',
    },
    'close-bypass.kind': {
      means:
        'The bypass is closed, and the pages check tickets: nobody gets past the waiting room.',
      example: 'close-bypass',
    },
    'eligibility-fault.kind': {
      means: 'The check of who may book goes wrong until `until`.',
      example: 'eligibility-fault',
    },
    'open-early.kind': { means: 'Booking opens ahead of its time.', example: 'open-early' },
    'supply.kind': { means: 'What can be booked grows or shrinks.', example: 'supply' },
    tickets: {
      means:
        'Whether tickets outlive the halt: `keep` their place in the line, or `void`, so that everybody starts anew.',
      example: 'void',
    },
    restartInstances: {
      means: 'Whether the instances are restarted in the halt, which drops what they work on.',
      example: true,
    },
    count: { means: 'Instances from now on.', unit: 'instances', example: 4 },
    admission: { means: 'Who is admitted from now on.', example: { perSec: 20 } },
    until: { means: 'When the fault ends, as a clock time like `at`.', example: '11:00' },
    effect: {
      means:
        'What goes wrong: people who may book are refused, or people who may not are accepted.',
      example: 'accept-ineligible',
    },
    place: {
      means: 'Offers of this place only.',
      absent: 'Offers of every place.',
      example: 'stalls',
    },
    date: {
      means: 'Offers of this date only.',
      absent: 'Offers of every date.',
      example: '2026-04-11',
    },
    add: {
      means: 'Slots added to each matching offer. A negative number takes away, never below zero.',
      unit: 'slots',
      example: 500,
    },
  },
}

const variants: BlockDoc = {
  path: 'variants[]',
  title: 'Variants',
  about: 'One entry of `variants` is a named change of the scenario.',
  example: `variants:
  - name: more-servers
    description: Twice the servers, twice the admissions.
    set: { stack.instances: 4, waitingRoom.admission.perSec: 20 }
`,
  fields: {
    name: {
      means: 'Name for `--variant`. `base` is the scenario itself.',
      example: 'more-servers',
    },
    description: { means: 'What the variant is, for reports.', example: 'Twice the servers.' },
    set: {
      means: 'Values by their path, as `--set` takes them.',
      example: { 'stack.instances': 4 },
    },
    dropEvents: {
      means: 'Events that are taken off the timeline: a kind, or `kind@time`.',
      example: ['halt', 'instances@22:00'],
    },
  },
}

const reported: BlockDoc = {
  path: 'reported[]',
  title: 'Reported figures',
  about:
    'One entry of `reported` is a figure of the real opening. `dambreak fit --reported` looks for parameters that reproduce them.',
  example: `reported:
  - id: R1
    label: bookings by eleven
    expr: people.booked at 11:00
    target: { min: 1 }
    source: press release of the organiser
`,
  fields: {
    id: { means: 'Short name of the row.', example: 'R1' },
    label: { means: 'What the figure is, for reports.', example: 'bookings by noon' },
    expr: {
      means: 'Arithmetic over paths of the summary and the timeline.',
      example: 'people.booked at 12:00',
    },
    target: {
      means: 'The figure: one number with `tolerance`, or bounds.',
      unit: 'that of `expr`',
      example: { min: 1, max: 40_000 },
    },
    'target.min': {
      means: 'The run must not be below it.',
      unit: 'that of `expr`',
      absent: 'No lower bound.',
      example: 1,
    },
    'target.max': {
      means: 'The run must not be above it.',
      unit: 'that of `expr`',
      absent: 'No upper bound.',
      example: 40_000,
    },
    tolerance: {
      means: 'How far from a target of one number a run may be.',
      unit: 'share of the target',
      absent: 'The number must be met exactly.',
      example: 0.1,
    },
    source: { means: 'Who reported it.', example: 'press release' },
    inSample: {
      means: 'Whether parameters were fitted to this row: it then proves nothing.',
      example: true,
    },
    byConstruction: {
      means: 'Whether the scenario states it, so that it holds by itself.',
      example: true,
    },
    variant: {
      means: 'The variant that the row is about.',
      absent: 'The base.',
      example: 'more-servers',
    },
  },
}

const cost: BlockDoc = {
  path: 'cost',
  title: 'Cost',
  about: 'Prices in one currency. What is left out is not priced.',
  example: `cost: { currency: EUR, instancePerHour: 0.4, lostBooking: 5, waitingPerHour: 8 }
`,
  fields: {
    currency: { means: 'As it is written after an amount.', example: 'EUR' },
    instancePerHour: {
      means: 'One instance for one hour.',
      unit: '`currency` per hour',
      absent: 'Instances are not priced.',
      example: 0.4,
    },
    lostBooking: {
      means: 'One person who came to book and did not.',
      unit: '`currency` per person',
      absent: 'Lost bookings are not priced.',
      example: 5,
    },
    waitingPerHour: {
      means: 'One person who waits for one hour.',
      unit: '`currency` per hour',
      absent: 'Waiting is not priced.',
      example: 8,
    },
  },
}

export const scenarioDocs = { scenario, timeline, variants, reported, cost }
