/**
 * Counter-based chance: every draw is a pure function of (seed, stream, entity, k), so one more
 * draw in one place shifts nothing elsewhere, any number of workers gives the same run, and two
 * candidates can share their luck.
 */

/** One number per purpose; never renumber: recorded runs depend on it. */
export const streams = {
  arrivalTime: 1,
  arrivalCount: 2,
  patience: 3,
  failOpen: 4,
  bypass: 5,
  retryDelay: 6,
  reenter: 7,
  reenterDelay: 8,
  think: 9,
  service: 10,
  poll: 11,
  offer: 12,
  door: 13,
  comeBack: 14,
  comeBackDelay: 15,
  parameter: 16,
  closedPages: 17,
  birthYear: 18,
  personData: 19,
  bundle: 20,
  journey: 21,
  fitNoise: 24,
  ensemble: 27,
  ensembleScreen: 28,
  logSample: 30,
  replication: 40,
  comparison: 41,
  test: 99,
} as const

/** 32-bit finaliser with low bias (Wellons' "lowbias32" search, 2018); a bijection. */
function mix(value: number): number {
  let x = value | 0
  x = Math.imul(x ^ (x >>> 16), 0x21f0aaad)
  x = Math.imul(x ^ (x >>> 15), 0x735a2d97)
  return x ^ (x >>> 15)
}

/** Key of one stream under one seed; compute once, draw many times. */
export function streamKey(seed: number, stream: number): number {
  return mix(mix(seed) ^ Math.imul(stream, 0x9e3779b1))
}

/** Uniform in the open interval (0, 1), resolution 2^-32: draw number `k` of `entity`. */
export function uniform(key: number, entity: number, k = 0): number {
  const a = mix(key + Math.imul(entity, 0x85ebca6b))
  // The key enters twice: otherwise every stream would be a shifted copy of one sequence.
  const b = mix((a ^ Math.imul(k + 1, 0xc2b2ae35)) + key)
  return ((b >>> 0) + 0.5) * 2.3283064365386963e-10
}
