import { nativePattern } from '../../../scenario/request/native-pattern.ts'

/**
 * In place of `scenario/request/linear-pattern.ts` in the k6 script. k6 matches with Go's `regexp`, which
 * is linear by itself, and the automaton would cost each VU memory. Patterns that are not linear there
 * (they look ahead or behind, or refer back) were refused when the scenario was exported.
 */
export const compileLinear = nativePattern
