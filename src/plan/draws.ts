import { streamKey, streams, uniform } from '../core/chance.ts'
import type { Parameter, Values } from '../scenario/schema/parameters.ts'
import { sampleValues } from '../scenario/request/sample.ts'
import type { Draw } from './trial.ts'

export interface DrawOptions {
  readonly seed: number
  readonly points: number
  /** Values of a member of an ensemble for each draw; intervals that it does not name are sampled. */
  readonly memberOf?: (draw: number) => Values
}

/** Those of a member's values that the user has not stated: what `--set` says of a path comes first. */
export function unstated(values: Values, stated: readonly string[]): Values {
  return new Map([...values].filter(([name]) => !stated.some((path) => isWithin(name, path))))
}

/** Whether a parameter is what a path names, a part of it, or what it is a part of. */
export function isWithin(name: string, path: string): boolean {
  const plain = (text: string) => text.replaceAll(/\[(\d+)\]/g, '.$1')
  const [a, b] = [`${plain(name)}.`, `${plain(path)}.`]
  return a.startsWith(b) || b.startsWith(a)
}

/**
 * What replication number 0, 1, … goes by, the same for every candidate: values of the parameters,
 * prices among them, by Latin hypercube or from an ensemble, and a seed of their own.
 */
export function drawsOf(parameters: readonly Parameter[], options: DrawOptions): Draw[] {
  const { seed, points, memberOf } = options
  const key = streamKey(seed, streams.replication)
  return sampleValues(parameters, { seed, points }).map((sampled, j) => ({
    values: memberOf === undefined ? sampled : new Map([...sampled, ...memberOf(j)]),
    seed: Math.floor(uniform(key, j) * 0x1_0000_0000),
  }))
}
