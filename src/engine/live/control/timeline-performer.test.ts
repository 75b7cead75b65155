import { describe, expect, test } from 'vitest'
import type { TimelineEvent } from '../../../scenario/schema/schema.ts'
import type { Performance } from './control-client.ts'
import {
  TimelinePerformer,
  type PerformedAt,
  type TimelinePerformerOptions,
} from './timeline-performer.ts'

/** A minute of the scenario is a second of the wall; it opens 10 s (wall) after the start. */
const speed = 60
const opensAtMs = 10_000

function at(atMs: number, event: TimelineEvent, untilMs: number | null = null) {
  const sec = (ms: number) => ((ms - opensAtMs) * speed) / 1000
  const untilSec = untilMs === null ? null : sec(untilMs)
  return { atMs, untilMs, timed: { atSec: sec(atMs), untilSec, event } }
}
const clock = '20:00'
const instances = (count: number): TimelineEvent => ({ at: clock, kind: 'instances', count })
const fault: TimelineEvent = {
  at: clock,
  until: clock,
  kind: 'eligibility-fault',
  effect: 'refuse-eligible',
}
const halt: TimelineEvent = { at: clock, kind: 'halt', tickets: 'void', restartInstances: true }
const resume: TimelineEvent = { at: clock, kind: 'resume' }

/** A clock that is moved by hand, and what was ordered when. */
function stage(
  events: ReturnType<typeof at>[],
  given: Partial<TimelinePerformerOptions> & { answer?: () => Promise<Performance> } = {},
) {
  let nowMs = 0
  const timers: { atMs: number; act: () => void }[] = []
  const asked: number[] = []
  const ordered: [atMs: number, kind: string, forSec: number | null][] = []
  const told: PerformedAt[] = []
  const {
    answer = () =>
      Promise.resolve({ performed: true, detail: { code: 'ControlAnswered', text: 'done' } }),
    ...rest
  } = given
  const performer = new TimelinePerformer({
    window: { speed, events },
    instances: 4,
    bootMs: 1000,
    nowMs: () => nowMs,
    after: (ms, act) => {
      asked.push(ms)
      const timer = { atMs: nowMs + ms, act }
      timers.push(timer)
      return () => void timers.splice(timers.indexOf(timer), 1)
    },
    control: {
      perform: (event, forSec) => {
        ordered.push([nowMs, event.kind, forSec])
        return answer()
      },
    },
    onPerformed: (performed) => told.push(performed),
    ...rest,
  })
  const settle = () => new Promise((resolve) => setImmediate(resolve))
  const moveTo = async (ms: number) => {
    for (;;) {
      const [next] = timers.toSorted((a, b) => a.atMs - b.atMs)
      if (next === undefined || next.atMs > ms) break
      nowMs = Math.max(nowMs, next.atMs)
      timers.splice(timers.indexOf(next), 1)
      next.act()
      await settle()
    }
    nowMs = ms
  }
  return { performer, ordered, told, asked, timers, moveTo, settle }
}

describe('TimelinePerformer', () => {
  test('performs each event at its wall time, in order, and says in scenario time when', async () => {
    const { performer, ordered, told, moveTo } = stage([
      at(30_000, resume),
      at(12_000, instances(10)),
      at(20_000, halt),
    ])
    performer.start()
    await moveTo(11_999)
    expect(ordered).toEqual([])
    await moveTo(100_000)
    expect(ordered).toEqual([
      [12_000, 'instances', null],
      [20_000, 'halt', null],
      [30_000, 'resume', null],
    ])
    expect(performer.performed).toEqual([
      {
        atSec: 120,
        kind: 'instances',
        performed: true,
        detail: { code: 'ControlAnswered', text: 'done' },
      },
      {
        atSec: 600,
        kind: 'halt',
        performed: true,
        detail: { code: 'ControlAnswered', text: 'done' },
      },
      {
        atSec: 1200,
        kind: 'resume',
        performed: true,
        detail: { code: 'ControlAnswered', text: 'done' },
      },
    ])
    expect(told).toEqual(performer.performed)
  })

  test('knows how many instances there are over time', async () => {
    const { performer, moveTo } = stage([
      at(12_000, instances(10)),
      at(20_000, halt),
      at(30_000, resume),
    ])
    performer.start()
    await moveTo(40_000)
    const means = performer.instances.means({ buckets: 4, bucketMs: 10_000 })
    expect([...means]).toEqual([4, (4 * 3 + 10 * 7) / 10, 0, 10])
  })

  test('gives a fault what is left of its time, in wall seconds', async () => {
    const { performer, ordered, moveTo } = stage([
      at(1000, fault, 3500),
      at(5000, fault, 5000 + 1e9),
    ])
    performer.start()
    await moveTo(6000)
    expect(ordered).toEqual([
      [1000, 'eligibility-fault', 2.5],
      [5000, 'eligibility-fault', 86_400],
    ])
  })

  test('a slow order holds up the next, which is recorded when it was done', async () => {
    const answers: ((answer: Performance) => void)[] = []
    const { performer, ordered, moveTo, settle } = stage(
      [at(1000, halt), at(2000, resume), at(2500, fault, 2600)],
      { answer: () => new Promise((resolve) => answers.push(resolve)) },
    )
    performer.start()
    await moveTo(7000)
    expect(ordered.map(([, kind]) => kind)).toEqual(['halt'])
    answers[0]!({ performed: true, detail: { code: 'ControlAnswered', text: 'off' } })
    await settle()
    answers[1]!({
      performed: false,
      detail: { code: 'ControlFailed', error: 'no answer within 15 s' },
    })
    await settle()
    expect(performer.performed).toEqual([
      {
        atSec: (7 - 10) * 60,
        kind: 'halt',
        performed: true,
        detail: { code: 'ControlAnswered', text: 'off' },
      },
      {
        atSec: -180,
        kind: 'resume',
        performed: false,
        detail: { code: 'ControlFailed', error: 'no answer within 15 s' },
      },
      {
        atSec: -180,
        kind: 'eligibility-fault',
        performed: false,
        detail: { code: 'OverBeforeStart' },
      },
    ])
    // The resume was not performed: as far as is known nobody takes requests.
    expect([performer.instances.at(6999), performer.instances.at(7000)]).toEqual([4, 0])
  })

  test('with nobody to tell, each is recorded as not performed at its time', async () => {
    const { performer, moveTo } = stage([at(12_000, instances(10)), at(13_000, fault, 14_000)], {
      control: null,
    })
    performer.start()
    await moveTo(20_000)
    const detail = { code: 'NoControl' }
    expect(performer.performed).toEqual([
      { atSec: 120, kind: 'instances', performed: false, detail },
      { atSec: 180, kind: 'eligibility-fault', performed: false, detail },
    ])
    expect(performer.instances.at(20_000)).toBe(4)
  })

  test('events that are due at the start are performed at once, those of one time as written', async () => {
    const { performer, ordered, moveTo } = stage([at(-5, halt), at(0, instances(2)), at(0, resume)])
    performer.start()
    await moveTo(0)
    expect(ordered.map(([, kind]) => kind)).toEqual(['halt', 'instances', 'resume'])
  })

  test('no timer is longer than the platform can', async () => {
    const farMs = 30 * 86_400_000
    const { performer, ordered, asked, moveTo } = stage([at(farMs, resume)])
    performer.start()
    await moveTo(farMs)
    expect(ordered).toEqual([[farMs, 'resume', null]])
    expect(Math.max(...asked)).toBe(86_400_000)
  })

  test('stopped, it waits for the order under way and gives no other', async () => {
    let answer: (answer: Performance) => void = () => undefined
    const { performer, ordered, timers, moveTo } = stage([at(1000, halt), at(2000, resume)], {
      answer: () => new Promise((resolve) => (answer = resolve)),
    })
    performer.start()
    await moveTo(1500)
    const stopping = performer.stop()
    expect(timers).toEqual([])
    answer({ performed: true, detail: { code: 'ControlAnswered', text: 'off' } })
    await stopping
    await moveTo(3000)
    expect(ordered).toHaveLength(1)
    expect(performer.performed).toMatchObject([
      { kind: 'halt', performed: true },
      { kind: 'resume', performed: false, detail: { code: 'RunOver' } },
    ])
  })
})
