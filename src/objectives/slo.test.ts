import { describe, expect, test } from 'vitest'
import { checkExpressions, judgeSlo } from './slo.ts'
import { smallRun } from '../record/testing/small-record.ts'
import { smallScenario } from '../scenario/testing/small-scenario.ts'

const row = {
  id: 'V1',
  label: 'tickets',
  target: 180,
  source: 'by hand',
}

describe('judgeSlo', () => {
  test.each([
    ['visitors.arrived >= 180', 180, true],
    ['errorShare < 0.2', 0.2, false],
    // No data, no comparison, no sense, a clause for another place: none of them may pass.
    ['waitSec.p95 < 1800', null, false],
    ['visitors.arrived', 180, false],
    ['visitors.arived >= 0', null, false],
    ['visitors.arrived > 0 for 30s', null, false],
    ['waiting >= 0 during 03:00..04:00', null, false],
  ])('%s', (expr, observed, ok) => {
    expect(judgeSlo(expr, smallRun())).toEqual({ expr, observed, ok })
  })
})

describe('checkExpressions', () => {
  test('a sound scenario has none', () => {
    const scenario = smallScenario({
      slo: ['waitSec.p95 < 1800', 'stations.db.utilisation < 0.9 during 20:00..20:02'],
      reported: [{ ...row, expr: 'visitors.arrived at 20:04' }],
      stopWhen: ['requestErrorShare > 0.5 for 30s'],
    })
    expect(checkExpressions(scenario)).toEqual([])
  })

  test('every fault with its path', () => {
    const scenario = smallScenario({
      slo: [
        'errorShare < 0.01',
        'waitSec.p95',
        'steps.pay.count > 0',
        '1 < 2',
        'waiting < 1 for 3s',
      ],
      reported: [
        { ...row, expr: 'visitors.arrived' },
        { ...row, id: 'V2', expr: 'people.bookd at 20:02' },
        { ...row, id: 'V3', expr: 'people.booked > 3' },
        { ...row, id: 'V4', expr: '30410 / 36' },
      ],
      stopWhen: ['errorShare', 'errorShare > 0.5 at 20:01', '1 > 0 for 3s'],
    })
    expect(checkExpressions(scenario)).toEqual([
      {
        path: 'slo[1]',
        message: 'must compare, as in "waitSec.p95 < 1800" (in "waitSec.p95")',
      },
      {
        path: 'slo[2]',
        message: 'there is no step named "pay"; there are book (in "steps.pay.count > 0")',
      },
      { path: 'slo[3]', message: 'reads nothing of the run (in "1 < 2")' },
      {
        path: 'slo[4]',
        message: '"for …" is for stopWhen; write "during …" or "at …" (in "waiting < 1 for 3s")',
      },
      {
        path: 'reported[1].expr',
        message:
          'there is no path "people.bookd"; did you mean people.booked? (in "people.bookd at 20:02")',
      },
      {
        path: 'reported[2].expr',
        message: 'must be a figure; its target is compared with it (in "people.booked > 3")',
      },
      { path: 'reported[3].expr', message: 'reads nothing of the run (in "30410 / 36")' },
      {
        path: 'stopWhen[0]',
        message: 'must compare, as in "requestErrorShare > 0.5 for 30s" (in "errorShare")',
      },
      {
        path: 'stopWhen[1]',
        message: 'knows no clause but "for <n>s" (in "errorShare > 0.5 at 20:01")',
      },
      { path: 'stopWhen[2]', message: 'reads nothing of the run (in "1 > 0 for 3s")' },
    ])
  })
})
