import type { RunRecord } from '../record/run.ts'
import { epochSecOf, runClock } from './clock.ts'

function endOfHalt(run: RunRecord, haltSec: number): number {
  const resume = run.events.find(
    (e) => e.kind === 'resume' && e.performed && epochSecOf(e.at) > haltSec,
  )
  return resume === undefined ? runClock(run).endsAtSec : epochSecOf(resume.at)
}

/** Halts of a run, in epoch seconds. */
export function haltsOf(run: RunRecord): { fromSec: number; toSec: number }[] {
  return run.events
    .filter((event) => event.kind === 'halt' && event.performed)
    .map((event) => ({
      fromSec: epochSecOf(event.at),
      toSec: endOfHalt(run, epochSecOf(event.at)),
    }))
}

/**
 * The collapse of a run; `null` also where the stretch in which most failed lies within a halt,
 * which throws out who is inside: that is what people did, not what the stack did.
 */
export function collapseOf(run: RunRecord): RunRecord['summary']['collapse'] {
  const { collapse } = run.summary
  const { bucketSec } = run.timeline
  const isWithin = (halt: { fromSec: number; toSec: number }) =>
    collapse !== null &&
    collapse.fromSec > halt.fromSec - bucketSec &&
    collapse.toSec < halt.toSec + bucketSec
  return haltsOf(run).some(isWithin) ? null : collapse
}

/** The stretch of the collapse, cut where it ended because the service was switched off. */
export function collapseSpan(run: RunRecord): { fromSec: number; toSec: number } | null {
  const collapse = collapseOf(run)
  if (collapse === null) return null
  const halt = haltsOf(run).find(({ fromSec }) => fromSec > collapse.fromSec)
  return { fromSec: collapse.fromSec, toSec: Math.min(collapse.toSec, halt?.fromSec ?? Infinity) }
}
