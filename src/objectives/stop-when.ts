import { assert, must } from '../core/assert.ts'
import type { StopDetail } from '../record/verdict-codes.ts'
import { nearest } from '../scenario/schema/words.ts'
import { isFault, parseExpression, readsRun, type Expression } from './expression.ts'
import { holds, pathsOf, termValue } from './term.ts'

/** What is known of a run while it goes on. */
export interface LiveFigures {
  /** Wall seconds since the run began: what is overloaded suffers in those, whatever the speed. */
  readonly atSec: number
  /** Counts since the run began. */
  readonly requests: number
  readonly requestErrors: number
  readonly arrived: number
  /** Tickets whose end is an error (refused, timedOut, failed, dropped). */
  readonly errorEnds: number
  /** Calls of the waiting room, which are no requests of the journey. */
  readonly gateCalls: number
  readonly gateErrors: number
  /** Of the answers since the look before this one; `null` where there were none. */
  readonly responseMs: Readonly<Record<'p50' | 'p95' | 'p99', number | null>>
  /** Visitors in the queue. */
  readonly waiting: number
}

/** Counts from which shares are taken. */
type Counts = Pick<LiveFigures, 'requests' | 'requestErrors' | 'arrived' | 'errorEnds'>

type Read = (figures: LiveFigures, since: Counts) => number | null

const share = (part: number, whole: number): number | null => (whole > 0 ? part / whole : null)
const requestErrorShare: Read = (now, since) =>
  share(now.requestErrors - since.requestErrors, now.requests - since.requests)
const errorShare: Read = (now, since) =>
  share(now.errorEnds - since.errorEnds, now.arrived - since.arrived)

/** Shares are those since `since`, counts those of the run so far, all else is as of now. */
const liveFigures: ReadonlyMap<string, Read> = new Map<string, Read>([
  ['requestErrorShare', requestErrorShare],
  ['errorShare', errorShare],
  ['responseMs.p50', ({ responseMs }) => responseMs.p50],
  ['responseMs.p95', ({ responseMs }) => responseMs.p95],
  ['responseMs.p99', ({ responseMs }) => responseMs.p99],
  ['waiting', ({ waiting }) => waiting],
  ['requests', ({ requests }) => requests],
  ['requestErrors', ({ requestErrors }) => requestErrors],
  ['arrivals', ({ arrived }) => arrived],
  ['errors', ({ errorEnds }) => errorEnds],
])

export const liveFigureNames: readonly string[] = [...liveFigures.keys()]

/** The message of the fault in a stop rule; `null` where there is none. */
export function stopFault({ left, comparison, clause }: Expression): string | null {
  if (comparison === null) return 'must compare, as in "requestErrorShare > 0.5 for 30s"'
  if (clause.kind === 'during' || clause.kind === 'at') return 'knows no clause but "for <n>s"'
  const { right } = comparison
  if (!readsRun(left) && !readsRun(right)) return 'reads nothing of the run'
  const unknown = [...pathsOf(left), ...pathsOf(right)].find(({ path }) => !liveFigures.has(path))
  if (unknown === undefined) return null
  const near = nearest(unknown.path, liveFigureNames)
  const hint = near === null ? `there are ${liveFigureNames.join(', ')}` : `did you mean ${near}?`
  return `${unknown.path} is not known while a run goes on; ${hint}`
}

/** What a run is stopped by where the scenario does not say: on loopback by nothing. */
export const defaultStopWhen = 'requestErrorShare > 0.5 for 30s'

/** The rules of a run: the scenario's own, or what guards a host that is not this machine. */
export function stopRules(stopWhen: readonly string[], isLoopback: boolean): readonly string[] {
  return stopWhen.length > 0 || isLoopback ? stopWhen : [defaultStopWhen]
}

interface Rule {
  readonly expression: Expression
  /** Whose requests it reads. */
  readonly requestsOf: 'journey' | 'waitingRoom'
  /** When it began to hold; null while it does not. */
  sinceSec: number | null
  /** Counts of the look to which the last share that was known reaches. */
  counts: Counts
}

const noCounts: Counts = { requests: 0, requestErrors: 0, arrived: 0, errorEnds: 0 }

/**
 * Tells when a run must be stopped, from looks at it a second or so apart. `for <n>s`: the rule has
 * held at every look for so long; shares are then those since the look before. Without it: at one
 * look, and shares are those of the run so far. A look that cannot tell (no request has ended)
 * neither ends what held before nor stops a run. A rule about `requestErrorShare` is held against the
 * journey's requests and, apart from them, against the calls of the waiting room: who never gets past
 * one that fails sends no other request.
 */
export class StopWatch {
  private readonly rules: Rule[]

  /** `texts`: rules in which `checkExpressions` has found no fault. */
  constructor(texts: readonly string[]) {
    this.rules = texts.flatMap((text): Rule[] => {
      const expression = parseExpression(text)
      assert(!isFault(expression) && stopFault(expression) === null, `rules are checked: ${text}`)
      const rule = { expression, requestsOf: 'journey', sinceSec: null, counts: noCounts } as const
      return readsShare(expression)
        ? [{ ...rule }, { ...rule, requestsOf: 'waitingRoom' }]
        : [{ ...rule }]
    })
  }

  /** The rule that says that the run must be stopped; null where none does. */
  look(figures: LiveFigures): StopDetail | null {
    for (const rule of this.rules) {
      const reason = judge(rule, figures)
      if (reason !== null) return reason
    }
    return null
  }
}

function readsShare({ left, comparison }: Expression): boolean {
  const terms = [left, ...(comparison === null ? [] : [comparison.right])]
  return terms.flatMap(pathsOf).some(({ path }) => path === 'requestErrorShare')
}

const ofGate = (figures: LiveFigures): LiveFigures => ({
  ...figures,
  requests: figures.gateCalls,
  requestErrors: figures.gateErrors,
})

function judge(rule: Rule, given: LiveFigures): StopDetail | null {
  const figures = rule.requestsOf === 'waitingRoom' ? ofGate(given) : given
  const { left, comparison, clause, text } = rule.expression
  const { operator, right } = must(comparison, 'comparison of a rule')
  const value = (term: typeof left) =>
    termValue(term, ({ path }) =>
      must(liveFigures.get(path), `live figure ${path}`)(figures, rule.counts),
    )
  const leftValue = value(left)
  const rightValue = value(right)
  if (leftValue === null || rightValue === null) return null
  if (clause.kind === 'for') rule.counts = figures
  if (!holds(leftValue, operator, rightValue)) {
    rule.sinceSec = null
    return null
  }
  rule.sinceSec ??= figures.atSec
  const heldSec = figures.atSec - rule.sinceSec
  if (clause.kind === 'for' && heldSec < clause.sec) return null
  return {
    code: 'RuleHeld',
    rule: text,
    requestsOf: rule.requestsOf,
    atSec: figures.atSec,
    left: leftValue,
    operator,
    right: rightValue,
    heldSec: clause.kind === 'for' ? heldSec : null,
  }
}
