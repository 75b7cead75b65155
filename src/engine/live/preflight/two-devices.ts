import type { Clock } from '../../../core/clock.ts'
import type { Door } from './door.ts'
import {
  bothBooked,
  failed,
  pairFault,
  passed,
  unchecked,
  type Judgement,
  type Seen,
} from './judge.ts'
import type { Visitor, Visitors } from './visitors.ts'

/** One person on two devices. */

export interface DevicesParts {
  readonly door: Door
  readonly visitors: Visitors
  readonly clock: Clock
}

export type Devices = readonly [Visitor, Visitor]

/**
 * Whether two requests meet in a gap is a matter of chance: so many tries, and no more time than
 * that.
 */
const mostRounds = 100
const mostMs = 10_000

/** Both come up to the last page before the booking; why not, in words. */
export async function twoDevices(parts: DevicesParts, person: number): Promise<Devices | string> {
  const { visitors, door } = parts
  const devices: Visitor[] = []
  for (let row = 0; row < 2; row++) {
    const found = await door.letIn(row)
    if (!found.isIn) {
      for (const device of devices) await door.leave(device.row, device.kept.key)
      return found.why
    }
    const device = visitors.newVisitor(row, person, found.key)
    devices.push(device)
    if (visitors.bookStep > 0) await visitors.walk(device, visitors.bookStep - 1)
  }
  return devices as [Visitor, Visitor] & Visitor[]
}

export async function leaveBoth({ door }: DevicesParts, devices: Devices): Promise<void> {
  for (const { row, kept } of devices) await door.leave(row, kept.key)
}

/**
 * Both book at once; what is booked is taken back, and they try again. They stay on their last page
 * where the pages let them, for every try counts; where not, they come anew for each.
 */
export async function bookAtOnce(parts: DevicesParts, person: number): Promise<Judgement> {
  const untilMs = parts.clock.monotonicMs() + mostMs
  let staying: Devices | null = null
  let canStay = true
  let rounds = 0
  let judged: Judgement | null = null
  while (judged === null && rounds < mostRounds && parts.clock.monotonicMs() < untilMs) {
    const stayed = staying !== null
    const devices: Devices | string = staying ?? (await twoDevices(parts, person))
    if (typeof devices === 'string') return unchecked(devices)
    const pair = await bothBook(parts.visitors, devices)
    const fault = pairFault(pair)
    if (fault !== null && stayed && fault.came !== bothBooked) canStay = false
    else {
      rounds++
      if (fault !== null) judged = failed(`try ${rounds}: ${fault.came}`)
    }
    staying = canStay && judged === null ? devices : null
    if (staying === null) await leaveBoth(parts, devices)
  }
  if (staying !== null) await leaveBoth(parts, staying)
  return judged ?? passed(`booked once, in each of ${rounds} tries`)
}

/** From where the devices stand: what an answer made them keep is theirs for this try alone. */
async function bothBook(visitors: Visitors, [first, second]: Devices): Promise<[Seen, Seen]> {
  const book = (device: Visitor) =>
    visitors.step({ ...device, kept: structuredClone(device.kept) }, visitors.bookStep)
  const pair = await Promise.all([book(first), book(second)])
  await visitors.takeBack()
  return pair
}
