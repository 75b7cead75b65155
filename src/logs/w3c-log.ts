import type { FormatFacts } from './log-plan.ts'

const heading = '#Fields:'
const isHeading = (line: string): boolean => line.startsWith(heading)

/** The state of reading a log in the W3C extended format: its columns, which a later heading may change. */
export class W3cColumns {
  private names: readonly string[] = []
  private separator = ' '

  /** Takes a heading; whether the line is one. */
  takeHeading(line: string): boolean {
    if (!line.startsWith('#')) return false
    if (isHeading(line)) this.names = line.slice(heading.length).trim().split(/\s+/)
    return true
  }

  /** The cells by their names, `date` and `time` as one `time` in UTC; `null`: of another width. */
  cellsOf(line: string): Readonly<Record<string, string | undefined>> | null {
    this.separator = line.includes('\t') ? '\t' : ' '
    const values = line.split(this.separator)
    if (this.names.length === 0 || values.length !== this.names.length) return null
    const cells: [string, string][] = this.names.map((name, i) => [name, values[i] ?? ''])
    const record = Object.fromEntries(cells)
    const { date, time } = record
    return date === undefined ? record : { ...record, time: `${date}T${time ?? ''}Z` }
  }

  get keys(): readonly string[] {
    return this.names
  }
}

export const isW3c = (lines: readonly string[]): boolean => lines.some(isHeading)

/** The format itself takes times in seconds, as CloudFront does; `time-taken` of IIS is in milliseconds. */
export function w3cFacts(lines: readonly string[]): FormatFacts {
  const names = lines.filter(isHeading).join(' ').split(/\s+/)
  const unit = ['sc-win32-status', 'sc-substatus', 's-sitename'].some((name) =>
    names.includes(name),
  )
    ? 'ms'
    : null
  return { unit: names.includes('x-edge-location') ? 's' : unit, isStamped: 'end' }
}
