import { expect, test } from 'vitest'
import type { DataSource } from '../../fit/data-source.ts'
import type { EstimateBasis } from '../../fit/estimate-basis.ts'
import { estimateSource } from './estimate-words.ts'
import { gapText } from './gap-words.ts'

const from: DataSource = { code: 'FirstContacts', inputs: ['a.log', 'b.log'], count: 12_043 }

test.each<[EstimateBasis, string]>([
  [{ code: 'ArrivalLikelihood', errorFactor: 1 }, 'maximum likelihood'],
  [
    { code: 'ArrivalLikelihood', errorFactor: 1.214 },
    'maximum likelihood, errors × 1.21 for roughness',
  ],
  [
    { code: 'ScreensAgree', screens: 1, instances: 4 },
    'people ahead / wait of 1 screen, within their rounding, divided by 4 instances',
  ],
  [
    { code: 'CensoredWaits', left: 180, distribution: 'weibull' },
    '180 gave up, the rest censored; weibull, maximum likelihood',
  ],
  [
    { code: 'SimulatedMoments', levels: 6, instances: [1, 3], misfit: 1.0412 },
    '6 levels on 1, 3 instances, simulated moments, misfit 1.04',
  ],
])('the source of %j', (basis, how) => {
  expect(estimateSource({ from, basis })).toBe(`a.log, b.log: 12,043 first contacts, ${how}`)
})

test('what is not identifiable, and what to measure, with the values of its code', () => {
  const gap = { path: 'behaviour.retry.tries', code: 'FewFailures', needed: 30 } as const
  expect(gapText({ ...gap, failures: 12, followed: 12 }).reason).toBe(
    'only 12 failures, 30 are needed',
  )
  expect(gapText({ ...gap, failures: 1200, followed: 12 })).toEqual({
    reason:
      'only 12 failures, 30 are needed (of 1,200, the others are too late to show what came after)',
    measure: 'a log with client ids (JSON lines with client or session) that covers failures',
  })
})
