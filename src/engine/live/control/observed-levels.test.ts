import { describe, expect, test } from 'vitest'
import { Recorder } from '../../../record/recorder.ts'
import type { Observation } from './observation.ts'
import { ObservedLevels } from './observed-levels.ts'

const layout = { buckets: 3, bucketMs: 10 }
const nothing: Observation = { waiting: null, inside: null, instances: null, stations: [] }

function written(levels: ObservedLevels, untilMs: number) {
  const recorder = new Recorder({
    startSec: 0,
    bucketSec: 1,
    buckets: 3,
    opensAtMs: 0,
    steps: [],
    stations: ['web', 'db'],
  })
  const observed = levels.write(recorder, untilMs)
  const { levels: of, stations } = recorder.tallies
  const lists = (object: object) =>
    Object.fromEntries(
      Object.entries(object as Record<string, Float64Array>).map(([key, list]) => [key, [...list]]),
    )
  const { instances } = lists(of)
  return { ...observed, instances, stations: stations.map(lists) }
}

describe('ObservedLevels', () => {
  test('means over buckets, nothing where nothing was seen', () => {
    const levels = new ObservedLevels({ ...layout, stations: 2 })
    levels.tell(0, { ...nothing, waiting: 4, stations: [{ busy: 2, queued: 1, slots: 8 }, null] })
    levels.tell(5, { ...nothing, waiting: 8, stations: [{ busy: 6, queued: 3, slots: 8 }, null] })
    levels.tell(10, { ...nothing, stations: [{ busy: 4, queued: 0, slots: 16 }, null] })
    expect(written(levels, 20)).toEqual({
      waiting: [6, 8, 8],
      inside: null,
      instances: [0, 0, 0],
      stations: [
        { busy: [4, 4, 4], queue: [2, 0, 0], utilisation: [0.5, 0.25, 0.25] },
        { busy: [0, 0, 0], queue: [0, 0, 0], utilisation: [0, 0, 0] },
      ],
    })
  })

  test('0 before the first look; a station without slots has no use', () => {
    const levels = new ObservedLevels({ ...layout, stations: 1 })
    levels.tell(10, { ...nothing, inside: 3, stations: [{ busy: 0, queued: 0, slots: 0 }] })
    const { inside, stations } = written(levels, 30) as Record<string, unknown>
    expect(inside).toEqual([0, 3, 3])
    expect(stations).toMatchObject([{ utilisation: [0, 0, 0] }, {}])
  })
})
