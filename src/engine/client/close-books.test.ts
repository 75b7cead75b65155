import { expect, test } from 'vitest'
import { opening, visitors, type OpeningEdits } from '../testing/opening.ts'
import { closeBooks } from './close-books.ts'
import { recordedBy, stage, type Stage } from './testing/world-stage.ts'

const gated: OpeningEdits = {
  waitingRoom: { protocol: 'netfunnel', admission: { perSec: 1 } },
  timeline: [
    { at: '12:05', kind: 'halt' },
    { at: '12:06', kind: 'resume' },
  ],
  behaviour: { comeBack: { probability: 1, delaySec: 1 } },
}
const wait = '5002:201:key=AB&nwait=5&nnext=0&tps=1&ttl=1000'
const pass = '5002:200:key=AB'
const off = '5002:510:'

/** Everybody who is due by then has done it. */
function fireAll({ world, state, clock }: Stage): void {
  for (let id = state.wheel.pop(clock.ms); id >= 0; id = state.wheel.pop(clock.ms)) {
    if (id >= state.firstRow) world.fire(id)
    else world.fireTimer(id)
  }
}

/** As many visitors as there are answers to their first contact; `null`: none came. */
function knocked(answers: readonly (string | null)[]): Stage {
  const set = stage(opening({ ...gated, comeSec: visitors(answers.length, 1) }))
  const { clock, transport } = set
  clock.ms += 1000
  fireAll(set)
  clock.ms += 500
  const rows = [...transport.pending.keys()]
  answers.forEach((body, i) => {
    if (body !== null) transport.answer(rows[i]!, { body })
  })
  fireAll(set)
  return set
}

/** Closes the books 20 s later. */
function closed(set: Stage) {
  closeBooks(set.state, set.clock.ms + 20_000)
  const { summary, timeline } = recordedBy(set)
  return { ...summary, timeline }
}

test('who waits is unfinished, and its wait is known only up to now', () => {
  const { visitors: counts, waitSec, people } = closed(knocked([wait, wait, wait]))
  expect(counts).toMatchObject({ arrived: 3, queued: 3, admitted: 0, unfinished: 3 })
  expect(waitSec.p05).toBeNull()
  expect(people).toMatchObject({ came: 3, booked: 0, gaveUp: 0 })
})

test('who is inside is unfinished, and has waited to its end', () => {
  const { visitors: counts, admittedWaitSec, people } = closed(knocked([pass, pass]))
  expect(counts).toMatchObject({ arrived: 2, queued: 2, admitted: 2, unfinished: 2 })
  expect(admittedWaitSec.max).toBeCloseTo(0.5, 2)
  expect(people).toMatchObject({ came: 2, gaveUp: 0 })
})

test('who was still asking for a ticket came, then, and is unfinished', () => {
  const { visitors: counts, people, timeline } = closed(knocked([null, wait, null]))
  expect(counts).toMatchObject({ arrived: 3, queued: 1, unfinished: 3 })
  expect(people).toMatchObject({ came: 3, gaveUp: 0 })
  // At the time at which it came, not when the books were closed.
  expect(timeline.arrivals.slice(0, 4)).toEqual([0, 3, 0, 0])
})

test('who was told that the gate is off has no ticket, but tries', () => {
  const set = knocked([off, wait])
  const { visitors: counts, people } = closed(set)
  expect(counts).toMatchObject({ arrived: 1, queued: 1, unfinished: 1 })
  expect(people).toMatchObject({ came: 1, gaveUp: 0 })
})

test('who has ended has ended: nothing is counted again', () => {
  const set = knocked([pass, pass, wait])
  const { transport, clock } = set
  clock.ms += 100
  const steps = transport.sent.filter(({ path }) => path.startsWith('/step'))
  transport.answer(steps[0]!.visitor)
  const { visitors: counts, people } = closed(set)
  expect(counts).toMatchObject({ arrived: 3, booked: 1, unfinished: 2 })
  expect(people).toMatchObject({ came: 3, booked: 1, gaveUp: 0 })
})

test('findings that clients see go into the record', () => {
  const set = stage(opening({ ...gated, comeSec: [-30] }))
  set.clock.ms -= 30_000
  fireAll(set)
  set.transport.answer([...set.transport.pending.keys()][0]!, { body: pass })
  expect(closed(set).findings).toMatchObject({ earlyAdmission: 1, bypassed: 0, eligibleRefused: 0 })
})
