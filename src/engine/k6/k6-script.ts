import { readFileSync } from 'node:fs'

/** The script that k6 is given, as it is called in its folder. */
export const scriptName = 'surge.js'

/**
 * The text of the k6 script: one module that imports nothing but k6's own. `npm run bundle` makes it of
 * `scenarios/k6/surge.ts` and all that it imports.
 */
export function k6Script(): string {
  return readFileSync(new URL('./surge.bundle.js', import.meta.url), 'utf8')
}
