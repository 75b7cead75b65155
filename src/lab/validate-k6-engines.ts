import { rehearseOnStack } from '../cli/testing/rehearse-on-stack.ts'
import { engineRows } from './validate-k6-figures.ts'
import { invalidTexts } from '../report/verdict-words.ts'

export interface ValidateK6 {
  /** Path of the program. */
  readonly k6: string
  readonly scenario: string
  readonly speed: string
  readonly population: string
  readonly seed: string
}

/**
 * The same visitors by the live engine and by k6, each against a reference stack of its own: visitors,
 * admissions and bookings must be within 3% of each other, the medians and the 95th percentiles of the
 * steps' service times within 10%.
 */
export async function enginesHold(options: ValidateK6): Promise<boolean> {
  const { scenario, speed, population, seed } = options
  const common = ['--speed', speed, '--population', population, '--seed', seed]
  const by = (engine: string) => rehearseOnStack({ scenario, common, engine: ['--engine', engine] })
  const live = await by('live')
  const k6 = await by('k6')
  for (const { header, verdict } of [live, k6]) {
    console.log(`${header.engine}: ${verdict.valid ? 'valid' : invalidTexts(verdict).join('; ')}`)
  }
  console.log('')
  const rows = engineRows(live.summary, k6.summary)
  for (const { text } of rows) console.log(text)
  return live.verdict.valid && k6.verdict.valid && rows.every(({ ok }) => ok)
}
