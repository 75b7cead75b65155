import type { FinishedRun } from './finish.ts'
import type { Audit, PerformedEvent, RunHeader, RunRecord, Verdict } from './run.ts'

/** A generator later than this at the 99th percentile did not keep its own schedule. */
export const maxLatenessP99Ms = 50
/** Share of the requests that the generator itself may fail to send. */
export const maxGeneratorDropShare = 0.005

/** What a reader must know of a run whose crowd and speed together change the load; else nothing. */
export function loadNotes({
  population,
  speed,
}: Pick<RunHeader, 'population' | 'speed'>): string[] {
  const factor = population * speed
  if (Math.abs(factor - 1) < 1e-9) return []
  return [
    `the load on the stations is preserved only where population × speed = 1; here it is ${factor}`,
  ]
}

/**
 * What the audit alone says of a run: whether its generator kept its schedule, and whether the
 * target stalled it. SLO and reported rows are judged elsewhere and come in with a `verdict`.
 */
export function auditVerdict(audit: Audit, requests: number): Verdict {
  const reasons: string[] = []
  const latenessMs = audit.latenessMs?.p99 ?? 0
  if (latenessMs > maxLatenessP99Ms) {
    reasons.push(
      `requests left ${Number(latenessMs.toPrecision(4))} ms late (99th percentile, limit ${maxLatenessP99Ms})`,
    )
  }
  const { generator, ceiling } = audit.dropped
  if (generator > maxGeneratorDropShare * (requests + generator)) {
    reasons.push(`the generator could not send ${generator} requests (limit 0.5%)`)
  }
  return { valid: reasons.length === 0, saturated: ceiling > 0, reasons, slo: [], reported: [] }
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
    schemaVersion: 1,
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
