/**
 * How many cases a sweep takes: `few` in `npm test`, `all` in `npm run test:long`. Tests that use it are
 * named `*.sweep.test.ts` and go on in both.
 */
export const sweep = (few: number, all: number): number => (isLong ? all : few)

export const isLong = process.env['DAMBREAK_TESTS'] === 'long'
