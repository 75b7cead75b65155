import { inject } from 'vitest'

declare module 'vitest' {
  interface ProvidedContext {
    /** `npm run test:long` */
    readonly isLong: boolean
  }
}

export const isLong = inject('isLong')

/**
 * How many cases a sweep takes: `few` in `npm test`, `all` in `npm run test:long`. Tests that use it are
 * named `*.sweep.test.ts` and go on in both.
 */
export const sweep = (few: number, all: number): number => (isLong ? all : few)
