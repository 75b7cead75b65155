import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { z } from 'zod'
import { DambreakError } from '../core/errors.ts'
import type { Trial } from './ensemble-search.ts'
import { diskError } from '../core/files/disk-error.ts'

/**
 * A search that can go on: a file of JSON lines, first what is searched, then every trial, and after
 * each batch how many sets had been drawn by then.
 */
export interface TrialLog {
  /** What earlier searches left: all trials of whole batches. */
  readonly trials: readonly Trial[]
  readonly drawn: number
  readonly add: (trials: readonly Trial[], drawn: number) => void
}

const numbers = z.record(z.string(), z.number())
const trialLine = z.strictObject({
  index: z.int().min(0),
  seed: z.int().min(0),
  weight: z.number().min(1),
  values: numbers,
  observed: z.record(z.string(), z.number().nullable()),
})
const drawnLine = z.strictObject({ drawn: z.int().min(0) })

/** What a search is of: with anything else, its trials say nothing. */
export type SearchKey = Readonly<Record<string, unknown>>

/**
 * Opens a log of trials, or starts one.
 * @throws DambreakError 'usage' where the file is of another search or no log, 'disk'
 */
export function openTrials(path: string, key: SearchKey): TrialLog {
  const first = JSON.stringify(key)
  const earlier = existsSync(path) ? readTrials(path, first) : null
  if (earlier === null) write(path, () => writeFileSync(path, `${first}\n`))
  return {
    trials: earlier?.trials ?? [],
    drawn: earlier?.drawn ?? 0,
    add: (trials, drawn) => {
      const lines = [...trials, { drawn }].map((line) => `${JSON.stringify(line)}\n`)
      write(path, () => appendFileSync(path, lines.join('')))
    },
  }
}

function write(path: string, act: () => void): void {
  try {
    act()
  } catch (error) {
    throw diskError(error, `write ${path}`)
  }
}

function readTrials(path: string, first: string): Pick<TrialLog, 'trials' | 'drawn'> {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    throw diskError(error, `read ${path}`)
  }
  const [head, ...lines] = text.split('\n')
  if (head !== first) {
    throw new DambreakError(
      'usage',
      `${path} is no log of this search: another scenario, seed or file`,
    )
  }
  const whole: string[] = [first]
  let drawn = 0
  let batch: { line: string; trial: Trial }[] = []
  const trials: Trial[] = []
  for (const [i, line] of lines.entries()) {
    if (line === '') continue
    const value = jsonOf(line)
    const end = drawnLine.safeParse(value)
    const trial = trialLine.safeParse(value)
    if (end.success) {
      trials.push(...batch.map((one) => one.trial))
      whole.push(...batch.map((one) => one.line), line)
      batch = []
      drawn = end.data.drawn
    } else if (trial.success) batch.push({ line, trial: trial.data })
    else if (i < lines.length - 1) {
      throw new DambreakError('usage', `${path}, line ${i + 2}: is neither a trial nor a count`)
    }
  }
  // What a crash cut off in the middle of a batch goes, and is run again.
  const kept = `${whole.join('\n')}\n`
  if (kept !== text) write(path, () => writeFileSync(path, kept))
  return { trials, drawn }
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return null
  }
}
