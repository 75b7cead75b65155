import { maxGeneratorDropShare, maxLatenessP99Ms } from '../record/assemble.ts'
import { outcomeNames } from '../core/codes.ts'
import type { LiveAudit, LiveConnections, RunRecord } from '../record/run.ts'
import { formats, unknownText } from './format.ts'
import { outcomeWords } from './words.ts'

const { bytes, count, duration, ms, perSec, share } = formats

/** A live run with what its generator tells of itself. */
export type LiveRun = RunRecord & { audit: { live: LiveAudit } }

export function liveRunsOf<R extends { run: RunRecord }>(
  runs: readonly R[],
): (R & { run: LiveRun })[] {
  return runs.filter((one): one is R & { run: LiveRun } => one.run.audit.live !== undefined)
}

/** Share of what the generator was to send that it could not send. */
function dropShare({ audit }: RunRecord): number {
  const { generator } = audit.dropped
  return generator === 0 ? 0 : generator / (audit.events + generator)
}

const isLate = ({ audit }: RunRecord) => (audit.latenessMs?.p99 ?? 0) > maxLatenessP99Ms
const dropsTooMuch = (run: RunRecord) => dropShare(run) > maxGeneratorDropShare

/** Whether the generator did what it was asked to, in one sentence for whoever reads no table. */
export function scheduleSentence(run: RunRecord): string {
  const { latenessMs, dropped } = run.audit
  const kept = !isLate(run) && !dropsTooMuch(run)
  const late =
    latenessMs === null
      ? 'it had nothing to send'
      : `its lateness at p99 was ${ms(latenessMs.p99)} (limit ${maxLatenessP99Ms} ms)`
  const lost =
    dropped.generator === 0
      ? 'none was dropped'
      : `${count(dropped.generator)} (${share(dropShare(run))}) could not be sent (limit ${share(maxGeneratorDropShare)})`
  const verdict = kept ? 'kept its schedule' : 'did not keep its schedule'
  return `The generator ${verdict}: ${late}; ${lost}.`
}

/** `http://127.0.0.1:8080 over HTTP (transport wire, one connection per visitor, 2 threads)` */
export function meansText(run: LiveRun): string {
  const { transport, connections, workers } = run.audit.live
  const threads = workers === 1 ? '1 generator thread' : `${workers} generator threads`
  const means = `transport ${transport}, ${connectionsText(connections)}, ${threads}`
  return `${run.header.target ?? unknownText} over HTTP (${means})`
}

const connectionsText = (connections: LiveConnections): string =>
  connections.mode === 'perVisitor'
    ? 'one connection per visitor'
    : `a pool of ${count(connections.connections)} connections`

/** A row of the table on the generator: a label and a cell a run. */
export interface GeneratorRow {
  label: string
  of: (run: LiveRun) => string
  /** Whether it keeps the limit; absent: there is none. */
  ok?: (run: LiveRun) => boolean
  /** 1 at the limit; for a picture. */
  load?: (run: LiveRun) => number
}

/** `28/s`, to a tenth where that is all there is to see. */
function ratePerSec(value: number | null): string {
  return value === null || value >= 1000 ? perSec(value) : `${formats.number(value)}/s`
}

function achieved({ audit }: LiveRun): string {
  const { intendedRate, achievedRate } = audit
  if (intendedRate === null || achievedRate === null) return ratePerSec(achievedRate)
  const percent = Number(((100 * (achievedRate - intendedRate)) / intendedRate).toFixed(2))
  const sign = percent < 0 ? '−' : percent > 0 ? '+' : '±'
  return `${ratePerSec(achievedRate)} (${sign}${Math.abs(percent)}%)`
}

/** Bounds of several threads add up maxima that need not have been at the same time. */
const most = (value: number, { audit }: LiveRun) =>
  `${audit.live.workers > 1 ? 'at most ' : ''}${count(value)}`

export const generatorRows: readonly GeneratorRow[] = [
  {
    label: 'Arrivals per second of wall time, mean: intended',
    of: ({ audit }) => ratePerSec(audit.intendedRate),
  },
  { label: '… achieved', of: achieved },
  {
    label: 'Lateness of requests, p50',
    of: ({ audit }) => ms(audit.latenessMs?.p50),
  },
  {
    label: `… p99 (limit ${maxLatenessP99Ms} ms)`,
    of: ({ audit }) => ms(audit.latenessMs?.p99),
    ok: (run) => !isLate(run),
    load: ({ audit }) => (audit.latenessMs?.p99 ?? 0) / maxLatenessP99Ms,
  },
  { label: '… max', of: ({ audit }) => ms(audit.latenessMs?.max) },
  {
    label: `Dropped: the generator could not send (limit ${share(maxGeneratorDropShare)})`,
    of: (run) => `${count(run.audit.dropped.generator)} (${share(dropShare(run))})`,
    ok: (run) => !dropsTooMuch(run),
    load: (run) => dropShare(run) / maxGeneratorDropShare,
  },
  { label: 'Held back by a ceiling', of: ({ audit }) => count(audit.dropped.ceiling) },
  {
    label: 'Requests sent, waiting room included',
    of: ({ audit }) => `${count(audit.events)} (${perSec(audit.eventsPerSec)})`,
  },
  { label: 'Peak requests in flight', of: (run) => most(run.audit.live.maxInFlight, run) },
  { label: 'Peak connections', of: (run) => most(run.audit.live.maxConnections, run) },
  { label: 'Longest lag of the event loop', of: ({ audit }) => ms(audit.eventLoopLagMs) },
  {
    label: 'CPU: share of its threads’ time',
    of: ({ audit }) => `${share(audit.cpuShare)} (${duration(audit.live.cpuSec)} in all)`,
  },
  { label: 'Memory of the process', of: ({ audit }) => bytes(audit.rssBytes) },
  { label: '… divided by its visitors', of: ({ audit }) => bytes(audit.bytesPerVisitor) },
  { label: 'Wall time', of: ({ audit }) => duration(audit.wallSec) },
]

/** Calls of the waiting room, which are no step of a journey, by how they ended. */
export function gateCallRows(runs: readonly LiveRun[]): { label: string; cells: string[] }[] {
  const calls = runs.map(({ audit }) => audit.live.gateCalls)
  if (calls.every((of) => of.count === 0)) return []
  const seen = outcomeNames.filter(
    (name) => name === 'ok' || calls.some(({ outcomes }) => outcomes[name] > 0),
  )
  const part = (n: number, all: number) =>
    all === 0 ? count(n) : `${count(n)} (${share(n / all)})`
  return [
    { label: 'Calls answered or given up', cells: calls.map((of) => count(of.count)) },
    { label: 'Polls that were due', cells: calls.map(({ polls }) => count(polls)) },
    ...seen.map((name) => ({
      label: `Ended: ${outcomeWords[name]}`,
      cells: calls.map((of) => part(of.outcomes[name], of.count)),
    })),
  ]
}
