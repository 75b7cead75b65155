import { hoursToSec, minutesToSec, secToMs } from '../core/units.ts'
import type { RunRecord } from '../record/run.ts'
import { evaluate } from '../objectives/evaluate.ts'
import { isFault, parseExpression, type Clause, type Expression } from '../objectives/expression.ts'
import { objectiveTextFault } from '../objectives/slo.ts'
import { pathsOf, type ComparisonOperator } from '../objectives/term.ts'
import { shown, type GateCheck } from './check.ts'

/** Names that expressions over this run can use. */
export function namesOf(run: RunRecord) {
  return {
    steps: Object.keys(run.summary.steps),
    stations: Object.keys(run.timeline.stations),
    opensAt: run.header.opensAt,
  }
}

/** Holds a run to one objective: taken anew from its figures, whatever the record says of it. */
export function objectiveCheck(text: string, run: RunRecord): GateCheck {
  const told = (outcome: GateCheck['outcome'], words: string): GateCheck => ({
    kind: 'objective',
    name: text,
    outcome,
    words,
  })
  const fault = objectiveTextFault(text, namesOf(run))
  if (fault !== null) return told('usage', `this objective cannot be judged: ${fault}`)
  const parsed = parseExpression(text, namesOf(run))
  if (isFault(parsed)) return told('usage', `this objective cannot be judged: ${parsed.message}`)
  const { observed, ok } = evaluate(parsed, run)
  const missing = missingWords(parsed, run)
  if (missing !== null) return told('failed', missing)
  if (observed === null) return told('failed', 'it comes to no number (a division by zero)')
  return ok === true
    ? told('passed', `observed ${shown(observed)}`)
    : told('failed', `observed ${shown(observed)}, which is not ${limitText(parsed, run)}`)
}

const words: Record<ComparisonOperator, string> = {
  '<': 'below',
  '<=': 'at most',
  '>': 'above',
  '>=': 'at least',
  '==': 'equal to',
  '!=': 'different from',
}

/** As seen from the side that was observed. */
const mirrored: Partial<Record<ComparisonOperator, ComparisonOperator>> = {
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
}

function limitText({ left, comparison, clause, text }: Expression, run: RunRecord): string {
  if (comparison === null) return text
  const { operator, right } = comparison
  if (left.kind === 'number') return `${words[mirrored[operator] ?? operator]} ${shown(left.value)}`
  if (right.kind === 'number') return `${words[operator]} ${shown(right.value)}`
  const { observed } = evaluate({ text, left: right, comparison: null, clause }, run)
  return `${words[operator]} ${observed === null ? 'the other side' : shown(observed)}`
}

function clauseText(clause: Clause): string {
  if (clause.kind === 'during') return ` during ${clause.from}..${clause.to}`
  return clause.kind === 'at' ? ` at ${clause.at}` : ''
}

/** Why an objective has nothing to be judged on; `null` where every path of it has a value. */
function missingWords(parsed: Expression, run: RunRecord): string | null {
  const { left, comparison, clause, text } = parsed
  const paths = [...pathsOf(left), ...(comparison === null ? [] : pathsOf(comparison.right))]
  const missing = paths.filter(
    (path) => evaluate({ text, left: path, comparison: null, clause }, run).observed === null,
  )
  const [first] = missing
  if (first === undefined) return null
  const names = [...new Set(missing.map(({ path }) => path))].join(', ')
  const whole = evaluate({ text, left: first, comparison: null, clause: { kind: 'whole' } }, run)
  const why =
    clause.kind !== 'whole' && whole.observed !== null
      ? `the run recorded ${recordedText(run)}`
      : first.path.startsWith('waitSec.') && run.summary.visitors.queued > 0
        ? 'too many of those who queued were never let in for it to be reached'
        : 'the run did not observe it'
  return `no data for ${names}${clauseText(clause)}: ${why}`
}

/** `2021-07-19 19:59:00 to 20:06:00`, in the run's own clock. */
function recordedText({ timeline, header }: RunRecord): string {
  const { startSec, bucketSec, arrivals } = timeline
  const [, sign = '+', hours = '0', minutes = '0'] =
    /([+-])(\d{2}):?(\d{2})$/.exec(header.opensAt) ?? []
  const offsetSec =
    (sign === '-' ? -1 : 1) * (hoursToSec(Number(hours)) + minutesToSec(Number(minutes)))
  const at = (sec: number) => new Date(secToMs(sec + offsetSec)).toISOString()
  const [from, to] = [at(startSec), at(startSec + arrivals.length * bucketSec)]
  const [day, end] = [from.slice(0, 10), to.slice(0, 10)]
  return `${day} ${from.slice(11, 19)} to ${day === end ? '' : `${end} `}${to.slice(11, 19)}`
}
