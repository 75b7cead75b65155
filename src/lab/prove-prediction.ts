import { streamKey, streams, uniform } from '../core/chance.ts'
import { normalQuantile } from '../core/special.ts'
import { simulate } from '../engine/sim/simulate.ts'
import { ofRecorder } from '../fit/measured-run.ts'
import { parseScenario } from '../scenario/load/parse.ts'
import {
  parametersOf,
  withValues,
  type Interval,
  type Values,
} from '../scenario/schema/parameters.ts'
import type { Mapping } from '../scenario/plain.ts'
import {
  surgeFigureNames,
  surgeFiguresOf,
  type SurgeFigure,
  type SurgeSpan,
} from './prove-figures.ts'

/** Predicted figures: median, and the interval that holds 95% of the draws. */
export type Prediction = Readonly<Record<SurgeFigure, Interval>>

/**
 * Standard deviation, as a share, by which all services of one start of the stack are longer or
 * shorter than those of the next: it is what timers, processes and a machine that is shared with
 * others add to the pauses that were asked for, and no draw of a fit to one start knows of it. Over
 * twelve surges the throughput at the knee was off by 3.9% (root mean square), of which fit and
 * chance account for 2.8%.
 */
const startsDiffer = 0.03

/**
 * Simulates a surge once for each set of values, on another luck each time: the spread is that of
 * what the fit leaves open, of one start of the stack, and of chance in one surge. The crowd is the
 * one that will be measured.
 */
export function predictSurge(
  surge: Mapping,
  ensemble: readonly Values[],
  span: SurgeSpan,
): Prediction {
  const parameters = parametersOf(surge)
  const key = streamKey(1, streams.fitNoise)
  const all = ensemble.map((values, luck) => {
    const factor = Math.exp(startsDiffer * normalQuantile(uniform(key, luck, 7)))
    const ofThisStart = new Map(
      [...values].map(([name, value]) => [name, isTime(name) ? value * factor : value]),
    )
    const parsed = parseScenario(withValues(surge, parameters, ofThisStart))
    if (!parsed.ok) throw new Error(`a draw is no scenario: ${JSON.stringify(parsed.faults)}`)
    const { recorder } = simulate(parsed.loaded.scenario, {
      seed: 1,
      serviceSeed: 1_000_003 + luck,
    })
    return surgeFiguresOf(ofRecorder(recorder), span)
  })
  const intervalOf = (figure: SurgeFigure): Interval => {
    const sorted = all.map((figures) => figures[figure]).toSorted((a, b) => a - b)
    const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))] ?? Number.NaN
    return { low: at(0.025), mid: at(0.5), high: at(0.975) }
  }
  return Object.fromEntries(
    surgeFigureNames.map((figure) => [figure, intervalOf(figure)]),
  ) as Prediction
}

const isTime = (name: string): boolean => name.endsWith('.serviceMs.mean')
