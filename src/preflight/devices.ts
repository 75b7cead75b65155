import type { Clock } from '../core/clock.ts'
import type { Door } from './door.ts'
import { bookedOf, devicesFault, failed, passed, unchecked, type Judgement } from './judge.ts'
import { devicesAtOnce } from './matrix.ts'
import type { NoEntry, Seen } from './observation.ts'
import type { Visitor, Visitors } from './visitors.ts'

/** One person on several devices. */

export interface DevicesParts {
  readonly door: Door
  readonly visitors: Visitors
  readonly clock: Clock
  /** How often they book at once, at most. */
  readonly deviceTries: number
}

/** They try again and again for no more time than this. */
const maxMs = 10_000

/** All come up to the last page before the booking; or why they cannot. */
export async function devicesOf(
  parts: DevicesParts,
  person: number,
  count: number,
): Promise<Visitor[] | NoEntry> {
  const { visitors, door } = parts
  const devices: Visitor[] = []
  for (let row = 0; row < count; row++) {
    const found = await door.letIn(row)
    if (!found.isIn) {
      await leaveAll(parts, devices)
      return found.because
    }
    const device = visitors.newVisitor(row, person, found.key)
    devices.push(device)
    if (visitors.bookStep > 0) await visitors.walk(device, visitors.bookStep - 1)
  }
  return devices
}

export async function leaveAll({ door }: DevicesParts, devices: readonly Visitor[]): Promise<void> {
  for (const { row, kept } of devices) await door.leave(row, kept.key)
}

/**
 * All book at once; what is booked is taken back, and they try again. They stay on their last page
 * where the pages let them, for every try counts; where not, they come anew for each.
 */
export async function bookAtOnce(parts: DevicesParts, person: number): Promise<Judgement> {
  const untilMs = parts.clock.monotonicMs() + maxMs
  let staying: Visitor[] | null = null
  let canStay = true
  let rounds = 0
  let judged: Judgement | null = null
  while (judged === null && rounds < parts.deviceTries && parts.clock.monotonicMs() < untilMs) {
    const stayed = staying !== null
    const devices: Visitor[] | NoEntry = staying ?? (await devicesOf(parts, person, devicesAtOnce))
    if ('code' in devices) return unchecked(devices)
    const seen = await allBook(parts.visitors, devices)
    const fault = devicesFault(seen, rounds + 1)
    if (fault !== null && stayed && bookedOf(seen) <= 1) canStay = false
    else {
      rounds++
      if (fault !== null) judged = failed(fault)
    }
    staying = canStay && judged === null ? devices : null
    if (staying === null) await leaveAll(parts, devices)
  }
  if (staying !== null) await leaveAll(parts, staying)
  return judged ?? passed({ code: 'BookedOnce', tries: rounds })
}

/** From where the devices stand: what an answer made them keep is theirs for this try alone. */
async function allBook(visitors: Visitors, devices: readonly Visitor[]): Promise<Seen[]> {
  const book = (device: Visitor) =>
    visitors.step({ ...device, kept: structuredClone(device.kept) }, visitors.bookStep)
  const all = await Promise.all(devices.map(book))
  await visitors.takeBack()
  return all
}
