/**
 * Conversions are named functions, so that a unit never changes silently. Each is one operation, so
 * that a figure is the same bit for bit wherever it is computed: `x / 1000` and `x * 0.001` differ.
 * `units.test.ts` finds conversions written by hand elsewhere.
 */

export const secToMs = (sec: number): number => sec * 1000
export const msToSec = (ms: number): number => ms / 1000
export const msToUs = (ms: number): number => ms * 1000
export const usToMs = (us: number): number => us / 1000
export const secToUs = (sec: number): number => sec * 1e6
export const usToSec = (us: number): number => us / 1e6
export const msToNs = (ms: number): number => ms * 1e6
export const nsToMs = (ns: number): number => ns / 1e6

export const minutesToSec = (minutes: number): number => minutes * 60
export const secToMinutes = (sec: number): number => sec / 60
export const minutesToMs = (minutes: number): number => minutes * 60_000
export const msToMinutes = (ms: number): number => ms / 60_000
export const hoursToMinutes = (hours: number): number => hours * 60
export const hoursToSec = (hours: number): number => hours * 3600
export const secToHours = (sec: number): number => sec / 3600
export const hoursToMs = (hours: number): number => hours * 3_600_000
export const daysToSec = (days: number): number => days * 86_400
export const secToDays = (sec: number): number => sec / 86_400
export const daysToMs = (days: number): number => days * 86_400_000

export const perSecToPerMs = (perSec: number): number => perSec / 1000
export const perMsToPerSec = (perMs: number): number => perMs * 1000
/** From one event to the next at an even rate. */
export const intervalMsOf = (perSec: number): number => 1000 / perSec
/** How long `n` events take at a rate. */
export const durationMsOf = (n: number, perSec: number): number => (n * 1000) / perSec
/** The rate of `n` events within `ms`. */
export const ratePerSecOf = (n: number, ms: number): number => (n * 1000) / ms

/** Decimal megabytes. */
export const bytesToMB = (bytes: number): number => bytes / 1e6
