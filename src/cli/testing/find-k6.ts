import { pathOf } from '../k6-binary.ts'

/** The real k6 where there is one; tests that need it say so where there is none. */
export const k6Path = pathOf(process.env)

export const withoutK6 =
  k6Path === null ? 'k6 is not on this machine (DAMBREAK_K6, PATH or ~/go/bin)' : null
