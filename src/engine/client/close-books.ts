import { must } from '../../core/assert.ts'
import { End, Outcome } from '../../core/codes.ts'
import { msToUs } from '../../core/units.ts'
import { Action, Flag, NO_END } from '../../workload/rows.ts'
import { Phase, type LiveState } from './state.ts'

/**
 * Closes a worker's books: tickets without an end are unfinished, waits without one are censored.
 * Who was asking for a ticket when the run ended came, and is unfinished.
 */
export function closeBooks(state: LiveState, atMs: number): void {
  const { rows, inputs, firstRow } = state
  const { recorder, people } = inputs
  const nowMs = state.scenarioMs(atMs)
  for (let v = firstRow; v < rows.length; v++) {
    if (rows.action(v) === Action.knock) people.trying(rows.person(v))
    if (rows.end(v) !== NO_END) continue
    const isAsking = (state.phase(v) & Phase.mask) === Phase.enter
    if (!rows.has(v, Flag.issued) && !isAsking) continue
    if (isAsking) {
      rows.set(v, Flag.issued)
      people.came(rows.person(v))
      const isReentry = rows.has(v, Flag.reentry)
      recorder.arrived(state.scenarioMs(rows.enteredMs[v]!), isReentry, 1, rows.person(v))
    }
    people.trying(rows.person(v))
    if ((state.phase(v) & Phase.mask) === Phase.step) closeRequest(state, v, atMs)
    if (rows.has(v, Flag.waiting)) {
      recorder.waitEnded(state.scenarioMs(rows.enteredMs[v]!), nowMs, false)
    }
    recorder.ended(nowMs, End.unfinished, 1, rows.person(v))
  }
  for (const [name, n] of Object.entries(state.findings)) {
    recorder.finding(name as keyof typeof state.findings, n)
  }
}

/** What is still in flight counts as a timeout, censored at its age: the slowest must not vanish. */
function closeRequest(state: LiveState, v: number, atMs: number): void {
  const { rows, inputs } = state
  const step = rows.step(v)
  const timeoutMs = must(inputs.scenario.journey[step], `step ${step}`).timeoutMs
  const ageUs = Math.max(0, msToUs(atMs - (rows.times[v * 4]! - timeoutMs)))
  inputs.recorder.request(step, Outcome.timeout, state.scenarioMs(atMs), ageUs, ageUs)
  state.requests++
  state.requestErrors++
}
