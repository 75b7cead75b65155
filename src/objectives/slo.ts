import type { Fault } from '../core/errors.ts'
import type { SloResult } from '../record/run.ts'
import type { Scenario } from '../scenario/schema/schema.ts'
import { evaluate, type Evaluated } from './evaluate.ts'
import {
  isFault,
  parseExpression,
  readsRun,
  type Expression,
  type ParseOptions,
} from './expression.ts'
import { stopFault } from './stop-when.ts'

/**
 * Judges one objective. It fails where there is no data, where it is not a comparison and where it
 * cannot be read at all: a gate must not pass on what is missing.
 */
export function judgeSlo(text: string, run: Evaluated): SloResult {
  const parsed = parseExpression(text)
  if (isFault(parsed) || parsed.clause.kind === 'for') {
    return { expr: text, observed: null, ok: false }
  }
  const { observed, ok } = evaluate(parsed, run)
  return { expr: text, observed, ok: ok === true }
}

/**
 * What is wrong with the expressions of a scenario, each with its path: `slo[1]`,
 * `reported[3].expr`, `stopWhen[0]`.
 */
export function checkExpressions(scenario: Scenario): Fault[] {
  const options = {
    steps: scenario.journey.map(({ step }) => step),
    stations: scenario.stack.stations.map(({ name }) => name),
    opensAt: scenario.opensAt,
  }
  const check = (
    path: string,
    text: string,
    complain: (expression: Expression) => string | null,
  ) => {
    const parsed = parseExpression(text, options)
    const message = isFault(parsed) ? parsed.message : complain(parsed)
    return message === null ? [] : [{ path, message: `${message} (in "${text}")` }]
  }
  return [
    ...scenario.slo.flatMap((text, i) => check(`slo[${i}]`, text, objectiveFault)),
    ...scenario.reported.flatMap(({ expr }, i) => check(`reported[${i}].expr`, expr, figureFault)),
    ...scenario.stopWhen.flatMap((text, i) => check(`stopWhen[${i}]`, text, stopFault)),
  ]
}

/** The message of the fault in an objective; `null` where a run can be held to it. */
export function objectiveTextFault(text: string, options: ParseOptions = {}): string | null {
  const parsed = parseExpression(text, options)
  return isFault(parsed) ? parsed.message : objectiveFault(parsed)
}

function objectiveFault({ left, comparison, clause }: Expression): string | null {
  if (comparison === null) return 'must compare, as in "waitSec.p95 < 1800"'
  if (clause.kind === 'for') return '"for …" is for stopWhen; write "during …" or "at …"'
  if (!readsRun(left) && !readsRun(comparison.right)) return 'reads nothing of the run'
  return null
}

function figureFault({ left, comparison, clause }: Expression): string | null {
  if (comparison !== null) return 'must be a figure; its target is compared with it'
  if (clause.kind === 'for') return '"for …" is for stopWhen; write "during …" or "at …"'
  return readsRun(left) ? null : 'reads nothing of the run'
}
