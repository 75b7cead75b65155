import { Column } from './column.ts'

/** How a wait ended: let in, given up, or still going on when it was last seen. */
export const waitEnds = ['admitted', 'left', 'waiting'] as const
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

/** Waits in a line and how they ended; `count` of each, so that histograms fit in as well. */
export class Waits {
  readonly sec = new Column()
  /** 1 where it was given up: patience is seen. 0: patience was longer. */
  readonly left = new Column()
  readonly counts = new Column()

  add(sec: number, end: WaitEnd, count = 1): void {
    this.sec.push(sec)
    this.left.push(end === 'left' ? 1 : 0)
    this.counts.push(count)
  }

  get total(): number {
    return this.counts.values().reduce((sum, count) => sum + count, 0)
  }
}
