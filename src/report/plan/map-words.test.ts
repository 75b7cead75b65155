import { expect, test } from 'vitest'
import type { CollapseMap, MapCell } from '../../plan/plan-record.ts'
import { mapSays } from './map-words.ts'

const kinds: Record<string, MapCell> = {
  d: 'drains',
  s: 'slow',
  m: 'metastable',
  x: 'collapses',
}
const cells = (rows: readonly string[]) =>
  rows.map((row) => [...row].map((letter) => kinds[letter] ?? 'drains'))

const map: CollapseMap = {
  instances: [1, 2, 4, 8],
  crowd: [0.5, 1, 2],
  ownInstances: 4,
  cell: cells(['xxx', 'mxx', 'mxx', 'dmx']),
  simulated: cells(['xxx', 'xxx', 'xxx', 'xxx']).map((row) => row.map(() => true)),
  inferred: cells(['xxx', 'xxx', 'xxx', 'xxx']).map((row) => row.map(() => false)),
  recovers: [
    [false, false, null],
    [true, false, null],
    [true, false, false],
    [null, true, false],
  ],
  tries: 6,
  trigger: { code: 'HalfOfServersAway', atSec: 600, forSec: 180 },
  others: [
    { tries: 0, cell: cells(['ddx', 'ddx', 'ddx', 'ddd']) },
    { tries: 12, cell: cells(['xxx', 'mxx', 'mxx', 'dxx']) },
  ],
}

test('a map says what becomes of the scenario itself, where the borders are, and what brings it back', () => {
  expect(mapSays(map)).toEqual([
    'With the scenario’s 4 servers and its whole crowd it collapses by itself; twice the servers, added under load without a halt, do not bring it back.',
    'Crowds that do not collapse without a trigger: 8 servers up to 1×; 2 and 4 servers up to 0.5×; 1 server not even 0.5×.',
    'The trigger tips 3 of the 4 cells that do not collapse by themselves (2 servers at 0.5×, 4 servers at 0.5× and 8 servers at 1×).',
    'Of the 9 simulated cells that stay down, twice the servers, added under load without a halt, bring back 3 (2 servers at 0.5×, 4 servers at 0.5× and 8 servers at 1×).',
    'With 0 retries instead of 6, 5 more cells do not collapse by themselves.',
    'With 12 retries instead of 6, 1 fewer cells do not collapse by themselves.',
  ])
})

test('says nothing of a place that the map does not have, nor of borders that are not there', () => {
  const calm = { ...map, ownInstances: 3, cell: cells(['ddd', 'ddd', 'ddd', 'ddd']), others: [] }
  const recovers = calm.cell.map((row) => row.map(() => null))
  expect(mapSays({ ...calm, recovers })).toEqual([
    'Crowds that do not collapse without a trigger: 1 to 8 servers up to 2×.',
    'The trigger tips 0 of the 12 cells that do not collapse by themselves.',
  ])
})
