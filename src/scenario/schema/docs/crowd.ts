import type { BlockDoc } from './block.ts'

/** Who comes, when, and how they decide. */

const population: BlockDoc = {
  path: 'population',
  title: 'Population',
  about:
    'A person who comes draws a ticket with each device. `people × participation × devicesPerPerson` tickets are drawn at first.',
  example: `population: { people: 20000, participation: 0.9, devicesPerPerson: 1.5 }
`,
  fields: {
    people: { means: 'People who may book.', unit: 'people', example: 20_000 },
    participation: { means: 'Share of them who come.', unit: 'share', example: 0.9 },
    devicesPerPerson: {
      means: 'Tickets that a person draws side by side: phone, laptop, a second browser.',
      unit: 'tickets per person',
      example: 1.5,
    },
    ineligible: {
      means: 'People who come although they may not book, on top of `people`.',
      unit: 'people',
      example: 300,
    },
    birthYears: {
      means: 'Who may book, by year of birth. A rehearsal identifies its visitors by it.',
      example: { from: 1967, to: 1968 },
    },
    'birthYears.from': { means: 'First year of birth that may book.', unit: 'year', example: 1967 },
    'birthYears.to': { means: 'Last year of birth that may book.', unit: 'year', example: 1968 },
  },
}

const arrivals: BlockDoc = {
  path: 'arrivals[]',
  title: 'Arrivals',
  about:
    'One entry of `arrivals` is one stream of arrivals; all of them overlap. Arrivals are planned before the run and happen at their time whatever the system does (an open model, as the arrival-rate executors of k6).',
  example: `arrivals:
  - { kind: early, share: 0.1, forSec: 300 }
  - { kind: burst, share: 0.3, forSec: 20 }
  - { kind: decay, share: 0.6, scaleSec: 900 }
  - { kind: ramp, fromPerSec: 0, toPerSec: 5, forSec: 600, startSec: 600 }
`,
  fields: {
    'early.kind': {
      means: 'People who come before the opening, ever more of them over the last `forSec`.',
      example: 'early',
    },
    'burst.kind': {
      means: 'The rush at the opening: a rate that falls linearly to zero over `forSec`.',
      example: 'burst',
    },
    'decay.kind': {
      means: 'The long tail after the opening: a rate that falls as `shape` says.',
      example: 'decay',
    },
    'ramp.kind': {
      means: 'A rate that goes linearly from `fromPerSec` to `toPerSec`.',
      example: 'ramp',
    },
    'constant.kind': {
      means: 'A constant rate. It has either `share` or `perSec`.',
      example: 'constant',
    },
    'replay.kind': { means: 'Arrivals at given times, as from an access log.', example: 'replay' },
    share: {
      means: 'Share of the tickets that are drawn at first. All shares add up to 1.',
      unit: 'share',
      absent: '`perSec` says how many come.',
      example: 0.3,
    },
    perSec: {
      means: 'Arrivals per second, on top of those who come as a share.',
      absent: '`share` says how many come.',
      example: 5,
    },
    forSec: {
      means: 'How long it lasts.',
      example: 300,
    },
    'decay.forSec': {
      means: 'When the tail is cut off, after its start.',
      absent: 'The tail is not cut off.',
      example: 7200,
    },
    startSec: { means: 'When it starts, after the opening.', example: 600 },
    spacing: {
      means: 'How arrivals lie within the rate: at random (a Poisson process), or evenly spaced.',
      example: 'even',
    },
    shape: {
      means:
        'How the rate falls with the time t: `exponential` as exp(−t/scaleSec), `power` as (1 + t/scaleSec)^−exponent.',
      example: 'power',
    },
    scaleSec: { means: 'How fast the rate falls, see `shape`.', example: 900 },
    exponent: {
      means: 'How fast a `power` tail falls.',
      unit: 'none (an exponent)',
      absent: '2',
      example: 2.5,
    },
    fromPerSec: { means: 'Arrivals per second at the start.', example: 0 },
    toPerSec: { means: 'Arrivals per second at the end.', example: 50 },
    timesSec: {
      means: 'Times of the arrivals after the opening. A negative time is before it.',
      unit: 'seconds',
      example: [-2.5, 0, 0.1],
    },
  },
}

const behaviour: BlockDoc = {
  path: 'behaviour',
  title: 'Behaviour',
  about: 'How visitors decide. The simulated and the live engine use the same decisions.',
  example: `behaviour:
  patienceSec: { dist: lognormal, mean: 1800, cv: 1 }
  retry: { tries: 2, backoffSec: { dist: exponential, mean: 3 } }
  reenter: { probability: 0.5, delaySec: 60 }
`,
  fields: {
    patienceSec: {
      means: 'How long a visitor waits for admission before leaving.',
      absent: 'Visitors wait for ever.',
      example: { dist: 'lognormal', mean: 1800, cv: 1 },
    },
    retry: {
      means: 'Whether a visitor tries a failed page again.',
      example: { tries: 2, backoffSec: 3 },
    },
    'retry.tries': {
      means: 'Tries after the first, for each page.',
      unit: 'tries',
      example: 2,
    },
    'retry.backoffSec': {
      means: 'Pause before a retry.',
      example: { dist: 'exponential', mean: 3 },
    },
    'retry.on': {
      means: 'Outcomes that are tried again.',
      example: ['timeout', 'http5xx'],
    },
    reenter: {
      means: 'Whether a visitor who failed, all retries included, comes again with a new ticket.',
      example: { probability: 0.5, delaySec: 60 },
    },
    'reenter.probability': {
      means: 'How likely that is after each failure.',
      unit: 'probability',
      example: 0.5,
    },
    'reenter.delaySec': {
      means: 'When the visitor comes again, after the failure.',
      example: { dist: 'exponential', mean: 60 },
    },
    comeBack: {
      means: 'Whether a visitor who was turned away by a `halt` comes back.',
      example: { probability: 0.6, delaySec: 600 },
    },
    'comeBack.probability': { means: 'How likely that is.', unit: 'probability', example: 0.6 },
    'comeBack.delaySec': {
      means: 'When the visitor comes back, after the `resume`.',
      example: { dist: 'exponential', mean: 600 },
    },
    bypass: {
      means: 'Visitors who go straight to the booking pages, past the waiting room.',
      example: { share: 0.01 },
    },
    'bypass.share': { means: 'Share of the visitors who do.', unit: 'share', example: 0.01 },
    'bypass.until': {
      means: 'Clock time at which nobody can do it any more.',
      absent: 'Until an event `close-bypass`, or the end.',
      example: '10:30',
    },
  },
}

export const crowdDocs = { population, arrivals, behaviour }
