/** Conversions are named functions, so that a unit never changes silently. */

export const secToMs = (sec: number): number => sec * 1000
export const msToSec = (ms: number): number => ms / 1000
export const msToUs = (ms: number): number => ms * 1000
export const usToMs = (us: number): number => us / 1000
export const secToUs = (sec: number): number => sec * 1e6
