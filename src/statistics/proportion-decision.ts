import { openShare, requireParameters, wholeNumber } from '../core/parameters.ts'
import { checkProportion, type Proportion } from './binomial.ts'
import { logBeta, logIncompleteBeta } from './incomplete-beta.ts'

export type ProportionVerdict = 'meets' | 'fails' | 'undecided'

export interface ProportionQuestion extends Proportion {
  /** The share that is asked for, above 0 and below 1. */
  readonly threshold: number
  /** 0.95: where the share is the threshold itself, either decision is made with at most 5% in all. */
  readonly confidence: number
  /** The most trials that will ever be looked at; 400 unless given. Fewer decide a little sooner. */
  readonly maxTrials?: number
}

const defaultMaxTrials = 400

/**
 * Does the share reach the threshold? An answer that may be asked for after every trial: the
 * chance that it is ever wrong, over all looks up to `maxTrials`, is at most (1 − confidence)/2 for
 * `meets` where the true share is below the threshold θ, and as much for `fails` where it is not.
 *
 * Each side weighs the likelihood of its alternatives against that of θ: the mean of
 * (q/θ)^x ((1 − q)/(1 − θ))^(n − x) over q uniform on the far side of θ, to a third at q = 1 for `meets`
 * (a mixture martingale; Robbins, "Statistical methods related to the law of the iterated
 * logarithm", Ann. Math. Stat. 41(5), 1970). Ville's inequality would let it decide at
 * 2/(1 − confidence). As there is an end to the trials, the exact chance of ever passing a limit at
 * share θ is found by stepping through all paths, and the lowest limit is taken whose chance is
 * small enough (Jennison and Turnbull, Group Sequential Methods, 2000, chapter 12). Shares on the
 * other side of θ err less: more successes in a path can only bring `meets` nearer. A decision implies
 * that the Clopper–Pearson interval of the same confidence leaves θ out.
 *
 * Of at most 400 trials, all successes meet 0.95 at 95% after 78 (a single look would need 72); 2
 * failures in a row fail it.
 * @throws DambreakError `usage`, on more trials than `maxTrials` too
 */
export function decideProportion(question: ProportionQuestion): ProportionVerdict {
  const { successes, trials, threshold, confidence } = question
  const maxTrials = question.maxTrials ?? defaultMaxTrials
  checkProportion('decideProportion', question, {
    threshold: openShare(threshold),
    confidence: openShare(confidence),
    maxTrials:
      wholeNumber(maxTrials, 1) ??
      (trials <= maxTrials ? null : `must be at least the ${trials} trials, got ${maxTrials}`),
  })
  if (trials === 0) return 'undecided'
  const { maxFailuresMeeting, minFailuresFailing } = proportionBoundaries({
    threshold,
    confidence,
    maxTrials,
  })
  const failures = trials - successes
  if (failures <= (maxFailuresMeeting[trials] ?? -1)) return 'meets'
  return failures >= (minFailuresFailing[trials] ?? Infinity) ? 'fails' : 'undecided'
}

export interface ProportionBoundaries {
  /** By number of trials (0 … maxTrials): the most failures at which it meets; −1 where none does. */
  readonly maxFailuresMeeting: readonly number[]
  /** The fewest at which it fails; infinite where it cannot yet. */
  readonly minFailuresFailing: readonly number[]
}

/** A memory of a pure function, so that sharing it is safe. */
const remembered = new Map<string, ProportionBoundaries>()
const maxRemembered = 64

/** Where `decideProportion` decides. The first call of a set of parameters takes milliseconds. */
export function proportionBoundaries(given: {
  threshold: number
  confidence: number
  maxTrials: number
}): ProportionBoundaries {
  const { threshold, confidence, maxTrials } = given
  requireParameters('proportionBoundaries', {
    threshold: openShare(threshold),
    confidence: openShare(confidence),
    maxTrials: wholeNumber(maxTrials, 1),
  })
  const key = `${threshold} ${confidence} ${maxTrials}`
  const known = remembered.get(key)
  if (known !== undefined) return known
  const error = (1 - confidence) / 2
  const trialCounts = Array.from({ length: maxTrials + 1 }, (_, n) => n)
  const meeting = trialCounts.map((n) => meetingRow(threshold, n))
  const failing = trialCounts.map((n) => failingRow(threshold, n, -Math.log(error)))
  const meets = (limit: number) => meeting.map((row) => lastAtLeast(row, limit))
  const fails = (limit: number) => failing.map((row) => firstAtLeast(row, limit))
  const meetLimit = lowestLimit(error, (limit) => crossingChance(threshold, meets(limit), true))
  const failLimit = lowestLimit(error, (limit) => crossingChance(threshold, fails(limit), false))
  const boundaries = {
    maxFailuresMeeting: meets(meetLimit),
    minFailuresFailing: fails(failLimit),
  }
  if (remembered.size === maxRemembered) remembered.clear()
  remembered.set(key, boundaries)
  return boundaries
}

/** Logarithms of the evidence after n trials, for failures `first`, `first` + 1, …, as far as any limit needs. */
interface EvidenceRow {
  readonly first: number
  readonly logs: readonly number[]
}

/** From no failure up to where the evidence for `meets` is gone; it falls with each failure. */
function meetingRow(threshold: number, trials: number): EvidenceRow {
  const logs: number[] = []
  for (let failures = 0; failures <= trials; failures++) {
    const log = logEvidenceMeets(threshold, trials - failures, failures)
    if (log < 0) break
    logs.push(log)
  }
  return { first: 0, logs }
}

/** From as many failures as the threshold expects up to `most`; it rises with each failure. */
function failingRow(threshold: number, trials: number, most: number): EvidenceRow {
  const first = Math.floor(trials * (1 - threshold))
  const logs: number[] = []
  for (let failures = first; failures <= trials; failures++) {
    logs.push(logEvidenceFails(threshold, trials - failures, failures))
    if ((logs.at(-1) ?? 0) >= most) break
  }
  return { first, logs }
}

/** Of q = 1: with more, all successes decide sooner, and one failure costs more. */
const certainWeight = 1 / 3

/** ln of ⅓θ^−n (no failures) + ⅔ ∫_θ^1 q^x (1 − q)^f dq / ((1 − θ) θ^x (1 − θ)^f). */
function logEvidenceMeets(threshold: number, successes: number, failures: number): number {
  const atThreshold = successes * Math.log(threshold) + failures * Math.log1p(-threshold)
  const above =
    logBeta(successes + 1, failures + 1) +
    logIncompleteBeta(1 - threshold, failures + 1, successes + 1) -
    Math.log1p(-threshold) +
    Math.log(1 - certainWeight)
  const certain = failures === 0 ? Math.log(certainWeight) : Number.NEGATIVE_INFINITY
  const high = Math.max(above, certain)
  return high + Math.log(Math.exp(above - high) + Math.exp(certain - high)) - atThreshold
}

/** ln of ∫_0^θ q^x (1 − q)^f dq / (θ θ^x (1 − θ)^f). */
function logEvidenceFails(threshold: number, successes: number, failures: number): number {
  return (
    logBeta(successes + 1, failures + 1) +
    logIncompleteBeta(threshold, successes + 1, failures + 1) -
    (successes + 1) * Math.log(threshold) -
    failures * Math.log1p(-threshold)
  )
}

/** The most failures whose evidence is at least the limit. */
function lastAtLeast({ logs }: EvidenceRow, limit: number): number {
  let last = -1
  for (const log of logs) {
    if (log < limit) break
    last++
  }
  return last
}

/** The fewest failures whose evidence is at least the limit. */
function firstAtLeast({ first, logs }: EvidenceRow, limit: number): number {
  const at = logs.findIndex((log) => log >= limit)
  return at < 0 ? Number.POSITIVE_INFINITY : first + at
}

/** The lowest limit at which the chance of ever passing it is at most `error`; Ville's, 1/error, always is one. */
function lowestLimit(error: number, chanceAt: (limit: number) => number): number {
  let low = 0
  let high = -Math.log(error)
  for (let i = 0; i < 40; i++) {
    const middle = (low + high) / 2
    if (chanceAt(middle) > error) low = middle
    else high = middle
  }
  return high
}

/** Paths less likely than this are dropped, counted as if they passed. */
const unlikely = 1e-15

/**
 * The chance that the number of failures, at share θ of successes, is ever at or below
 * (`isBelow`), or at or above, the boundary of its number of trials.
 */
export function crossingChance(
  share: number,
  boundary: readonly number[],
  isBelow: boolean,
): number {
  let alive = Float64Array.of(1)
  let first = 0
  let crossed = 0
  for (let trials = 1; trials < boundary.length; trials++) {
    const limit = boundary[trials] ?? 0
    const next = new Float64Array(alive.length + 1)
    for (const [i, chance] of alive.entries()) {
      next[i] = (next[i] ?? 0) + chance * share
      next[i + 1] = (next[i + 1] ?? 0) + chance * (1 - share)
    }
    let from = 0
    let to = next.length
    const leaves = (i: number) =>
      (next[i] ?? 0) < unlikely || (isBelow ? first + i <= limit : first + i >= limit)
    const drop = (i: number) => {
      crossed += next[i] ?? 0
    }
    while (from < to && leaves(from)) drop(from++)
    while (to > from && leaves(to - 1)) drop(--to)
    alive = next.subarray(from, to)
    first += from
  }
  return crossed
}
