/** A count that must lie within bounds, inclusive, so many seconds after the opening. */
export interface CountCheck {
  readonly count: 'tickets' | 'booked'
  readonly atSec: number
  readonly min: number
  readonly max: number
}

/** Whether one of the checks that fell due after `sinceSec` is missed. */
export function missesCheck(
  checks: readonly CountCheck[],
  sinceSec: number,
  now: Readonly<Record<'atSec' | CountCheck['count'], number>>,
): boolean {
  return checks.some(({ count, atSec, min, max }) => {
    const isDue = sinceSec < atSec && now.atSec >= atSec
    return isDue && (now[count] < min || now[count] > max)
  })
}
