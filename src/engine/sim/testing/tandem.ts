import { assert, must } from '../../../core/assert.ts'

/** Poisson arrivals, a station with a bounded backlog, then one without; exponential services. */
export interface Tandem {
  readonly arrivalRate: number
  readonly first: {
    readonly servers: number
    readonly backlog: number
    readonly serviceRate: number
  }
  readonly second: { readonly servers: number; readonly serviceRate: number }
}

export interface TandemSteadyState {
  readonly refusedShare: number
  /** Wait of those who were let in. */
  readonly firstWait: number
  readonly firstUtilisation: number
  readonly secondWait: number
  readonly secondUtilisation: number
}

/**
 * The exact steady state, from the Markov chain of (n₁, n₂), n₂ cut off at `room`, where nothing is
 * left. State n₂·(K + 1) + n₁ has transitions no further than K + 2 away, so elimination stays in a
 * band.
 */
export function tandemSteadyState(tandem: Tandem, room = 400): TandemSteadyState {
  const { arrivalRate, first, second } = tandem
  const most = first.servers + first.backlog
  const width = most + 1
  const firstRate = (n: number) => Math.min(n, first.servers) * first.serviceRate
  const secondRate = (n: number) => Math.min(n, second.servers) * second.serviceRate
  const shares = stationaryShares(width * (room + 1), width, (state, go) => {
    const n1 = state % width
    const n2 = Math.floor(state / width)
    if (n1 < most) go(state + 1, arrivalRate)
    if (n1 > 0 && n2 < room) go(state - 1 + width, firstRate(n1))
    if (n2 > 0) go(state - width, secondRate(n2))
  })
  const meanOf = (value: (n1: number, n2: number) => number) =>
    shares.reduce((sum, p, state) => sum + p * value(state % width, Math.floor(state / width)), 0)
  assert(meanOf((_, n2) => (n2 === room ? 1 : 0)) < 1e-12, 'the second station needs more room')
  const refusedShare = meanOf((n1) => (n1 === most ? 1 : 0))
  const throughput = arrivalRate * (1 - refusedShare)
  return {
    refusedShare,
    firstWait: meanOf((n1) => Math.max(0, n1 - first.servers)) / throughput,
    firstUtilisation: throughput / (first.servers * first.serviceRate),
    secondWait: meanOf((_, n2) => Math.max(0, n2 - second.servers)) / throughput,
    secondUtilisation: throughput / (second.servers * second.serviceRate),
  }
}

/**
 * Stationary distribution of a Markov chain in continuous time whose transitions go no further than
 * `band` states: elimination without subtractions (Grassmann, Taksar, Heyman, "Regenerative analysis
 * and steady state distributions for Markov chains", Operations Research 33(5), 1985).
 */
export function stationaryShares(
  states: number,
  band: number,
  transitions: (from: number, go: (to: number, rate: number) => void) => void,
): Float64Array {
  const span = 2 * band + 1
  const rates = new Float64Array(states * span)
  const at = (from: number, to: number) => from * span + (to - from + band)
  const rate = (from: number, to: number) => must(rates[at(from, to)], 'rate')
  for (let from = 0; from < states; from++) {
    transitions(from, (to, value) => {
      assert(Math.abs(to - from) <= band, 'a transition leaves the band')
      rates[at(from, to)] = rate(from, to) + value
    })
  }
  for (let n = states - 1; n > 0; n--) {
    const lowest = Math.max(0, n - band)
    let down = 0
    for (let to = lowest; to < n; to++) down += rate(n, to)
    for (let from = lowest; from < n; from++) {
      const into = rate(from, n) / down
      rates[at(from, n)] = into
      if (into === 0) continue
      for (let to = lowest; to < n; to++) {
        if (to !== from) rates[at(from, to)] = rate(from, to) + into * rate(n, to)
      }
    }
  }
  const shares = new Float64Array(states)
  shares[0] = 1
  for (let n = 1; n < states; n++) {
    let share = 0
    for (let from = Math.max(0, n - band); from < n; from++) {
      share += must(shares[from], 'share') * rate(from, n)
    }
    shares[n] = share
  }
  const total = shares.reduce((sum, share) => sum + share, 0)
  return shares.map((share) => share / total)
}
