import { Column } from './column.ts'

/** How a wait ended: let in, given up, or still going on when it was last seen. */
const waitEnds = ['admitted', 'left', 'waiting'] as const
export type WaitEnd = (typeof waitEnds)[number]

const words: Readonly<Record<WaitEnd, readonly string[]>> = {
  admitted: ['admitted', 'in', 'entered', 'passed', 'ok', 'served', 'booked'],
  left: ['left', 'abandoned', 'gaveup', 'quit', 'reneged'],
  waiting: ['waiting', 'stillwaiting', 'unfinished', 'censored'],
}

/** `Gave up` → `left`; `null` where the word is not known. */
export function readWaitEnd(text: string): WaitEnd | null {
  const word = text.toLowerCase().replaceAll(/[^a-z]/g, '')
  return waitEnds.find((end) => words[end].includes(word)) ?? null
}

/** Waits that differ by less than a thousandth are put together. */
const cellsPerLog = 1000

/** From so many rows on, waits that are alike are put together: a file may hold any number. */
const maxRows = 65_536

/** Waits in a line and how they ended; `count` of each, so that histograms fit in as well. */
export class Waits {
  readonly sec = new Column()
  /** 1 where it was given up: patience is seen. 0: patience was longer. */
  readonly left = new Column()
  readonly counts = new Column()
  private most = maxRows

  add(sec: number, end: WaitEnd, count = 1): void {
    this.sec.push(sec)
    this.left.push(end === 'left' ? 1 : 0)
    this.counts.push(count)
    if (this.sec.length > this.most) this.shrink()
  }

  /** The same, put together by thousandths of themselves, which changes no estimate. */
  inCells(): Waits {
    const cells = { left: new Map<number, number>(), waiting: new Map<number, number>() }
    this.sec.values().forEach((sec, i) => {
      const alike = this.left.at(i) === 1 ? cells.left : cells.waiting
      const cell = Math.round(Math.log(sec) * cellsPerLog)
      alike.set(cell, (alike.get(cell) ?? 0) + this.counts.at(i))
    })
    const all = new Waits()
    all.most = Infinity
    for (const end of ['left', 'waiting'] as const) {
      for (const [cell, count] of cells[end]) all.add(Math.exp(cell / cellsPerLog), end, count)
    }
    return all
  }

  private shrink(): void {
    const cells = this.inCells()
    for (const name of ['sec', 'left', 'counts'] as const) {
      this[name].length = 0
      for (const value of cells[name].values()) this[name].push(value)
    }
    this.most = Math.max(maxRows, 2 * this.sec.length)
  }

  get total(): number {
    return this.counts.values().reduce((sum, count) => sum + count, 0)
  }
}
