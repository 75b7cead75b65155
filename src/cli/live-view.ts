import type { LiveSnapshot } from '../engine/live/snapshot.ts'
import { formats } from '../report/format.ts'
import { localClock } from '../scenario/clock.ts'
import type { Environment } from './environment.ts'
import { printable } from './printable.ts'

/** What the view says of the run as a whole. */
export interface ViewedRun {
  readonly name: string
  readonly target: string
  /** ISO 8601: whose local clock is shown. */
  readonly opensAt: string
  readonly opensAtEpochMs: number
  /** Wall ms of the window between which the run goes on. */
  readonly startsAtMs: number
  readonly endsAtMs: number
}

/** Queues on the other side, where they are observed. */
export interface ServerSide {
  readonly waiting: number | null
  readonly inside: number | null
  readonly instances: number | null
  readonly stations: readonly { readonly name: string; busy: number; queued: number }[]
}

export interface LiveView {
  readonly update: (snapshot: LiveSnapshot, server: ServerSide | null) => void
  /** A line of its own, above the live block. */
  readonly say: (text: string) => void
  readonly end: () => void
}

/** A plain line comes this often where there is no terminal. */
const plainEveryMs = 10_000
const liveEveryMs = 250
const barCells = 24

const { count, compact, perSec, share, duration, ms } = formats

const shareOf = (part: number, whole: number): number | null => (whole > 0 ? part / whole : null)

function clockOf({ opensAt, opensAtEpochMs }: ViewedRun, atSec: number): string {
  return localClock(opensAtEpochMs + atSec * 1000, opensAt)
}

function bar(done: number): string {
  const cells = Math.round(done * barCells)
  return '█'.repeat(cells) + '░'.repeat(barCells - cells)
}

function serverLine({ waiting, inside, instances, stations }: ServerSide): string {
  const all = stations.map(({ name, busy, queued }) => {
    return `${printable(name)} ${compact(busy)} busy, ${compact(queued)} queued`
  })
  const head = `${count(waiting)} in line · ${count(inside)} inside · ${count(instances)} instances`
  return [head, ...all].join(' · ')
}

/** The live block: what happens, what it costs those who wait, how the generator itself fares. */
export function viewLines(
  run: ViewedRun,
  now: LiveSnapshot,
  server: ServerSide | null = null,
): string[] {
  const { responseMs, perSec: rates } = now
  const done = Math.min(1, (now.atMs - run.startsAtMs) / (run.endsAtMs - run.startsAtMs))
  const leftSec = Math.max(0, (run.endsAtMs - now.atMs) / 1000)
  const errors = share(shareOf(now.requestErrors, now.requests))
  const recent = share(shareOf(rates.requestErrors, rates.requests))
  const latencies = [responseMs.p50, responseMs.p95, responseMs.p99].map(ms)
  const rows: [string, string][] = [
    ['arrived', `${count(now.arrived)} · ${perSec(rates.arrived)}`],
    [
      'waiting',
      `${count(now.waiting)} · ${perSec(rates.polls)} polls · inside ${count(now.inside)}`,
    ],
    ['booked', `${count(now.booked)} · ${perSec(rates.booked)}`],
    [
      'requests',
      `${count(now.requests)} · ${perSec(rates.requests)} · errors ${errors}, now ${recent}`,
    ],
    ['response', `p50 ${latencies[0]} · p95 ${latencies[1]} · p99 ${latencies[2]}`],
    ...(server === null ? [] : [['server', serverLine(server)] as [string, string]]),
    [
      'generator',
      `${perSec(rates.sent)} sent · ${count(now.inFlight)} in flight on ${count(now.connections)} connections · ` +
        `late by ${ms(now.latenessMsP99)} (p99) · dropped ${count(now.droppedGenerator)}, held back ${count(now.droppedCeiling)}`,
    ],
  ]
  return [
    `${printable(run.name)} → ${printable(run.target)}`,
    `${clockOf(run, now.atSec)}  ${bar(done)} ${Math.floor(done * 100)}% · ${duration(Math.round(leftSec))} left`,
    ...rows.map(([name, text]) => `  ${name.padEnd(10)}${text}`),
  ]
}

/** The same in one line, for a log. */
export function plainLine(run: ViewedRun, now: LiveSnapshot): string {
  const { responseMs, perSec: rates } = now
  return [
    clockOf(run, now.atSec),
    `${compact(now.arrived)} arrived`,
    `${compact(now.waiting)} waiting`,
    `${compact(now.booked)} booked`,
    `${perSec(rates.requests)} requests`,
    `p95 ${ms(responseMs.p95)}`,
    `errors ${share(shareOf(now.requestErrors, now.requests))}`,
    `late by ${ms(now.latenessMsP99)}`,
  ].join(' · ')
}

/** Cuts at the terminal's width, so that one line stays one line. */
function cut(text: string, columns: number | undefined): string {
  const width = Math.max(20, (columns === undefined || columns === 0 ? 80 : columns) - 1)
  const letters = [...text]
  return letters.length <= width ? text : `${letters.slice(0, width - 1).join('')}…`
}

/**
 * The view on standard error: a block that is drawn anew on a terminal, a plain line every ten
 * seconds where there is none, nothing where `quiet`.
 */
export function startLiveView(environment: Environment, run: ViewedRun, quiet: boolean): LiveView {
  const { clock, err, errIsTerminal, errColumns } = environment
  const isLive = errIsTerminal && !quiet
  let shownMs = -Infinity
  let height = 0
  const clear = () => {
    if (height > 0) err(`\u001b[${height}A\r\u001b[0J`)
    height = 0
  }
  return {
    update(snapshot, server) {
      const nowMs = clock.monotonicMs()
      if (quiet || nowMs - shownMs < (isLive ? liveEveryMs : plainEveryMs)) return
      shownMs = nowMs
      if (!isLive) return err(`${plainLine(run, snapshot)}\n`)
      const lines = viewLines(run, snapshot, server).map((line) => cut(line, errColumns()))
      clear()
      err(`${lines.join('\n')}\n`)
      height = lines.length
    },
    say(text) {
      if (quiet) return
      clear()
      err(`${printable(text)}\n`)
    },
    end: clear,
  }
}
