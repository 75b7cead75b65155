import { mappingOf } from './json-cells.ts'
import { textFormats } from './text-formats.ts'

/** Takes a line of a log out of what a collector wrote around it; `null`: it is not of that kind. */
export type Unwrap = (line: string) => string | null

const criForm = /^\d{4}-\d\d-\d\dT\S+ (?:stdout|stderr) [FP] (.*)$/
const syslogForm =
  /^(?:<\d+>)?(?:1 )?(?:[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d|\d{4}-\d\d-\d\dT\S+) \S+ [\w./-]+(?:\[\d+\])?: (.*)$/

const composeForm = /^[\w.-]+ +\| (.*)$/

/** Whether a text is a line of a log by itself. */
const isLine = (text: string): boolean =>
  mappingOf(text) !== null || textFormats.some(({ cellsOf }) => cellsOf(text) !== null)

/** Docker's json-file, the files of Kubernetes' container runtimes, syslog, Docker Compose, collectors. */
const wrappings: readonly Unwrap[] = [
  (line) => {
    if (!line.startsWith('{"log":') && !line.startsWith('{"stream":')) return null
    const { log, stream } = mappingOf(line) ?? {}
    return typeof log === 'string' && typeof stream === 'string' ? log.trimEnd() : null
  },
  (line) => criForm.exec(line)?.[1] ?? null,
  (line) => syslogForm.exec(line)?.[1] ?? null,
  (line) => composeForm.exec(line)?.[1] ?? null,
  (line) => {
    if (!line.startsWith('{')) return null
    const { log, message } = mappingOf(line) ?? {}
    const inner = typeof log === 'string' ? log : message
    return typeof inner === 'string' && isLine(inner.trimEnd()) ? inner.trimEnd() : null
  },
]

/** What most of the lines are wrapped in; `null`: nothing. */
export function wrappingOf(lines: readonly string[]): Unwrap | null {
  const found = wrappings.find(
    (unwrap) => lines.filter((line) => unwrap(line) !== null).length * 2 > lines.length,
  )
  return found ?? null
}
