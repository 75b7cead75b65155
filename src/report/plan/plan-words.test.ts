import { expect, test } from 'vitest'
import type { DisagreementCause } from '../../plan/disagreement-cause.ts'
import type { PlanReason } from '../../plan/plan-reason.ts'
import type { PulledLever } from '../../plan/pulled-lever.ts'
import { samplePlan } from '../testing/sample-plan.ts'
import { causeText } from './disagreement-words.ts'
import { leverDescription, leverName } from './lever-words.ts'
import { triggerText } from './map-words.ts'
import { grainText, measureReasonText } from './plan-words.ts'
import { reasonText } from './reason-words.ts'

const { header } = samplePlan()
const p = { value: 0.95, low: 0.9, high: 0.98 }

test.each<[PlanReason, string]>([
  [
    { code: 'AnswerMeets', instances: 4, pMeetsSlo: p, replications: 90, probability: 0.9 },
    '4 servers met every objective in 95% (90% to 98%) of 90 draws, which is enough to decide for at least 90%.',
  ],
  [
    { code: 'BelowAnswer', instances: 3, pMeetsSlo: p, replications: 100, verdict: 'undecided' },
    '3 servers did in 95% of 100 draws, which decides nothing.',
  ],
  [
    { code: 'BelowAnswer', instances: 1, pMeetsSlo: p, replications: 8, verdict: 'fails' },
    '1 server did in 95% of 8 draws.',
  ],
  [
    { code: 'UndecidedBelow', instances: [2, 3] },
    'Fewer may be enough: the replications do not decide 2 and 3.',
  ],
  [{ code: 'FailsAbove', instances: [5] }, 'More servers are not always better: 5 fail.'],
  [
    { code: 'OverBudget', instances: 16, costPerHour: 160, budgetPerHour: 130 },
    '16 servers meet every objective and cost 160 USD an hour, which is over the budget of 130.',
  ],
  [
    { code: 'Undecided', instances: [1, 2, 3] },
    'The replications do not decide 1, 2 and 3: allow more of them (--replications).',
  ],
  [
    { code: 'NoneMeetsAll', probability: 0.95 },
    'No count meets all objectives together in 95% of the draws.',
  ],
  [
    { code: 'ObjectiveFails', expr: 'errorShare < 1', instances: 4, pHolds: p, observedMid: 1.5 },
    'No count meets “errorShare < 1”: with 4 servers it holds in 95% of the draws, and the median is 1.5.',
  ],
  [
    { code: 'GateRate', instances: 4, admittedPerSec: 36, tickets: 324_000 },
    'With 4 servers the gate admits 36 a second: all 324,000 tickets of the crowd take 2 h 30 min.',
  ],
  [
    {
      code: 'SharedStation',
      instances: 4,
      station: 'db',
      visitorsPerSec: 30.04,
      admittedPerSec: 36,
    },
    'All servers share db, which carries 30 visitors a second. The gate admits 36 with 4 servers: more servers do not help.',
  ],
  [
    { code: 'BusiestStation', instances: 3, station: 'web', utilisation: 0.0451 },
    'The busiest station with 3 servers is web, 4.5% utilised by the closed form.',
  ],
  [
    {
      code: 'MinRegret',
      instances: 4,
      regret: 12.4,
      draws: 8,
      isAnswer: true,
      isMaxTried: true,
    },
    '4 servers also have the lowest expected regret (12.4 USD), on average over the 8 draws that all counts have; this is the largest count tried, and more servers may have less.',
  ],
  [
    { code: 'FullSizeRun', instances: 4, draw: 6, meetsSlo: true, coarseMeetsSlo: true },
    'In draw 7, the first in which the two counts differ, a full-size run with 4 servers meets every objective. The coarse run agrees.',
  ],
  [
    { code: 'FullSizeRun', instances: 1, draw: null, meetsSlo: false, coarseMeetsSlo: true },
    'At the middle of all parameters a full-size run with 1 server does not meet every objective. The coarse run disagrees: take the answer with care.',
  ],
  [{ code: 'Text', text: 'As it was.' }, 'As it was.'],
])('%j', (reason, text) => expect(reasonText(reason, header)).toBe(text))

test.each<[DisagreementCause, RegExp]>([
  [{ code: 'GateLeak', leakedShare: 0.3 }, /^the gate leaks: 30% of those inside/],
  [{ code: 'PatienceSpread', cv: 0.8412 }, /^patience has a coefficient of variation of 0.8412;/],
  [{ code: 'PatienceShape', dist: 'weibull' }, /^patience is weibull,/],
  [{ code: 'Text', text: 'as it was' }, /^as it was$/],
])('%j', (cause, text) => expect(causeText(cause)).toMatch(text))

const basis = { code: 'Screened', draws: 4, maxCollapses: 0 } as const

test.each<[PulledLever, string, RegExp]>([
  [
    { code: 'AdmissionRate', field: 'perSec', factor: 0.5 },
    'admission rate × 0.5',
    /^The gate’s admissions a second × 0.5,/,
  ],
  [
    { code: 'RandomPreQueue', preQueueSec: 900 },
    'random pre-queue',
    /in the 15 min before the opening/,
  ],
  [
    { code: 'BirthDateRotation', openings: 10, wrongDayShare: 0.05 },
    'birth-date rotation',
    /^10 days, .* Of the others 5% come on the wrong day/,
  ],
  [
    { code: 'FurtherFrontDoors', share: 0.3, perSec: 40, delaySec: 60 },
    'further front doors: 40 a second each',
    /take 30% of the people each, .* learns of 1 min later\. Each hands on 40 people/,
  ],
])('%j', (one, name, description) => {
  expect(leverName({ pulled: [one] })).toBe(name)
  expect(leverDescription({ pulled: [one], basis })).toMatch(description)
})

test('levers pulled together are named in their order, with what the count rests on', () => {
  const pulled: PulledLever[] = [
    { code: 'BypassClosed' },
    { code: 'Text', name: 'halve', description: 'Half of them.' },
  ]
  expect(leverName({ pulled })).toBe('bypass closed + halve')
  expect(leverDescription({ pulled, basis })).toBe(
    'The booking pages check every key: no bypass, and nothing fails open. Half of them. (no collapse: at most 0 of 4 draws collapse)',
  )
  expect(leverDescription({ pulled: pulled.slice(1), basis: { code: 'Text', text: '' } })).toBe(
    'Half of them.',
  )
})

test('a swing is in the unit of what it changes', () => {
  const swing = { code: 'Swing', low: 1, high: 3 } as const
  expect(measureReasonText({ ...swing, measure: 'instances', swing: -1 })).toBe(
    'between 1 and 3 it changes servers needed by 1',
  )
  expect(measureReasonText({ ...swing, measure: 'waitSecP95', swing: 53.5 })).toBe(
    'between 1 and 3 it changes the p95 wait by 53.5 s',
  )
  expect(measureReasonText({ ...swing, measure: 'pCollapse', swing: 0.25 })).toBe(
    'between 1 and 3 it changes the probability of a collapse by 25%',
  )
})

test('the trigger and the grain state their values', () => {
  expect(triggerText({ code: 'HalfOfServersAway', atSec: 600, forSec: 180 })).toBe(
    '10 min after the opening half of the servers are away for 3 min while the gate keeps its rate (with one server, the gate admits twice as many instead)',
  )
  expect(grainText({ code: 'Bundled', rows: 20_000 })).toMatch(/as about 20,000 rows/)
})
