import { secToMs } from '../core/units.ts'

/** A stretch of time, epoch ms. */
export interface Stretch {
  readonly fromMs: number
  readonly untilMs: number
}

/** In the order in which they are listed. */
export const clockFindingKinds = ['LogUnordered', 'LogsOverlap', 'ClockSetBack', 'LogGap'] as const
export type ClockFindingKind = (typeof clockFindingKinds)[number]

/** What was found of an input's clock, and whether the stretch is used. */
export interface ClockFinding {
  readonly kind: ClockFindingKind
  readonly at: Stretch
  /** Left out of what is fitted over time. */
  readonly isLeftOut: boolean
}

/** Lines are written in the order of their ends, give or take what a server buffers. */
const toleranceMs = 30_000
/** Two stretches that overlap for longer than this are two machines' logs, not a clock set back. */
const longestCorrectionMs = 600_000
const maxSegments = 1000

interface Segment {
  fromMs: number
  untilMs: number
}

/** Lines behind the latest time, of which it is not known yet what they are. */
interface Behind extends Segment {
  lines: number
  /** Lines that fell back among themselves. */
  disordered: number
}

/** A clock that was set back writes at least so many lines while it catches up. */
const minLinesBehind = 10
const disorderMs = 10_000
const maxDisorderedShare = 0.1

/**
 * Watches the order of one input's times. Where a clock was set back, a stretch occurs twice: it
 * is left out. Where the overlap is longer than ten minutes, logs of several machines stand
 * one after the other: they are added up, as are files.
 *
 * Servers such as Apache stamp a line with the request's start and write it at its end: the lines of slow
 * requests are behind those around them. Where times may be such (`mayBeStarts`), a clock was set back only
 * if many lines in a row are behind, in order, until they have caught up.
 */
export class ClockWatch {
  private readonly segments: Segment[] = []
  private readonly mayBeStarts: boolean
  private behind: Behind | null = null
  private lastMs = -Infinity
  private latestMs = -Infinity
  private isUnordered = false

  constructor(mayBeStarts = false) {
    this.mayBeStarts = mayBeStarts
  }

  see(ms: number): void {
    if (this.mayBeStarts && this.isBehind(ms)) return
    this.place(ms, ms < this.lastMs - toleranceMs)
    this.lastMs = ms
    this.latestMs = Math.max(this.latestMs, ms)
  }

  private place(ms: number, isNew: boolean): void {
    const current = this.segments.at(-1)
    if (current === undefined || isNew) {
      if (this.segments.length < maxSegments) this.segments.push({ fromMs: ms, untilMs: ms })
      else this.isUnordered = true
    } else {
      current.fromMs = Math.min(current.fromMs, ms)
      current.untilMs = Math.max(current.untilMs, ms)
    }
  }

  /** Whether the line is one of those behind; settles what they were once times have caught up. */
  private isBehind(ms: number): boolean {
    const { behind } = this
    if (ms >= this.latestMs) {
      this.settle()
      return false
    }
    if (behind === null) {
      if (ms >= this.latestMs - toleranceMs) return false
      this.behind = { fromMs: ms, untilMs: ms, lines: 1, disordered: 0 }
      return true
    }
    behind.lines++
    if (ms < behind.untilMs - disorderMs) behind.disordered++
    behind.fromMs = Math.min(behind.fromMs, ms)
    behind.untilMs = Math.max(behind.untilMs, ms)
    return true
  }

  private settle(isAtEnd = false): void {
    const { behind, latestMs } = this
    this.behind = null
    if (behind === null) return
    const { fromMs, untilMs, lines, disordered } = behind
    const isInOrder = lines >= minLinesBehind && disordered <= maxDisorderedShare * lines
    const hasCaughtUp = latestMs - untilMs <= (latestMs - fromMs) / 4
    if (!isInOrder || !(hasCaughtUp || isAtEnd)) return
    this.place(fromMs, true)
    this.place(untilMs, false)
    this.lastMs = untilMs
  }

  findings(): ClockFinding[] {
    this.settle(true)
    const whole = this.whole()
    if (whole === null) return []
    if (this.isUnordered) return [{ kind: 'LogUnordered', at: whole, isLeftOut: false }]
    const found: ClockFinding[] = []
    let seenFromMs = Infinity
    let seenUntilMs = -Infinity
    for (const segment of this.segments) {
      const fromMs = Math.max(segment.fromMs, seenFromMs)
      const untilMs = Math.min(segment.untilMs, seenUntilMs)
      if (untilMs > fromMs) {
        const isLeftOut = untilMs - fromMs <= longestCorrectionMs
        const kind = isLeftOut ? 'ClockSetBack' : 'LogsOverlap'
        // To the end of the second that holds it.
        found.push({ kind, at: { fromMs, untilMs: untilMs + 1000 }, isLeftOut })
      }
      seenFromMs = Math.min(seenFromMs, segment.fromMs)
      seenUntilMs = Math.max(seenUntilMs, segment.untilMs)
    }
    return found
  }

  private whole(): Stretch | null {
    if (this.segments.length === 0) return null
    return {
      fromMs: Math.min(...this.segments.map(({ fromMs }) => fromMs)),
      untilMs: Math.max(...this.segments.map(({ untilMs }) => untilMs)),
    }
  }
}

/** A stretch with no line is a gap where so many would have been expected: e⁻³⁰ by chance. */
const expectedInGap = 30
const lookAroundSec = 60

/**
 * Stretches without a single request where the minutes on both sides had many: the log has a hole,
 * or the clock was set forward. Nobody knows who came then, so they are left out.
 */
export function gapsOf(counts: Uint32Array, fromMs: number, widthMs: number): ClockFinding[] {
  const found: ClockFinding[] = []
  const around = Math.max(1, Math.round(secToMs(lookAroundSec) / widthMs))
  const sum = (from: number, until: number) => {
    let total = 0
    for (let i = Math.max(0, from); i < Math.min(counts.length, until); i++) total += counts[i] ?? 0
    return total
  }
  let empty = 0
  for (let i = 0; i <= counts.length; i++) {
    if (i < counts.length && counts[i] === 0) {
      empty++
      continue
    }
    if (empty > 1 && i < counts.length) {
      const begin = i - empty
      const rate = Math.min(sum(begin - around, begin), sum(i, i + around)) / around
      if (rate * empty >= expectedInGap) {
        const at = { fromMs: fromMs + begin * widthMs, untilMs: fromMs + i * widthMs }
        found.push({ kind: 'LogGap', at, isLeftOut: true })
      }
    }
    empty = 0
  }
  return found
}
