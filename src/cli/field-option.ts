import { InvalidArgumentError, Option } from '@commander-js/extra-typings'
import { durationUnits, logFields, noFields, type GivenFields } from '../logs/log-field.ts'

const form = new RegExp(`^([a-z]+)=(.+?)(?::(${durationUnits.join('|')}))?$`)

/** `--field duration=took:ms`: names what a log calls a field; repeatable. */
export const fieldOption = () =>
  new Option(
    '--field <name=key>',
    `what a log or table calls a field of a request: ${logFields.join(', ')}; a duration with its unit, duration=took:ms; repeatable`,
  )
    .argParser(collectField)
    .default(noFields, 'by the usual names')

function collectField(text: string, before: GivenFields): GivenFields {
  const [, name, key = '', unit] = form.exec(text) ?? []
  const field = logFields.find((one) => one === name)
  if (field === undefined) {
    throw new InvalidArgumentError(`Such as time=when; the fields are ${logFields.join(', ')}.`)
  }
  const isDuration = field === 'duration' || field === 'upstream'
  // A key may hold a colon: only durations have a unit.
  const whole = isDuration || unit === undefined ? key : `${key}:${unit}`
  const stated = isDuration ? (durationUnits.find((one) => one === unit) ?? null) : null
  return new Map([...before, [field, { key: whole, unit: stated }]])
}
