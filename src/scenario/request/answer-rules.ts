/** How answers are read, and how much of them is kept. */
export interface AnswerRules {
  readonly maxBodyBytes: number
  readonly maxValueChars: number
  readonly maxCookieChars: number
  /** Charset of text that states none; '' for UTF-8 where the bytes are that. */
  readonly charset: string
}

/** Those of a scenario that states none. */
export const usualAnswerRules: AnswerRules = {
  maxBodyBytes: 1_048_576,
  maxValueChars: 65_536,
  maxCookieChars: 65_536,
  charset: '',
}

/** The section of a scenario. */
type Stated = Omit<AnswerRules, 'charset'> & { readonly charset?: string | undefined }

export function answerRulesOf({ answers }: { readonly answers?: Stated | undefined }): AnswerRules {
  return answers === undefined ? usualAnswerRules : { ...answers, charset: answers.charset ?? '' }
}
