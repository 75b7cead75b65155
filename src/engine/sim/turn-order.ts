import { Flag, type VisitorRows } from '../../workload/rows.ts'

/**
 * Checks first come, first served from the rows alone, whatever the gate believes about its line. A
 * ticket's order is inverted if its turn comes (it is called, or let in without a call) while an
 * earlier ticket stands in line uncalled. Admissions need not be in order: each visitor learns of
 * its turn at its own next poll.
 */
export class TurnOrder {
  private readonly rows: VisitorRows
  /** No ticket before it stands in line uncalled, nor ever will again. */
  private first: number

  constructor(rows: VisitorRows, firstRow: number) {
    this.rows = rows
    this.first = firstRow
  }

  /** Has ticket `v`, whose turn comes now, overtaken one that still stands in line? */
  isInverted(v: number): boolean {
    const { rows } = this
    let { first } = this
    while (first < v && (!rows.has(first, Flag.waiting) || rows.has(first, Flag.called))) first++
    this.first = first
    return first < v
  }
}
