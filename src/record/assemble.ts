import type { FinishedRun } from './finish.ts'
import type { Audit, PerformedEvent, RunHeader, RunRecord, Verdict } from './run.ts'
import { finishedEnding, type Note, type Reason } from './verdict-codes.ts'

/** A generator later than this at the 99th percentile did not keep its own schedule. */
export const maxLatenessP99Ms = 50
/** Share of the requests that the generator itself may fail to send. */
export const maxGeneratorDropShare = 0.005

/** The note on a run whose crowd and speed together change the load; none where they do not. */
export function loadNotes({ population, speed }: Pick<RunHeader, 'population' | 'speed'>): Note[] {
  const factor = population * speed
  return Math.abs(factor - 1) < 1e-9 ? [] : [{ code: 'LoadNotPreserved', factor }]
}

/**
 * What the audit alone says of a run: whether its generator kept its schedule, and whether the
 * target stalled it. SLO and reported rows are judged elsewhere and come in with a `verdict`.
 */
export function auditVerdict(audit: Audit, requests: number): Verdict {
  const reasons: Reason[] = []
  const p99Ms = audit.latenessMs?.p99 ?? 0
  if (p99Ms > maxLatenessP99Ms) {
    reasons.push({ code: 'RequestsLate', p99Ms, maxMs: maxLatenessP99Ms })
  }
  const { generator, ceiling } = audit.dropped
  if (generator > maxGeneratorDropShare * (requests + generator)) {
    reasons.push({ code: 'RequestsNotSent', requests: generator, maxShare: maxGeneratorDropShare })
  }
  return {
    valid: reasons.length === 0,
    saturated: ceiling > 0,
    ending: finishedEnding,
    reasons,
    notes: [],
    slo: [],
    reported: [],
  }
}

/** The record of one run, from what the engine, the recorder and the audit know. Pure. */
export function assembleRun(parts: {
  header: RunHeader
  scenario: Record<string, unknown>
  events: PerformedEvent[]
  /** Absent: what the audit says. */
  verdict?: Verdict
  finished: FinishedRun
  audit: Audit
}): RunRecord {
  const { header, scenario, events, finished, audit } = parts
  const { summary, timeline, histograms } = finished
  const requests = timeline.requests.reduce((total, count) => total + count, 0)
  const verdict = parts.verdict ?? auditVerdict(audit, requests)
  return {
    schemaVersion: 2,
    header,
    scenario,
    events,
    verdict,
    summary,
    timeline,
    histograms,
    audit,
  }
}
