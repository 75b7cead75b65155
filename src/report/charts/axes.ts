import { formats } from '../format.ts'
import type { AxisReading, ChartConfig, Extras } from './config.ts'
import type { DrawnScale, Drawing, Pen } from './drawn.ts'

/** How axes read: formats by name, and ticks on round times of the local clock. */

const clockStepsSec = [
  10, 30, 60, 300, 600, 900, 1800, 3600, 7200, 10_800, 14_400, 21_600, 43_200, 86_400, 172_800,
]
const months = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ')
const two = (value: number) => String(value).padStart(2, '0')

function localTime(x: number, extras: Extras) {
  const { opensAtSec, offsetSec } = extras.clock ?? { opensAtSec: 0, offsetSec: 0 }
  return new Date((opensAtSec + offsetSec + x) * 1000)
}
function clockText(x: number, extras: Extras) {
  const at = localTime(x, extras)
  const seconds = at.getUTCSeconds()
  return `${two(at.getUTCHours())}:${two(at.getUTCMinutes())}${seconds === 0 ? '' : `:${two(seconds)}`}`
}
export function dayText(x: number, extras: Extras) {
  const at = localTime(x, extras)
  return `${at.getUTCDate()} ${months[at.getUTCMonth()] ?? ''}`
}
function sinceText(x: number) {
  if (x === 0) return 'opening'
  return `${x < 0 ? '−' : '+'}${formats.shortDuration(Math.abs(x))}`
}
export function readValue(value: number, reading: AxisReading, extras: Extras) {
  if (reading.format === 'clock') return clockText(value, extras)
  if (reading.format === 'sinceOpening') return sinceText(value)
  if (reading.format === 'names') return reading.names?.[value] ?? ''
  return reading.format === 'text' ? String(value) : formats[reading.format](value)
}

/** Ticks on round times of the local clock, as many as there is room for. */
function timeTicks(scale: DrawnScale, reading: AxisReading, extras: Extras) {
  const room = Math.max(2, Math.floor((scale.width || 600) / 62))
  const step = clockStepsSec.find((sec) => (scale.max - scale.min) / sec <= room) ?? 604_800
  const origin =
    reading.format === 'clock' && extras.clock !== undefined
      ? extras.clock.opensAtSec + extras.clock.offsetSec
      : 0
  const ticks: { value: number }[] = []
  let at = Math.ceil((scale.min + origin) / step) * step - origin
  for (; at <= scale.max; at += step) ticks.push({ value: at })
  return ticks
}
function timeLabel(x: number, index: number, extras: Extras, ticks: { value: number }[]) {
  const before = ticks[index - 1]
  const changed = before === undefined || dayText(before.value, extras) !== dayText(x, extras)
  return changed ? [clockText(x, extras), dayText(x, extras)] : clockText(x, extras)
}

/** Of ticks along the foot, those that leave each other room; round powers of ten come first. */
function roomyTicks(scale: DrawnScale, { at = [], gapPx }: AxisReading, log: boolean) {
  const part = (value: number) =>
    log
      ? Math.log(value / scale.min) / Math.log(scale.max / scale.min)
      : (value - scale.min) / (scale.max - scale.min)
  const pixel = (value: number) => part(value) * (scale.width || 600)
  const round = (value: number) => (log && Math.log10(value) % 1 === 0 ? 0 : 1)
  const kept: number[] = []
  for (const value of at.toSorted((a, b) => round(a) - round(b) || a - b))
    if (kept.every((other) => Math.abs(pixel(other) - pixel(value)) >= (gapPx ?? (log ? 54 : 48))))
      kept.push(value)
  return kept.toSorted((a, b) => a - b)
}

/**
 * A name in lines of at most `widthPx`, broken at its spaces; within a word only where the word
 * alone is wider, after a dot if it has one.
 */
export function brokenLabel(text: string, widthPx: number, pen: Pick<Pen, 'measureText'>) {
  const fits = (line: string) => pen.measureText(line).width <= widthPx
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`
    if (fits(longer)) {
      line = longer
      continue
    }
    if (line !== '') lines.push(line)
    line = ''
    for (const letter of word) {
      if (line !== '' && !fits(line + letter)) {
        // A path is best broken after a dot.
        const cut = line.lastIndexOf('.') + 1
        lines.push(cut === 0 ? line : line.slice(0, cut))
        line = cut === 0 ? '' : line.slice(cut)
      }
      line += letter
    }
  }
  return [...lines, line]
}
/** The names beside bars leave two thirds of a narrow chart to the bars, more of a wide one. */
function categoryLabel(text: string, { chart }: DrawnScale, font: string) {
  const { ctx: pen, width } = chart
  pen.save()
  pen.font = font
  const lines = brokenLabel(text, Math.max(90, Math.min(190, width * 0.33)), pen)
  pen.restore()
  return lines
}

export function axisOptions(id: string, config: ChartConfig, drawing: Drawing) {
  const { dambreak: extras } = config.options.plugins
  const axis = config.options.scales[id]
  const reading = extras.axes[id]
  if (axis === undefined || reading === undefined) return axis
  const { muted, grid, ink } = drawing.colours
  const timed = reading.format === 'clock' || reading.format === 'sinceOpening'
  const small = { family: drawing.fontFamily, size: 12 }
  return {
    ...axis,
    border: { display: false },
    grid: { color: grid, drawTicks: false },
    title: { ...axis.title, color: ink, font: { ...small, weight: 'bold' } },
    afterBuildTicks: (scale: DrawnScale) => {
      if (timed) scale.ticks = timeTicks(scale, reading, extras)
      else if (reading.at !== undefined) {
        const along = id === 'x' && axis.type !== 'category'
        const at = along ? roomyTicks(scale, reading, axis.type === 'logarithmic') : reading.at
        scale.ticks = at.map((value) => ({ value }))
      }
    },
    afterFit: (scale: DrawnScale & { axis: string }) => {
      if (scale.axis === 'y' && axis.type !== 'category') scale.width = Math.max(scale.width, 62)
    },
    ticks: {
      color: muted,
      font: small,
      padding: 6,
      maxRotation: 0,
      autoSkip: false,
      ...(axis.type === 'category'
        ? {
            color: ink,
            callback(this: DrawnScale, value: number) {
              const font = `${small.size}px ${small.family}`
              return categoryLabel(config.data.labels?.[value] ?? '', this, font)
            },
          }
        : {
            callback(this: DrawnScale, value: number, index: number, ticks: { value: number }[]) {
              if (reading.format === 'clock') return timeLabel(value, index, extras, ticks)
              const text = readValue(value, reading, extras)
              // Of names beside a map; below one they are short.
              if (reading.format !== 'names' || id === 'x') return text
              return categoryLabel(text, this, `${small.size}px ${small.family}`)
            },
          }),
    },
  }
}
