/** One finding as a sentence, and a remedy if it is not good. */
export interface Check {
  readonly name: string
  /** `unknown`: this system does not tell. */
  readonly status: 'ok' | 'warn' | 'fail' | 'unknown'
  readonly detail: string
  readonly remedy: string | null
}

export const ok = (name: string, detail: string): Check => ({
  name,
  status: 'ok',
  detail,
  remedy: null,
})

export const unknown = (name: string): Check => ({
  name,
  status: 'unknown',
  detail: 'not known here',
  remedy: null,
})

/** The status by a measure where more is better. */
export function byLeast(value: number, least: { ok: number; warn: number }): Check['status'] {
  if (value >= least.ok) return 'ok'
  return value >= least.warn ? 'warn' : 'fail'
}

/** The status by a measure of which less is better. */
export function byMost(value: number, most: { ok: number; warn: number }): Check['status'] {
  if (value <= most.ok) return 'ok'
  return value <= most.warn ? 'warn' : 'fail'
}

export function checkLines({ name, status, detail, remedy }: Check): string[] {
  const mark = status === 'unknown' ? '-' : status
  const line = `${mark.padEnd(5)} ${name.padEnd(12)} ${detail}`
  return remedy === null ? [line] : [line, `${' '.repeat(19)}→ ${remedy}`]
}
