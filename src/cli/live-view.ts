import { msToSec, secToMs } from '../core/units.ts'
import type { ServerSide } from '../engine/live/rehearsal-companions.ts'
import type { LiveSnapshot } from '../engine/live/snapshot.ts'
import { maxLatenessP99Ms } from '../record/assemble.ts'
import { formats } from '../report/format.ts'
import { cutText, textColumns } from '../report/text-columns.ts'
import { localClock } from '../scenario/clock.ts'
import type { Environment } from './environment.ts'
import { printable } from './printable.ts'
import { lineColumns } from './terminal.ts'

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
const nameColumns = 11

const { count, compact, perSec, share, duration, ms } = formats

const shareOf = (part: number, whole: number): number | null => (whole > 0 ? part / whole : null)

function clockOf({ opensAt, opensAtEpochMs }: ViewedRun, atSec: number): string {
  return localClock(opensAtEpochMs + secToMs(atSec), opensAt)
}

function bar(done: number): string {
  const cells = Math.round(done * barCells)
  return '█'.repeat(cells) + '░'.repeat(barCells - cells)
}

type Parts = readonly string[]

/** What the target shows of itself, where somebody looks. */
function targetParts({ waiting, inside, instances, stations }: ServerSide): Parts {
  return [
    `${count(waiting)} in line`,
    `${count(inside)} inside`,
    `${count(instances)} instances`,
    ...stations.map(
      ({ name, busy, queued }) =>
        `${printable(name)} ${compact(busy)} busy, ${compact(queued)} queued`,
    ),
  ]
}

/** Past the limit the run will not count, and whoever looks on can stop it. */
function lateText({ latenessMsP99 }: LiveSnapshot): string {
  const late = `late by ${ms(latenessMsP99)} (p99`
  return latenessMsP99 > maxLatenessP99Ms ? `✕ ${late}, limit ${maxLatenessP99Ms} ms)` : `${late})`
}

function generatorParts(now: LiveSnapshot): Parts {
  return [
    `${perSec(now.perSec.sent)} sent`,
    `${count(now.inFlight)} in flight on ${count(now.connections)} connections`,
    lateText(now),
    `dropped ${count(now.droppedGenerator)}`,
    `held back ${count(now.droppedCeiling)}`,
  ]
}

function rowsOf(now: LiveSnapshot, server: ServerSide | null): [string, Parts][] {
  const { responseMs, perSec: rates } = now
  return [
    ['arrived', [count(now.arrived), perSec(rates.arrived)]],
    [
      'waiting',
      [count(now.waiting), `${perSec(rates.polls)} polls`, `inside ${count(now.inside)}`],
    ],
    ['booked', [count(now.booked), perSec(rates.booked)]],
    [
      'requests',
      [
        count(now.requests),
        perSec(rates.requests),
        `errors ${share(shareOf(now.requestErrors, now.requests))}`,
        `now ${share(shareOf(rates.requestErrors, rates.requests))}`,
      ],
    ],
    [
      'response',
      [`p50 ${ms(responseMs.p50)}`, `p95 ${ms(responseMs.p95)}`, `p99 ${ms(responseMs.p99)}`],
    ],
    ...(server === null ? [] : [['target', targetParts(server)] as [string, Parts]]),
    ['generator', generatorParts(now)],
  ]
}

/** A row over as many lines as its parts need; none is broken. */
function laidOut([name, parts]: [string, Parts], columns: number): string[] {
  const lines: string[] = []
  let line = `  ${name.padEnd(nameColumns)}`
  let isEmpty = true
  for (const part of parts) {
    const longer = isEmpty ? line + part : `${line} · ${part}`
    if (isEmpty || textColumns(longer) <= columns) {
      line = longer
    } else {
      lines.push(line)
      line = ' '.repeat(nameColumns + 2) + part
    }
    isEmpty = false
  }
  return [...lines, line]
}

/** The live block: what happens, what it costs those who wait, how the generator itself fares. */
export function viewLines(
  run: ViewedRun,
  given: { now: LiveSnapshot; server: ServerSide | null; columns: number },
): string[] {
  const { now, server, columns } = given
  const spanMs = run.endsAtMs - run.startsAtMs
  const done = Math.max(0, Math.min(1, (now.atMs - run.startsAtMs) / spanMs))
  const leftSec = Math.max(0, msToSec(run.endsAtMs - now.atMs))
  return [
    `${printable(run.name)} → ${printable(run.target)}`,
    `${clockOf(run, now.atSec)}  ${bar(done)} ${Math.floor(done * 100)}% · ${duration(Math.round(leftSec))} left`,
    ...rowsOf(now, server).flatMap((row) => laidOut(row, columns)),
  ].map((line) => cutText(line, columns))
}

/** The same in one line, for a log. */
function plainLine(run: ViewedRun, now: LiveSnapshot): string {
  const { responseMs, perSec: rates } = now
  return [
    clockOf(run, now.atSec),
    `${compact(now.arrived)} arrived`,
    `${compact(now.waiting)} waiting`,
    `${compact(now.booked)} booked`,
    `${perSec(rates.requests)} requests`,
    `p95 ${ms(responseMs.p95)}`,
    `errors ${share(shareOf(now.requestErrors, now.requests))}`,
    lateText(now),
  ].join(' · ')
}

/** A block of lines that is drawn anew where it stands, in one write, so that it does not flicker. */
class Block {
  private readonly environment: Environment
  private lines: readonly string[] = []

  constructor(environment: Environment) {
    this.environment = environment
  }

  get columns(): number {
    return lineColumns(this.environment.errColumns())
  }

  /** Draws these lines in place of the last; `above` is left standing above them. */
  draw(lines: readonly string[], above = ''): void {
    const { err, errRows } = this.environment
    const rows = errRows?.() ?? 0
    // What is taller than the terminal cannot be taken back: its last lines stay away.
    const shown = rows > 0 ? lines.slice(0, Math.max(1, rows - 1)) : lines
    const back = this.height()
    const up = back === 0 ? '' : `\u001b[${back}A\r`
    const text = shown.map((line) => `${line}\u001b[K\n`).join('')
    err(`${up}${back === 0 ? '' : '\u001b[J'}${above}${text}`)
    this.lines = shown
  }

  redraw(above: string): void {
    this.draw(this.lines, above)
  }

  /** A terminal that has become narrower has broken the lines that stood there. */
  private height(): number {
    const columns = this.columns + 1
    return this.lines.reduce(
      (sum, line) => sum + Math.max(1, Math.ceil(textColumns(line) / columns)),
      0,
    )
  }
}

/**
 * The view on standard error: a block that is drawn anew on a terminal, a plain line every ten
 * seconds where there is none, nothing where `quiet`. Once the run is being stopped the block stays
 * as it is: what is said of the stop stands below it.
 */
export function startLiveView(environment: Environment, run: ViewedRun, quiet: boolean): LiveView {
  const { clock, err, errIsTerminal, signal } = environment
  const isLive = errIsTerminal && !quiet
  const block = new Block(environment)
  let shownMs = -Infinity
  return {
    update(now, server) {
      const nowMs = clock.monotonicMs()
      if (quiet || signal.aborted) return
      if (nowMs - shownMs < (isLive ? liveEveryMs : plainEveryMs)) return
      shownMs = nowMs
      if (isLive) block.draw(viewLines(run, { now, server, columns: block.columns }))
      else err(`${plainLine(run, now)}\n`)
    },
    say(text) {
      if (quiet) return
      const line = `${printable(text)}\n`
      if (isLive && !signal.aborted) block.redraw(line)
      else err(line)
    },
    end() {
      if (isLive && !signal.aborted) block.draw([])
    },
  }
}
