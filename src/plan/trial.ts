import { assert, must } from '../core/assert.ts'
import { withValues } from '../scenario/schema/parameters.ts'
import type { Parameter, Values } from '../scenario/schema/parameters.ts'
import { isMapping } from '../scenario/plain.ts'
import type { Mapping } from '../scenario/plain.ts'
import { setField } from '../scenario/load/set.ts'
import { holdInstances } from '../scenario/load/variants.ts'
import { pullLever, type LeverOption } from './lever.ts'
import type { Outcome } from './outcome.ts'
import { plainShape, type Shape, type Trigger } from './shape.ts'

/** One opening to simulate. Trials of one draw share parameters and luck, whatever else they change. */
export interface Trial {
  readonly instances: number
  /** Number of the draw; `null`: the middle of all parameters, and the plan's own seed. */
  readonly draw: number | null
  readonly levers?: readonly LeverOption[]
  /** One parameter off its value in the draw. */
  readonly moved?: { readonly parameter: string; readonly value: number }
  readonly crowd?: number
  /** Retry tries instead of the scenario's. */
  readonly tries?: number
  readonly trigger?: Trigger
  /** A plain run of every visitor, however long it takes. */
  readonly isFull?: boolean
}

/** What performs trials; outcomes in the order of the trials. */
export type Replicate = (trials: readonly Trial[]) => Promise<readonly Outcome[]>

/** What trials are made of. */
export interface TrialBase {
  /** After variant and sets. */
  readonly document: Mapping
  readonly parameters: readonly Parameter[]
  readonly draws: readonly Draw[]
  /** Where parameters are known together, the set in their middle: the middle of each need not fit. */
  readonly middle?: Values
  readonly seed: number
  /** Keep halts and scale-outs. */
  readonly keepTimeline: boolean
}

export interface Draw {
  readonly values: Values
  readonly seed: number
}

/** A trial ready to be simulated; plain data, so that it can be handed to another thread. */
export interface TrialJob {
  readonly id: string
  readonly document: Mapping
  readonly shape: Shape
  readonly seed: number
  readonly population: number
  readonly isFull: boolean
}

export function trialKey(trial: Trial): string {
  const { instances, draw, levers = [], moved, crowd = 1, tries, trigger, isFull = false } = trial
  const names = levers.map(({ name }) => name)
  return JSON.stringify([instances, draw, names, moved, crowd, tries, trigger, isFull])
}

/** The scenario of a trial as a document, and what is done to it once it is parsed. */
export function jobOf(base: TrialBase, trial: Trial, population: number): TrialJob {
  const { levers = [], isFull = false } = trial
  const { values, seed } = drawOf(base, trial)
  let document = withValues(withoutTalk(base.document), base.parameters, values)
  for (const option of levers) {
    const pulled = pullLever(document, option)
    assert(pulled.ok, `the lever ${option.name} was checked before`)
    document = pulled.document
  }
  if (trial.tries !== undefined)
    document = withField(document, 'behaviour.retry.tries', trial.tries)
  document = base.keepTimeline
    ? withField(document, 'stack.instances', trial.instances)
    : holdInstances(document, trial.instances)
  return { id: trialKey(trial), document, shape: shapeOf(trial), seed, population, isFull }
}

/** Variants and what the world reported are no part of a trial. */
function withoutTalk(document: Mapping): Mapping {
  const { variants: _variants, reported: _reported, cost: _cost, ...rest } = document
  return rest
}

function withField(document: Mapping, path: string, value: unknown): Mapping {
  const set = setField(document, path, value)
  assert('document' in set, `a field that every scenario has: ${path}`)
  return isMapping(set.document) ? set.document : document
}

function drawOf(base: TrialBase, { draw, moved }: Trial): Draw {
  const own = base.parameters.map(({ name, mid }): [string, number] => [name, mid])
  const middle = () => new Map([...own, ...(base.middle ?? [])])
  const { values, seed } =
    draw === null
      ? { values: middle(), seed: base.seed }
      : must(base.draws[draw], 'a draw of the plan')
  if (moved === undefined) return { values, seed }
  return { values: new Map([...values, [moved.parameter, moved.value]]), seed }
}

function shapeOf({ levers = [], crowd = 1, trigger }: Trial): Shape {
  return levers.reduce<Shape>(
    (shape, { splitInto, wrongDayShare, preQueueSec }) => ({
      ...shape,
      splitInto: shape.splitInto * splitInto,
      wrongDayShare: Math.max(shape.wrongDayShare, wrongDayShare),
      preQueueSec: Math.max(shape.preQueueSec, preQueueSec),
    }),
    { ...plainShape, crowd, trigger: trigger ?? null },
  )
}
