import { describe, expect, test } from 'vitest'
import { parseScenario } from '../../scenario/load/parse.ts'
import { smallDocument } from '../../scenario/testing/small-document.ts'
import { virtualUsersFor } from './virtual-users.ts'

function scenarioWith(changes: Record<string, unknown>) {
  const parsed = parseScenario({ ...smallDocument(), ...changes })
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults))
  return parsed.loaded.scenario
}

/** 100 come every second for 1000 s. */
const steady = {
  curve: (atSec: number) => Math.min(100_000, Math.max(0, atSec * 100)),
  visitors: 100_000,
  fromWallSec: 0,
  untilWallSec: 2000,
}

describe('virtual users', () => {
  test("by Little's law where nobody waits: the rate times the journey", () => {
    const [step] = smallDocument().journey ?? []
    const journey = [{ ...step, visits: [{ station: 'web', serviceMs: 2000 }] }]
    const scenario = scenarioWith({
      journey,
      waitingRoom: { protocol: 'none', admission: { perSec: 1 } },
    })
    const users = virtualUsersFor({ scenario, ...steady, visitorsPerVu: 1 })
    expect(users.visitorsAtOnce / 1.25).toBeGreaterThan(195)
    expect(users.visitorsAtOnce / 1.25).toBeLessThan(320)
    expect(users.atOnce).toBe(users.visitorsAtOnce)
  })

  test('by the line where the gate lets in fewer than come', () => {
    const scenario = scenarioWith({ waitingRoom: { admission: { perSec: 40 } } })
    const one = virtualUsersFor({ scenario, ...steady, visitorsPerVu: 1 })
    // 100 come and 40 go every second: 60,000 stand there in the end.
    expect(one.visitorsAtOnce / 1.25).toBeGreaterThan(59_500)
    expect(one.visitorsAtOnce / 1.25).toBeLessThan(60_500)
    const fifty = virtualUsersFor({ scenario, ...steady, visitorsPerVu: 50 })
    expect(fifty.atOnce).toBeLessThan(one.atOnce / 20)
    expect(fifty.most).toBeLessThanOrEqual(2000)
  })

  test('never more than there are visitors', () => {
    const scenario = scenarioWith({})
    const few = { ...steady, visitors: 7, curve: () => 7 }
    expect(virtualUsersFor({ scenario, ...few, visitorsPerVu: 1 })).toMatchObject({
      atOnce: 7,
      most: 7,
    })
    expect(virtualUsersFor({ scenario, ...few, visitorsPerVu: 5 }).most).toBe(2)
  })
})
