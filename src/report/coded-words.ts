import { formats } from './format.ts'

/** Something that is said by a code with values. */
export type Coded = { readonly code: string }

/** The member of a union that has this code, perhaps among others. */
type Of<T, Code> = T extends { readonly code: infer Codes }
  ? Code extends Codes
    ? T
    : never
  : never

/** A table with the words of each code, complete by its type; `Rest` is what else they are made of. */
export type WordsOf<T extends Coded, Words = string, Rest extends readonly unknown[] = []> = {
  readonly [Code in T['code']]: (coded: Of<T, Code>, ...rest: Rest) => Words
}

/** The words of one code out of its table. */
export function wordsFor<T extends Coded, Words, Rest extends readonly unknown[]>(
  table: WordsOf<T, Words, Rest>,
  coded: T,
  ...rest: Rest
): Words {
  // Each entry takes its own member of the union; the code says which one this is.
  const say = table[coded.code as T['code']] as (one: T, ...more: Rest) => Words
  return say(coded, ...rest)
}

/** `1 request`, `12,043 requests` */
export const counted = (n: number, one: string, several = `${one}s`): string =>
  `${formats.count(n)} ${n === 1 ? one : several}`
