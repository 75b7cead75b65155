import type { Fault } from './errors.ts'

/** A line that could not be read, cut short; escape it before it goes to a terminal. */
export interface BrokenLine {
  readonly line: number
  /** Code of what is wrong with it. */
  readonly kind: string
  readonly text: string
}

const maxShown = 3
const maxChars = 120

/** What could not be read of one input: counted by code, the first few kept. Blank lines are ignored. */
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

  /** Throws what `refuse` makes of it where nothing, or less than half of it, could be read. */
  check(refuse: (what: string, faults: readonly Fault[]) => Error): void {
    if (this.read > 0 && this.broken <= this.read) return
    const faults = this.shown.map(({ line, kind, text }) => ({
      path: `line ${line}`,
      message: `${codeText(kind)}: ${text}`,
    }))
    if (this.lines === 0) throw refuse(`${this.name} is empty`, faults)
    throw refuse(`${this.name}: ${this.broken} of ${this.lines} lines cannot be read`, faults)
  }
}

/** `NoReadableTime` → `no readable time` */
const codeText = (code: string): string =>
  code.replaceAll(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter}`).toLowerCase()
