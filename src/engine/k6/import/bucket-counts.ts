import { DambreakError, type Fault } from '../../../core/errors.ts'
import { Histogram, latencyLayout, waitLayout, type Layout } from '../../../record/histogram.ts'
import { isMapping, type Mapping } from '../../../scenario/plain.ts'
import { bucketOf, middleOf } from '../buckets.ts'

/** The unit of the buckets: `us` of latencies, `ms` of waits. */
export type BucketUnit = Layout['unit']

const layouts: Readonly<Record<BucketUnit, Layout>> = { us: latencyLayout, ms: waitLayout }

/**
 * The histogram of buckets that were counted: pairs of a bucket's lower bound (the tag `us` or `ms`)
 * and its count. Counts of several runners add up: give their pairs one after the other. A quantile
 * of it is within 0.4% (half a bucket) and a thousandth (the layout) of that of the values.
 * @throws DambreakError 'usage' with every pair that is none of these buckets
 */
export function histogramOfBuckets(
  pairs: Iterable<readonly [lower: number, count: number]>,
  unit: BucketUnit,
): Histogram {
  const layout = layouts[unit]
  const histogram = new Histogram(layout)
  const faults: Fault[] = []
  let row = 0
  for (const [lower, count] of pairs) {
    const path = `pair ${++row}`
    if (!Number.isInteger(lower) || lower < 0 || bucketOf(layout, lower) !== lower) {
      faults.push({ path, message: `${lower} is no lower bound of a bucket in ${unit}` })
    } else if (!(count >= 0 && count < 2 ** 52)) {
      faults.push({ path, message: `${count} is no count` })
    } else if (Math.round(count) > 0) histogram.record(middleOf(layout, lower), Math.round(count))
  }
  if (faults.length > 0) {
    throw new DambreakError('usage', 'these are no buckets of dambreak', faults.slice(0, 50))
  }
  return histogram
}

/**
 * The histograms of a query's answer, as Prometheus gives it at `/api/v1/query`, by the label `by`
 * (all in one, under '', where there is no such label):
 *
 *   sum by (step, us) (dambreak_requests_total)
 *
 *   {"status":"success","data":{"resultType":"vector","result":[
 *     {"metric":{"step":"book","us":"81920"},"value":[1772359200,"17"]}, …
 *
 * @throws DambreakError 'usage' where it is no such answer
 */
export function histogramsOfQuery(
  answer: unknown,
  { unit, by = 'step' }: { unit: BucketUnit; by?: string },
): Map<string, Histogram> {
  const pairs = new Map<string, [number, number][]>()
  for (const sample of samplesOf(answer)) {
    const { metric, value } = sample
    const labels: Mapping = isMapping(metric) ? metric : {}
    const lower = typeof labels[unit] === 'string' ? Number(labels[unit]) : Number.NaN
    const count = Array.isArray(value) ? Number(value[1]) : Number.NaN
    const name = labels[by]
    const key = typeof name === 'string' ? name : ''
    const known = pairs.get(key)
    if (known === undefined) pairs.set(key, [[lower, count]])
    else known.push([lower, count])
  }
  return new Map([...pairs].map(([name, of]) => [name, histogramOfBuckets(of, unit)]))
}

function samplesOf(answer: unknown): Mapping[] {
  const data = isMapping(answer) ? answer['data'] : undefined
  const isVector = isMapping(data) && data['resultType'] === 'vector'
  const result = isVector ? data['result'] : undefined
  if (Array.isArray(result) && result.every(isMapping)) return result
  throw new DambreakError(
    'usage',
    'this is no answer to an instant query: Prometheus gives one at /api/v1/query, with resultType "vector"',
  )
}
