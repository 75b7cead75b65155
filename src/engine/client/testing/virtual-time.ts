interface Due {
  readonly atMs: number
  readonly order: number
  readonly act: () => void
}

const isBefore = (a: Due, b: Due) => a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order)

/** Time that passes only when nothing is left to do in it. */
export class VirtualTime {
  nowMs = 0
  /** A binary heap: the first is the next. */
  private readonly due: Due[] = []
  private order = 0

  after(ms: number, act: () => void): void {
    const { due } = this
    const one = { atMs: this.nowMs + Math.max(0, ms), order: this.order++, act }
    let i = due.push(one) - 1
    for (let up = (i - 1) >> 1; i > 0 && isBefore(one, due[up]!); up = (i - 1) >> 1) {
      due[i] = due[up]!
      i = up
    }
    due[i] = one
  }

  at(ms: number, act: () => void): void {
    this.after(ms - this.nowMs, act)
  }

  run(): void {
    for (let next = this.take(); next !== undefined; next = this.take()) {
      this.nowMs = Math.max(this.nowMs, next.atMs)
      next.act()
    }
  }

  private take(): Due | undefined {
    const { due } = this
    const first = due[0]
    const last = due.pop()
    if (first === undefined || last === undefined || due.length === 0) return first
    let i = 0
    for (let down = 1; down < due.length; down = 2 * i + 1) {
      if (down + 1 < due.length && isBefore(due[down + 1]!, due[down]!)) down++
      if (!isBefore(due[down]!, last)) break
      due[i] = due[down]!
      i = down
    }
    due[i] = last
    return first
  }
}
