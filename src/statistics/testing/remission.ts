import type { Lifetime } from '../kaplan-meier.ts'

/**
 * Weeks of remission of 21 patients under 6-mercaptopurine, 12 of them censored (Freireich and others,
 * Blood 21, 1963): the textbooks' example of censoring.
 */
export const remission: readonly Lifetime[] = [
  ...[6, 6, 6, 7, 10, 13, 16, 22, 23].map((time) => ({ time, isObserved: true })),
  ...[6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35].map((time) => ({ time, isObserved: false })),
]
