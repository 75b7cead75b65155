import { formats } from './format.ts'

/** Something that is said by a code with values. */
export type Coded = { readonly code: string }

/** A table with the words of each code, complete by its type. */
export type WordsOf<T extends Coded, Words = string> = {
  readonly [C in T['code']]: (coded: Extract<T, { code: C }>) => Words
}

/** The words of one code out of its table. */
export function wordsFor<T extends Coded, Words>(table: WordsOf<T, Words>, coded: T): Words {
  // Each entry takes its own member of the union; the code says which one this is.
  return (table[coded.code as T['code']] as (one: T) => Words)(coded)
}

/** `1 request`, `12,043 requests` */
export const counted = (n: number, one: string, several = `${one}s`): string =>
  `${formats.count(n)} ${n === 1 ? one : several}`
