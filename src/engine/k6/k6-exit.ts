/** What k6's exit code says of its run, in our words. */
export interface K6End {
  /** `null`: it ran to its end. Else why the run is not whole, as reports know it. */
  readonly cutShort: string | null
  /** What a reader must know besides. */
  readonly note: string | null
  /** It did not even begin: a fault of the script, its options, or k6 itself. */
  readonly isFailure: boolean
}

const fine: K6End = { cutShort: null, note: null, isFailure: false }

/** `words`: what k6 itself said last, '' if nothing. `code` is `null` where a signal ended it. */
export function k6EndOf(code: number | null, words: string): K6End {
  const told = words === '' ? '' : `: ${words}`
  switch (code) {
    case 0:
      return fine
    case 99:
      // Whether they are too many, the importer counts: k6's threshold is the same half per cent.
      return { ...fine, note: 'k6 ended with 99: its threshold on dropped iterations was crossed' }
    case 105:
      return { ...fine, cutShort: 'interrupted: k6 was stopped before its end' }
    case 104:
      return failure(`k6 does not take its options (104)${told}`)
    case 107:
      return failure(`the script failed in k6 (107)${told}`)
    case 108:
      return failure(`the script stopped the run (108)${told}`)
    case null:
      return failure(`k6 was killed${told}`)
    default:
      return failure(`k6 ended with ${code}${told}`)
  }
}

const failure = (words: string): K6End => ({
  cutShort: `failed: ${words}`,
  note: null,
  isFailure: true,
})
