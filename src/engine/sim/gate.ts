import { secToMs } from '../../core/units.ts'
import type { Admission, Scenario } from '../../scenario/schema/schema.ts'

/**
 * The waiting room's own state: the line, its rate or its places, and its capacity to answer polls.
 * Tickets are rows in the order of issue, so the line is a range of rows with gaps, and a ticket
 * costs the gate nothing beyond its row. Polls are a rate, not events.
 */
export class Gate {
  /** Next row to look at when a turn is called. */
  head: number
  /** Tickets whose holders wait (called ones until they are in). */
  waiting = 0
  lastTurnMs = -Infinity
  /**
   * Places taken: by whoever was called, until the visit is over. Also counted while a rate admits,
   * so that a change to section admission finds them; who came past the gate takes none.
   */
  placesTaken = 0
  admission: Admission
  private readonly lapseMs: number
  private readonly frontSec: number
  private readonly backSec: number
  private readonly maxTtlSec: number
  private readonly capacityPerSec: number
  private readonly ticketsPerRow: number
  private readonly gone = new LapseQueue()

  constructor(scenario: Scenario, firstRow: number, ticketsPerRow = 1) {
    const { waitingRoom } = scenario
    this.head = firstRow
    this.admission = waitingRoom.admission
    this.frontSec = waitingRoom.pollSec.front
    this.backSec = waitingRoom.pollSec.back
    this.maxTtlSec = waitingRoom.maxTtlSec
    this.capacityPerSec = waitingRoom.pollCapacityPerSec ?? Infinity
    this.lapseMs = secToMs(waitingRoom.lapseSec)
    this.ticketsPerRow = ticketsPerRow
  }

  /** Turns a second that it calls; 0 in section admission, where places decide. */
  ratePerSec(instances: number): number {
    if ('perSec' in this.admission) return this.admission.perSec
    if ('perSecPerInstance' in this.admission) return this.admission.perSecPerInstance * instances
    return 0
  }

  hasPlace(): boolean {
    return 'maxInside' in this.admission && this.placesTaken < this.admission.maxInside
  }

  /**
   * The holder of ticket `v` (or of `n`, where a row stands for several) leaves by itself, and the
   * gate learns of it only when the key lapses: until then it counts as ahead, and costs a turn. Gives
   * that time, ms: `lapseSec` past the poll that was due next, half an interval away on the mean.
   */
  left(v: number, nowMs: number, ratePerSec: number, n = 1): number {
    const isNext = (v - this.head) * this.ticketsPerRow < ratePerSec * this.backSec
    const ttlSec = isNext ? this.frontSec : this.pollSec(ratePerSec)
    const lapsesMs = nowMs + secToMs(ttlSec / 2) + this.lapseMs
    this.gone.push(lapsesMs, n)
    return lapsesMs
  }

  /** Tickets ahead of one that comes now. */
  ahead(nowMs: number): number {
    return this.waiting + this.gone.countAt(nowMs)
  }

  /** Poll interval at the back, seconds, stretched to keep polls within the gate's capacity. */
  pollSec(ratePerSec: number): number {
    const needed = (this.waiting - this.atFront(ratePerSec)) / this.capacityPerSec
    return Math.min(Math.max(needed, this.backSec), Math.max(this.maxTtlSec, this.backSec))
  }

  /** Polls a second that reach the gate. */
  pollsPerSec(ratePerSec: number): number {
    const front = this.atFront(ratePerSec)
    return front / this.frontSec + (this.waiting - front) / this.pollSec(ratePerSec)
  }

  /**
   * Share of polls that go unanswered when `loadPerSec` polls and first contacts come: beyond its
   * capacity the gate answers what it can, whoever asked.
   */
  unansweredShare(loadPerSec: number): number {
    return loadPerSec > this.capacityPerSec ? 1 - this.capacityPerSec / loadPerSec : 0
  }

  /**
   * Those who poll at the front interval. Whoever polls within one back interval B of its turn is
   * told to poll at the front interval F from then on. The first such poll is spread evenly over B,
   * and the one that lets it in over F after the turn: one polls so for (B + F)/2 on the mean, and
   * at a rate r there are r·(B + F)/2 of them. Where the line is shorter than B, all do.
   */
  private atFront(ratePerSec: number): number {
    const isShort = this.waiting <= ratePerSec * this.backSec
    const polling = (ratePerSec * (this.backSec + this.frontSec)) / 2
    return isShort ? this.waiting : Math.min(this.waiting, polling)
  }
}

/** Times at which the keys of those who left lapse, in a ring; they come nearly in order. */
class LapseQueue {
  private times = new Float64Array(1024)
  private keys = new Int32Array(1024)
  private first = 0
  private entries = 0
  private count = 0

  /** `n` keys lapse at that time. */
  push(atMs: number, n: number): void {
    if (this.entries === this.times.length) this.double()
    const at = (this.first + this.entries++) % this.times.length
    this.times[at] = atMs
    this.keys[at] = n
    this.count += n
  }

  countAt(nowMs: number): number {
    while (this.entries > 0 && this.times[this.first]! <= nowMs) {
      this.count -= this.keys[this.first]!
      this.first = (this.first + 1) % this.times.length
      this.entries--
    }
    return this.count
  }

  private double(): void {
    const times = new Float64Array(this.times.length * 2)
    const keys = new Int32Array(times.length)
    for (let i = 0; i < this.entries; i++) {
      const from = (this.first + i) % this.times.length
      times[i] = this.times[from]!
      keys[i] = this.keys[from]!
    }
    this.times = times
    this.keys = keys
    this.first = 0
  }
}
