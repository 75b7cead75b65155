import { DambreakError, type Fault } from './errors.ts'

/** The message of the fault in one parameter, or null. */
export type Complaint = string | null

export function positive(value: number): Complaint {
  return value > 0 && Number.isFinite(value) ? null : `must be a number above 0, got ${value}`
}

export function nonNegative(value: number): Complaint {
  return value >= 0 && Number.isFinite(value)
    ? null
    : `must be a number of at least 0, got ${value}`
}

export function share(value: number): Complaint {
  return value >= 0 && value <= 1 ? null : `must be between 0 and 1, got ${value}`
}

/** Strictly between 0 and 1: a probability that a quantile or an inverse exists for. */
export function openShare(value: number): Complaint {
  return value > 0 && value < 1 ? null : `must be above 0 and below 1, got ${value}`
}

export function wholeNumber(value: number, min: number): Complaint {
  return Number.isSafeInteger(value) && value >= min
    ? null
    : `must be a whole number of at least ${min}, got ${value}`
}

/** Load below capacity, without which a queue that nobody leaves has no steady state. */
export function stable(offeredLoad: number, servers: number): Complaint {
  return offeredLoad < servers
    ? null
    : `must stay below capacity: ${offeredLoad} erlang offered to ${servers} servers have no steady state`
}

/**
 * Refuses parameters that are out of range.
 * @throws DambreakError of kind `usage` that lists every complaint as `<model>.<parameter>`
 */
export function requireParameters(model: string, complaints: Record<string, Complaint>): void {
  const faults: Fault[] = []
  for (const [name, message] of Object.entries(complaints)) {
    if (message !== null) faults.push({ path: `${model}.${name}`, message })
  }
  if (faults.length === 0) return
  const text = faults.map(({ path, message }) => `${path} ${message}`).join('; ')
  throw new DambreakError('usage', text, faults)
}
