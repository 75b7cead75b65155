import { End, findingNames, Outcome } from '../core/codes.ts'
import { msToSec, msToUs, secToMs } from '../core/units.ts'
import { assembleRun } from '../record/assemble.ts'
import { layoutTimeline, Recorder } from '../record/recorder.ts'
import type { RunHeader, RunRecord } from '../record/run.ts'
import { finishedEnding, type Note } from '../record/verdict-codes.ts'
import { scenarioHeader } from '../record/scenario-header.ts'
import { localIso } from '../scenario/clock.ts'
import type { LoadedScenario } from '../scenario/load/parse.ts'
import { baseVariant } from '../scenario/load/variants.ts'
import type { CountSeries } from './count-series.ts'
import type { LogEntry } from './log-entry.ts'
import type { LogEvidence } from './request-log.ts'
import type { LogSteps } from './log-steps.ts'

/** What is known of a log when it is read the second time. */
export interface LogRunInput {
  readonly evidence: LogEvidence
  readonly steps: LogSteps
  /** ISO 8601 with the offset of the clock that reports show. */
  readonly opensAt: string
  /** What it is a log of; `null`: nobody says. */
  readonly loaded: LoadedScenario | null
  /** What it is called where there is no scenario. */
  readonly name: string
  readonly versions: Record<string, string>
  readonly host: Record<string, string | number>
  readonly notes: readonly Note[]
}

/**
 * The record of what an access log tells: requests by step and status, how long they took where it
 * says so, first contacts a second. Who waited, was let in, booked or gave up it does not tell.
 */
export class LogRun {
  private readonly input: LogRunInput
  private readonly recorder: Recorder
  private readonly startMs: number
  private readonly seen = new Set<number>()
  private timed = 0
  private requests = 0

  constructor(input: LogRunInput) {
    const { evidence, opensAt, steps } = input
    const opensAtMs = Date.parse(opensAt)
    const firstMs = Math.min(opensAtMs, evidence.firstMs, evidence.arrivals.fromMs)
    const layout = layoutTimeline({
      fromEpochSec: Math.floor(msToSec(firstMs)),
      toEpochSec: Math.max(msToSec(opensAtMs), Math.floor(msToSec(evidence.lastMs))) + 1,
    })
    this.input = input
    this.startMs = secToMs(layout.startSec)
    this.recorder = new Recorder({
      ...layout,
      opensAtMs: opensAtMs - this.startMs,
      steps: steps.names,
      stations: [],
    })
  }

  add(entry: LogEntry): void {
    const { recorder, input } = this
    const step = input.steps.of(entry)
    this.seen.add(step)
    const doneMs = entry.endMs - this.startMs
    const outcome = outcomeOf(entry.status)
    this.requests++
    if (entry.durationMs === null) recorder.untimed(step, outcome, doneMs)
    else {
      this.timed++
      recorder.answered(step, outcome, doneMs, msToUs(entry.durationMs))
    }
    if (entry.upstreamMs !== null) recorder.served(step, doneMs, msToUs(entry.upstreamMs))
  }

  finish(): RunRecord {
    const { recorder, input, requests } = this
    const { evidence, loaded } = input
    this.addArrivals(evidence.arrivals, false)
    this.addArrivals(evidence.reentries, true)
    const contacts = evidence.arrivals.total + evidence.reentries.total
    // With an entry, some clients never made a first contact.
    const came = Math.min(evidence.persons ?? evidence.clients ?? 0, contacts)
    const finished = recorder.finish({
      people: { eligible: 0, came, booked: 0, gaveUp: 0 },
      inventory: null,
      unobserved: findingNames,
    })
    // A log tells of no visitor's end, so of no error that one ended in.
    finished.summary.errorShare = null
    const wallSec = msToSec(evidence.lastMs - evidence.firstMs)
    return assembleRun({
      header: this.header(),
      scenario: loaded?.document ?? { name: input.name, opensAt: input.opensAt },
      events: [],
      verdict: {
        valid: true,
        saturated: false,
        ending: finishedEnding,
        reasons: [],
        notes: [...this.notes(), ...input.notes],
        slo: [],
        reported: [],
      },
      finished,
      audit: {
        intendedRate: null,
        achievedRate: null,
        latenessMs: null,
        dropped: { generator: 0, ceiling: 0 },
        eventLoopLagMs: null,
        cpuShare: null,
        rssBytes: null,
        bytesPerVisitor: null,
        wallSec,
        events: requests,
        eventsPerSec: wallSec > 0 ? requests / wallSec : 0,
      },
    })
  }

  /** How their visits ended nobody wrote down. */
  private addArrivals(series: CountSeries, isReentry: boolean): void {
    const { recorder, startMs } = this
    const { fromMs, widthMs } = series
    series.counts.forEach((n, bin) => {
      const atMs = fromMs + (bin + 0.5) * widthMs - startMs
      if (n === 0) return
      recorder.arrived(atMs, isReentry, n)
      recorder.ended(atMs, End.unfinished, n)
    })
  }

  private notes(): Note[] {
    const { timed, requests } = this
    const { clients, isOfRequests } = this.input.evidence
    const { names, alike } = this.input.steps
    // The last is for requests of no step.
    const unseen = names
      .slice(0, -1)
      .filter((name, i) => !this.seen.has(i) && !alike.includes(name))
    const by = isOfRequests ? 'request' : clients === null ? 'entryPath' : 'client'
    const notes: Note[] = [
      { code: 'ArrivalsCounted', by, clients: by === 'client' ? clients : null },
    ]
    if (timed !== requests) notes.unshift({ code: 'ResponseTimesPartial', timed, requests })
    if (unseen.length > 0) notes.push({ code: 'StepsUnseen', steps: unseen })
    if (alike.length > 0) notes.push({ code: 'StepsAlike', steps: [...alike] })
    return notes
  }

  private header(): RunHeader {
    const { evidence, loaded, opensAt, name, versions, host } = this.input
    return {
      engine: 'log',
      ...(loaded === null
        ? { scenarioName: name, workloadHash: '', stackHash: '', variant: baseVariant }
        : scenarioHeader(loaded)),
      seed: 0,
      population: 1,
      speed: 1,
      startedAt: new Date(evidence.firstMs).toISOString(),
      opensAt,
      endsAt: localIso(secToMs(Math.floor(msToSec(evidence.lastMs))) + 1000, opensAt),
      timing: 'sent-only',
      versions,
      host,
      target: null,
    }
  }
}

/** By the class of its status; what is no answer of HTTP is malformed. */
function outcomeOf(status: number): number {
  if (status >= 200 && status < 400) return Outcome.ok
  if (status >= 400 && status < 500) return Outcome.http4xx
  return status >= 500 && status < 600 ? Outcome.http5xx : Outcome.malformed
}
