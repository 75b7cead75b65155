/** The member of a union that has this code, perhaps among others. */
type Of<Coded, Code> = Coded extends { readonly code: infer Codes }
  ? Code extends Codes
    ? Coded
    : never
  : never

/** Words for a union of codes: one entry for each code, so that a new code without words is no type. */
export type WordTable<Coded extends { readonly code: string }, Rest extends readonly unknown[]> = {
  readonly [Code in Coded['code']]: (coded: Of<Coded, Code>, ...rest: Rest) => string
}

/** The words for one of them. */
export function wordsFor<Coded extends { readonly code: string }, Rest extends readonly unknown[]>(
  table: WordTable<Coded, Rest>,
  coded: Coded,
  ...rest: Rest
): string {
  const say = table[coded.code as Coded['code']] as (one: Coded, ...more: Rest) => string
  return say(coded, ...rest)
}
