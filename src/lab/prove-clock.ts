import { secToMs } from '../core/units.ts'
import { localIso } from '../scenario/clock.ts'

/** ISO 8601 text of the instant so many seconds after another. */
export function instantText(from: string, afterSec: number): string {
  return localIso(Date.parse(from) + secToMs(afterSec), from)
}
