import { DambreakError } from './errors.ts'

/** A broken line as it is shown, cut short; escape it before it goes to a terminal. */
export interface BrokenLine {
  readonly line: number
  readonly kind: string
  readonly text: string
}

const maxShown = 3
const maxChars = 120

/** What could not be read of one input: counted by kind, the first few kept. Blank lines count not. */
export class ParseReport {
  readonly name: string
  lines = 0
  read = 0
  readonly kinds = new Map<string, number>()
  readonly shown: BrokenLine[] = []

  constructor(name: string) {
    this.name = name
  }

  get broken(): number {
    return this.lines - this.read
  }

  add(kind: string, text: string): void {
    this.lines++
    this.kinds.set(kind, (this.kinds.get(kind) ?? 0) + 1)
    if (this.shown.length < maxShown) {
      const short = text.length > maxChars ? `${text.slice(0, maxChars - 1)}…` : text
      this.shown.push({ line: this.lines, kind, text: short })
    }
  }

  addRead(): void {
    this.lines++
    this.read++
  }

  /** @throws DambreakError 'usage' where nothing, or less than half of it, could be read */
  check(expected: string): void {
    if (this.read > 0 && this.broken <= this.read) return
    const what =
      this.lines === 0
        ? `${this.name} is empty`
        : `${this.name}: ${this.broken} of ${this.lines} lines cannot be read`
    const faults = this.shown.map(({ line, kind, text }) => ({
      path: `line ${line}`,
      message: `${kind}: ${text}`,
    }))
    throw new DambreakError('usage', `${what}; ${expected}`, faults)
  }
}
