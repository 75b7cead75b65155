/**
 * Reads samples out of Prometheus' text format (0.0.4). It is our own because the page comes from
 * outside in the middle of a run. The library at hand rejects a whole page for one bad line, accepts
 * lines that are not samples, puts label names on plain objects, and spends 0.1 s on a large page, in
 * which the generator is late. This reader parses only the families that it is asked for.
 */
export interface Sample {
  readonly name: string
  readonly labels: ReadonlyMap<string, string>
  /** May be NaN or infinite. */
  readonly value: number
}

export interface Samples {
  readonly samples: readonly Sample[]
  /** Lines of those families that are not samples. */
  readonly malformed: number
}

const longestLine = 16 * 1024
const nameForm = /[a-zA-Z_:][\w:]*/y
const labelForm = /[ \t]*([a-zA-Z_]\w*)[ \t]*=[ \t]*"((?:[^"\\]|\\["\\n])*)"[ \t]*([,}])/y
const endForm = /[ \t]*\}/y
const valueForm =
  /[ \t]+([+-]?(?:(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|Inf)|NaN)(?:[ \t]+-?\d+)?[ \t\r]*$/y

/** The samples of the wanted families, in the order of the page. Never throws. */
export function readSamples(text: string, wanted: ReadonlySet<string>): Samples {
  const samples: Sample[] = []
  let malformed = 0
  for (let start = 0; start < text.length;) {
    const newline = text.indexOf('\n', start)
    const end = newline === -1 ? text.length : newline
    const name = matchAt(nameForm, text, start)
    if (name !== null && wanted.has(name)) {
      const line = text.slice(start, Math.min(end, start + longestLine + 1))
      const sample = line.length > longestLine ? null : readSample(line, name)
      if (sample === null) malformed++
      else samples.push(sample)
    }
    start = end + 1
  }
  return { samples, malformed }
}

function matchAt(form: RegExp, text: string, at: number): string | null {
  form.lastIndex = at
  return form.exec(text)?.[0] ?? null
}

function readSample(line: string, name: string): Sample | null {
  const labels = new Map<string, string>()
  let at = name.length
  if (line[at] === '{') {
    const end = readLabels(line, at + 1, labels)
    if (end === null) return null
    at = end
  }
  valueForm.lastIndex = at
  const found = valueForm.exec(line)?.[1]
  return found === undefined
    ? null
    : { name, labels, value: Number(found.replace('Inf', 'Infinity')) }
}

/** Where the labels end; `null` for malformed labels. A comma may stand after the last. */
function readLabels(line: string, from: number, labels: Map<string, string>): number | null {
  let at = from
  for (;;) {
    const end = matchAt(endForm, line, at)
    if (end !== null) return at + end.length
    labelForm.lastIndex = at
    const found = labelForm.exec(line)
    if (found === null) return null
    const [whole, label = '', value = '', next] = found
    labels.set(label, unescaped(value))
    at += whole.length
    if (next === '}') return at
  }
}

const unescaped = (text: string): string =>
  text.replaceAll(/\\(.)/g, (_, char: string) => (char === 'n' ? '\n' : char))
