import { DambreakError } from '../core/errors.ts'
import { readDuration, type WrittenDuration } from './duration-text.ts'

/** What a waiting room showed one visitor. */
export interface Screen {
  readonly ahead: number
  /** People behind, where it was shown. */
  readonly behind: number | null
  readonly eta: WrittenDuration
  /** As written; `null` where absent. */
  readonly at: string | null
}

const example = '"ahead=30410 eta=845s at=20:00:00"'
const keys = ['ahead', 'behind', 'eta', 'at']

/** A count as people write it: `30410`, `30,410`, `30_410`. */
export function readCount(text: string): number | null {
  const digits = text.trim().replaceAll(/[,_](?=\d{3}(?!\d))/g, '')
  return /^\d{1,12}$/.test(digits) ? Number(digits) : null
}

/**
 * A screen of `--screen`.
 * @throws DambreakError 'usage' where the text is none
 */
export function readScreen(text: string): Screen {
  const refuse = (what: string) => new DambreakError('usage', `"${text}" ${what}`)
  const given = new Map<string, string>()
  for (const part of text.trim().split(/\s+/)) {
    const [key = '', value] = part.split(/=(.*)/s, 2)
    if (value === undefined || value === '') throw refuse(`must be such as ${example}`)
    if (!keys.includes(key)) throw refuse(`may hold ${keys.join(', ')}, not "${key}"`)
    if (given.has(key)) throw refuse(`holds ${key} twice`)
    given.set(key, value)
  }
  const ahead = readCount(given.get('ahead') ?? '')
  if (ahead === null) throw refuse(`must say how many are ahead, such as ${example}`)
  const eta = readDuration(given.get('eta') ?? '')
  if (eta === null) throw refuse('must say the wait that is shown, such as eta=845s or eta=14m05s')
  if (eta.sec <= 0 && ahead > 0) throw refuse('must say a wait above 0')
  const behindText = given.get('behind')
  const behind = behindText === undefined ? null : readCount(behindText)
  if (behindText !== undefined && behind === null)
    throw refuse('must say behind= as a whole number')
  return { ahead, behind, eta, at: given.get('at') ?? null }
}
