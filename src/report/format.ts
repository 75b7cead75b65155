/**
 * Numbers as a reader wants them: the very same functions run here and inside the HTML page. `null` and
 * what is not finite is an en dash, never 0.
 */

/** What a value that is not known reads as. */
export const unknownText = '–'

type Maybe = number | null | undefined
const known = (value: Maybe): value is number =>
  value !== null && value !== undefined && Number.isFinite(value)
/** At most `digits` decimals, trailing zeros off. */
const trim = (value: number, digits: number) => String(Number(value.toFixed(digits)))
const pad = (value: number) => String(value).padStart(2, '0')
const group = (value: number) => String(Math.round(value)).replace(/\B(?=(\d{3})+(?!\d))/g, ',')
/** Three figures that matter, without an exponent. */
function three(value: number) {
  const size = Math.abs(value)
  return trim(value, size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3)
}

/** `810,827` */
const count = (value: Maybe) => (known(value) ? group(value) : unknownText)

/** `6.04 M`, `71.5 k`, `36` */
function compact(value: Maybe) {
  if (!known(value)) return unknownText
  const size = Math.abs(value)
  if (size >= 999_500_000) return `${three(value / 1e9)} bn`
  if (size >= 999_500) return `${three(value / 1e6)} M`
  if (size >= 9_995) return `${three(value / 1e3)} k`
  return size >= 1000 ? group(value) : three(value)
}

/** `36/s`, `7.1 k/s` */
const perSec = (value: Maybe) => (known(value) ? `${compact(value)}/s` : unknownText)

/** A share of one: `53.9%`, `0.04%`, `100%`; never rounded up to 100 or down to 0. */
function share(value: Maybe) {
  if (!known(value)) return unknownText
  const percent = value * 100
  if (percent > 0 && percent < 0.01) return '< 0.01%'
  if (percent > 99.9 && percent < 100) return '> 99.9%'
  return `${trim(percent, Math.abs(percent) < 1 ? 2 : 1)}%`
}

/** `14 min 05 s`, `1 h 03 min`, `2 d 4 h`, `12.3 s`; two units at most. */
function duration(sec: Maybe): string {
  if (!known(sec)) return unknownText
  if (sec < 0) return `−${duration(-sec)}`
  if (sec < 59.95) return `${sec < 10 ? trim(sec, 2) : trim(sec, 1)} s`
  const whole = Math.round(sec)
  if (whole < 3600) {
    const rest = whole % 60
    return `${Math.floor(whole / 60)} min${rest === 0 ? '' : ` ${pad(rest)} s`}`
  }
  const minutes = Math.round(sec / 60)
  if (minutes < 48 * 60) {
    const rest = minutes % 60
    return `${Math.floor(minutes / 60)} h${rest === 0 ? '' : ` ${pad(rest)} min`}`
  }
  const hours = Math.round(sec / 3600)
  return `${Math.floor(hours / 24)} d${hours % 24 === 0 ? '' : ` ${hours % 24} h`}`
}

/** For axes: `30 s`, `14 min`, `1.5 h`. */
function shortDuration(sec: Maybe) {
  if (!known(sec)) return unknownText
  if (sec === 0) return '0'
  if (sec < 60) return `${three(sec)} s`
  if (sec < 3600) return `${three(sec / 60)} min`
  return sec < 172_800 ? `${three(sec / 3600)} h` : `${three(sec / 86_400)} d`
}

/** Wall time of requests: `0.35 ms`, `850 ms`, `1.2 s`. */
function ms(value: Maybe) {
  if (!known(value)) return unknownText
  if (value < 1000) return `${three(value)} ms`
  return value < 60_000 ? `${three(value / 1000)} s` : duration(value / 1000)
}

/** `118 MB` */
function bytes(value: Maybe) {
  if (!known(value)) return unknownText
  if (value >= 1e9) return `${three(value / 1e9)} GB`
  return value >= 1e6 ? `${three(value / 1e6)} MB` : `${three(value / 1e3)} kB`
}

/** Any plain number, up to six figures that matter. */
function number(value: Maybe) {
  if (!known(value)) return unknownText
  if (Number.isInteger(value)) return group(value)
  return Math.abs(value) >= 1000 ? group(value) : String(Number(value.toPrecision(4)))
}

/** Position 1/(1−p) of a percentile plot: 10 gives `90%`, 1000 gives `99.9%`. */
const percentile = (odds: Maybe) =>
  known(odds) ? `${trim(100 * (1 - 1 / odds), 6)}%` : unknownText

export const formats = {
  count,
  compact,
  perSec,
  share,
  duration,
  shortDuration,
  ms,
  bytes,
  number,
  percentile,
}
export type FormatName = keyof typeof formats
