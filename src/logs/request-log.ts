import { msToSec } from '../core/units.ts'
import { ClockWatch, gapsOf, type ClockFinding } from './clock-watch.ts'
import { Column } from './column.ts'
import { CountSeries } from './count-series.ts'
import { hashOf, HashIndex } from './hash-index.ts'
import { isFailure, type LogEntry } from './log-entry.ts'
import { ResponseSamples, type ResponseSample } from './response-samples.ts'
import { comparable, type StepMatcher } from './step-matcher.ts'

/** A client that is silent for this long and comes again has come anew. */
const sessionGapMs = 1_800_000
/** Who has not tried again after this long has given up. */
export const retryWindowSec = 300
const maxFailures = 2 ** 22

/** Failed requests by client and path: one row each, in order of their time. */
export interface Failures {
  readonly endMs: Float64Array
  /** 1 for the first of its sequence, 2 for that of the first retry … */
  readonly inARow: Float64Array
  /** Until the same client asked for the same again; NaN where it did not within the window. */
  readonly pauseSec: Float64Array
  /** Until the client drew a new ticket instead; NaN where it did not, or none of them is known. */
  readonly reentrySec: Float64Array
}

/** What an access log tells, in size bounded by the clients and the seconds in it, not its lines. */
export interface LogEvidence {
  readonly requests: CountSeries
  /** First contacts; of requests, where nothing tells clients apart. */
  readonly arrivals: CountSeries
  /** First contacts of clients that had been there before. */
  readonly reentries: CountSeries
  /** `null` where nothing tells clients apart. */
  readonly clients: number | null
  /** True where nothing tells clients apart, nor which requests draw a ticket: arrivals are all of them. */
  readonly isOfRequests: boolean
  /** `null` where the log knows no people. */
  readonly persons: number | null
  readonly failures: Failures
  readonly responses: ResponseSample[]
  readonly findings: ClockFinding[]
  readonly firstMs: number
  readonly lastMs: number
  readonly resolutionMs: number
  /** What a first contact is: a path's beginning, or `null` for a client's first request. */
  readonly entry: string | null
  /** The addresses that all requests came from, where these are too few to be people's; else `null`. */
  readonly fewAddresses: readonly string[] | null
}

export interface RequestLogOptions {
  readonly seed: number
  /** Beginning of the path of requests that are first contacts; `null`: a client's first request. */
  readonly entry: string | null
  /** Of the scenario whose steps responses are sampled for; `null`: none are. */
  readonly steps: StepMatcher | null
  /** Inputs whose times may be those of starts, so that slow requests come late. */
  readonly mayBeStarts: readonly boolean[]
}

const requestHash = ({ method, target }: LogEntry): number => hashOf(`${method ?? ''} ${target}`)

/** So few addresses with so many requests each are no people: everybody came through them. */
const maxFew = 16
const minRequestsOfFew = 50

/** The state of a client, in columns. */
class ClientRows {
  readonly lastMs = new Column()
  /** Row among the failures of the one that it has not got over; -1: none. */
  readonly failure = new Column()
  readonly failedTarget = new Column()
}

/** Folds requests, in the order of their ends, into what can be fitted. */
export class RequestLog {
  private readonly options: RequestLogOptions
  private readonly requests: CountSeries
  private readonly arrivals: CountSeries
  private readonly reentries: CountSeries
  private readonly clients = new HashIndex()
  private readonly persons = new HashIndex()
  private readonly rows = new ClientRows()
  private readonly failures = {
    endMs: new Column(),
    inARow: new Column(),
    pauseSec: new Column(),
    reentrySec: new Column(),
  }
  private readonly responses: ResponseSamples
  private readonly watches: ClockWatch[] = []
  /** So many addresses that they could be balancers; more are not kept. */
  private readonly addresses = new Set<string>()
  private readonly prefix: string | null
  private hasOwnClients = false
  private hasTargets = false
  private firstMs = Infinity
  private lastMs = -Infinity
  private readonly resolutionMs: number

  /** `resolutionMs` is that of the times: arrivals are counted by seconds, or by tenths of one. */
  constructor(resolutionMs: number, options: RequestLogOptions) {
    const widthMs = resolutionMs >= 1000 ? 1000 : 100
    this.options = options
    this.prefix = options.entry === null ? null : comparable(options.entry)
    this.resolutionMs = resolutionMs
    this.requests = new CountSeries(1000)
    this.arrivals = new CountSeries(widthMs)
    this.reentries = new CountSeries(widthMs)
    this.responses = new ResponseSamples(options.seed)
  }

  /** `source` numbers the input, each of which has a clock of its own. */
  add(entry: LogEntry, source = 0): void {
    const watch = (this.watches[source] ??= new ClockWatch(
      this.options.mayBeStarts[source] ?? false,
    ))
    watch.see(entry.endMs)
    // Within the second that it names, an end is taken for its middle.
    const halfMs = entry.resolutionMs >= 1000 ? 500 : 0
    const beginMs = entry.endMs + halfMs - (entry.durationMs ?? 0)
    this.firstMs = Math.min(this.firstMs, entry.endMs)
    this.lastMs = Math.max(this.lastMs, entry.endMs)
    this.requests.add(entry.endMs)
    const isOk = entry.status > 0 && entry.status < 400
    const step = this.options.steps?.of(entry) ?? -1
    this.responses.add(entry.endMs, step, isOk ? (entry.upstreamMs ?? entry.durationMs) : null)
    this.hasTargets ||= entry.target !== ''
    if (entry.address === null) this.hasOwnClients ||= entry.client !== null
    else if (this.addresses.size <= maxFew) this.addresses.add(entry.address)
    if (entry.person !== null) this.persons.row(entry.person)
    const { prefix } = this
    const isEntry = prefix === null || comparable(entry.target).startsWith(prefix)
    if (entry.client === null) {
      if (isEntry) this.arrivals.add(beginMs)
    } else this.addOf(entry.client, entry, { beginMs, isEntry })
  }

  private addOf(client: string, entry: LogEntry, at: { beginMs: number; isEntry: boolean }): void {
    const { rows } = this
    const before = this.clients.size
    const row = this.clients.row(client)
    const isNew = row === before || row < 0
    if (row === before) {
      rows.lastMs.push(entry.endMs)
      rows.failure.push(-1)
      rows.failedTarget.push(0)
    }
    const isRetry = row >= 0 && !isNew && this.follow(row, entry, at)
    const silentMs = isNew ? 0 : at.beginMs - rows.lastMs.at(row)
    const comesAgain =
      !isNew && !isRetry && (this.options.entry === null ? silentMs > sessionGapMs : at.isEntry)
    if (isNew && at.isEntry) this.arrivals.add(at.beginMs)
    if (comesAgain) this.reentries.add(at.beginMs)
    if (row < 0) return
    rows.lastMs.set(row, Math.max(rows.lastMs.at(row), entry.endMs))
    if (isFailure(entry.status)) this.fail(row, entry, isRetry)
  }

  /** Whether it tries again what failed before; notes the pause, or that it came anew instead. */
  private follow(row: number, entry: LogEntry, at: { beginMs: number; isEntry: boolean }): boolean {
    const { rows, failures } = this
    const failure = rows.failure.at(row)
    if (failure < 0) return false
    const pauseSec = msToSec(at.beginMs - failures.endMs.at(failure))
    const isSame = rows.failedTarget.at(row) === requestHash(entry)
    if (isSame && pauseSec <= retryWindowSec) {
      failures.pauseSec.set(failure, Math.max(0, pauseSec))
      if (!isFailure(entry.status)) rows.failure.set(row, -1)
      return true
    }
    const isReentry = this.options.entry !== null && at.isEntry
    if (isReentry) failures.reentrySec.set(failure, Math.max(0, pauseSec))
    if (isReentry || pauseSec > retryWindowSec) rows.failure.set(row, -1)
    return false
  }

  private fail(row: number, entry: LogEntry, isRetry: boolean): void {
    const { rows, failures } = this
    const before = rows.failure.at(row)
    if (failures.endMs.length === maxFailures) {
      rows.failure.set(row, -1)
      return
    }
    const inARow = isRetry && before >= 0 ? failures.inARow.at(before) + 1 : 1
    rows.failure.set(row, failures.endMs.length)
    rows.failedTarget.set(row, requestHash(entry))
    failures.endMs.push(entry.endMs + (entry.resolutionMs >= 1000 ? 500 : 0))
    failures.inARow.push(inARow)
    failures.pauseSec.push(Number.NaN)
    failures.reentrySec.push(Number.NaN)
  }

  finish(): LogEvidence {
    const { requests, arrivals, reentries, failures } = this
    const knowsClients = this.clients.size > 0
    return {
      requests,
      arrivals,
      reentries,
      clients: knowsClients ? this.clients.size : null,
      // A bare list of times is one of people who came.
      isOfRequests: !knowsClients && this.options.entry === null && this.hasTargets,
      persons: this.persons.size > 0 ? this.persons.size : null,
      failures: {
        endMs: failures.endMs.values(),
        inARow: failures.inARow.values(),
        pauseSec: failures.pauseSec.values(),
        reentrySec: failures.reentrySec.values(),
      },
      responses: this.responses.samples(),
      findings: [
        ...this.watches.flatMap((watch) => watch.findings()),
        ...gapsOf(requests.counts, requests.fromMs, requests.widthMs),
      ],
      firstMs: this.firstMs,
      lastMs: this.lastMs,
      resolutionMs: this.resolutionMs,
      entry: this.options.entry,
      fewAddresses: this.fewAddresses(),
    }
  }

  /** One address with several requests may be one person's: it is said all the same. */
  private fewAddresses(): string[] | null {
    const { addresses, hasOwnClients, requests } = this
    const { size } = addresses
    if (size === 0 || hasOwnClients || size > maxFew) return null
    const isFew = requests.total >= minRequestsOfFew * size || (size === 1 && requests.total > 1)
    return isFew ? [...addresses] : null
  }
}
