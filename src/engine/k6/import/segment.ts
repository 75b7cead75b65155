/** A part of the arrivals, as k6 writes execution segments: `0:1/4`, `1/4:1/2`, `50%:1`, `0.5:`. */
export interface Segment {
  readonly text: string
  readonly from: number
  readonly to: number
}

/** Two ends that differ by less are one: they are quotients. */
const tiny = 1e-9

/** The part that a text names, or `null` where it is none. */
export function readSegment(text: string): Segment | null {
  const parts = text.split(':')
  if (parts.length > 2) return null
  const [first = '', second] = parts
  // `1/4` alone is the first quarter.
  const from = second === undefined || first === '' ? 0 : pointOf(first)
  const to = second === undefined ? pointOf(first) : second === '' ? 1 : pointOf(second)
  if (from === null || to === null || from < 0 || to > 1 + tiny || to - from < tiny) return null
  return { text, from, to }
}

function pointOf(text: string): number | null {
  const found = /^(\d{1,9}(?:\.\d{1,12})?)(?:\/(\d{1,9})|(%))?$/.exec(text.trim())
  if (found === null) return null
  const value = Number(found[1])
  if (found[3] !== undefined) return value / 100
  const below = Number(found[2] ?? 1)
  return below === 0 ? null : value / below
}

export function overlap(a: Segment, b: Segment): boolean {
  return Math.min(a.to, b.to) - Math.max(a.from, b.from) > tiny
}

/** The share of 0…1 that no segment has; they do not overlap. */
export function missingShare(segments: readonly Segment[]): number {
  const missing = segments.reduce((left, { from, to }) => left - (to - from), 1)
  return missing < tiny ? 0 : missing
}
