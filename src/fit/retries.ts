import { msToSec } from '../core/units.ts'
import { wilson } from '../statistics/binomial.ts'
import { chooseRounded } from './binned-fit.ts'
import { distributionPicture } from './distribution-picture.ts'
import type { DataSource } from './data-source.ts'
import type { Estimate, Fitted } from './estimate.ts'
import type { EstimateBasis } from './estimate-basis.ts'
import type { Gap, GapReason } from './gap.ts'
import type { Failures, LogEvidence } from '../logs/request-log.ts'
import { seenThrough } from './seen-through.ts'
import { estimate, significant, type Found } from './numbers.ts'
import { riseOfNinety } from './profile.ts'

const minFailures = 30
const minPauses = 20
const maxInARow = 30
const tries = 'behaviour.retry.tries'
const backoff = 'behaviour.retry.backoffSec'

type Log = Pick<LogEvidence, 'failures' | 'clients' | 'lastMs' | 'resolutionMs'>

/** How many failed for the k-th time in a row, and how many of them tried again. */
interface Level {
  failed: number
  retried: number
}

/**
 * How often people try again after a failure, and after what pause: from the same client asking for
 * the same again within five minutes. Failures so late that it would not be seen are left out.
 */
export function fitRetries(log: Log, from: DataSource): Fitted {
  const { failures, clients, resolutionMs } = log
  const seen = seenThrough(failures.endMs, failures.pauseSec, log.lastMs)
  const missing = (reason: GapReason): Fitted => ({
    estimates: [],
    settings: {},
    notIdentified: [tries, backoff].map((path) => ({ path, ...reason })),
    pictures: [],
  })
  if (clients === null) return missing({ code: 'ClientsUnknown' })
  const levels = levelsOf(failures, seen)
  const failed = levels.reduce((sum, level) => sum + level.failed, 0)
  if (failed < minFailures) {
    const counts = { failures: failures.endMs.length, followed: failed, needed: minFailures }
    return missing({ code: 'FewFailures', ...counts })
  }
  const limit = triesOf(levels)
  const pauses = seen.flatMap((i) => {
    const pause = failures.pauseSec[i] ?? Number.NaN
    return Number.isNaN(pause) ? [] : [pause]
  })
  const pause = backoffOf(pauses, msToSec(resolutionMs), { from, failed })
  const picture = distributionPicture({ code: 'Backoff', from, failed }, pauses, pause.chosen)
  return {
    estimates: [
      ...(limit.found === null
        ? []
        : [triesEstimate(limit.found, { from, basis: limit.basis, count: failed })]),
      ...pause.estimates,
    ],
    settings: pause.settings,
    notIdentified: [
      ...(limit.found === null ? [{ path: tries, ...limit.reason }] : []),
      ...pause.notIdentified,
    ],
    pictures: pauses.length === 0 ? [] : [picture],
  }
}

function levelsOf({ inARow, pauseSec }: Failures, seen: readonly number[]): Level[] {
  const levels: Level[] = []
  for (const i of seen) {
    const k = Math.min(maxInARow, inARow[i] ?? 1) - 1
    while (levels.length <= k) levels.push({ failed: 0, retried: 0 })
    const level = levels[k]
    if (level === undefined) continue
    level.failed++
    if (!Number.isNaN(pauseSec[i] ?? Number.NaN)) level.retried++
  }
  return levels
}

const together = (levels: readonly Level[]): Level => ({
  failed: levels.reduce((sum, level) => sum + level.failed, 0),
  retried: levels.reduce((sum, level) => sum + level.retried, 0),
})

/** ln of the binomial likelihood at its best share. */
function likelihood({ failed, retried }: Level): number {
  const term = (n: number) => (n === 0 ? 0 : n * Math.log(n / failed))
  return term(retried) + term(failed - retried)
}

type TriesFound =
  | { readonly found: Found; readonly basis: EstimateBasis }
  | { readonly found: null; readonly reason: GapReason }

/**
 * Either a limit: up to it nearly everybody tries again, beyond it hardly anybody. Or giving up at
 * random each time, of which a scenario knows the mean number of tries alone. The likelier one by
 * Schwarz' criterion: a limit has itself, a share before it and one beyond.
 */
function triesOf(levels: readonly Level[]): TriesFound {
  const all = together(levels)
  const limits = levels.map((_, limit) => {
    const before = together(levels.slice(0, limit))
    const beyond = together(levels.slice(limit))
    const isLimit =
      limit === 0 || before.retried / before.failed > beyond.retried / Math.max(1, beyond.failed)
    return { limit, value: isLimit ? likelihood(before) + likelihood(beyond) : -Infinity, before }
  })
  const best = limits.reduce((a, b) => (b.value > a.value ? b : a))
  const keepsTrying = all.retried / all.failed
  if (keepsTrying === 1) {
    return { found: null, reason: { code: 'NoRetryLimitSeen', tries: levels.length } }
  }
  const price = Math.log(all.failed) / 2
  const isGeometric =
    best.limit > 0 &&
    (likelihood(all) > best.value - 2 * price || best.before.retried / best.before.failed < 0.5)
  if (isGeometric) {
    const { low, high } = wilson({ successes: all.retried, trials: all.failed }, 0.9)
    const mean = (share: number) => Math.min(maxInARow, share / Math.max(1e-6, 1 - share))
    return {
      found: { low: mean(low), mid: mean(keepsTrying), high: mean(high) },
      basis: { code: 'RetryShare', failed: all.failed, retriedShare: significant(keepsTrying) },
    }
  }
  const likely = limits
    .filter(({ value }) => value >= best.value - riseOfNinety)
    .map(({ limit }) => limit)
  const share = best.before.failed === 0 ? 0 : best.before.retried / best.before.failed
  return {
    found: { low: Math.min(...likely), mid: best.limit, high: Math.max(...likely) },
    basis: { code: 'RetryLimit', failed: all.failed, retriedShare: significant(share) },
  }
}

/** Tries are whole. */
function triesEstimate(
  { low, mid, high }: Found,
  told: Pick<Estimate, 'from' | 'basis' | 'count'>,
): Estimate {
  return estimate(
    tries,
    { low: Math.floor(low), mid: Math.round(mid), high: Math.ceil(high) },
    told,
  )
}

function backoffOf(
  pauses: readonly number[],
  stepSec: number,
  { from, failed }: { from: DataSource; failed: number },
) {
  const chosen = pauses.length < minPauses ? null : chooseRounded(pauses, stepSec)
  const notIdentified: Gap[] = []
  if (chosen === null) {
    const counts = { retries: pauses.length, needed: minPauses }
    notIdentified.push({ path: backoff, code: 'FewRetries', ...counts })
    return { chosen, estimates: [], settings: {}, notIdentified }
  }
  const distribution = chosen.dist.dist
  const basis = { code: 'RetryPauses', failed, pauses: pauses.length, distribution } as const
  return {
    chosen,
    estimates: Object.entries(chosen.parameters).map(([name, found]) =>
      estimate(`${backoff}.${name}`, found, { from, basis, count: pauses.length }),
    ),
    settings: { [backoff]: { dist: distribution } },
    notIdentified,
  }
}
