import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Gate } from './gate.ts'
import { enterAll, evening, gateConfig, ManualClock, opensAtEpochMs } from './testing/evening.ts'

const rate = { admission: { perSec: 10 } }
const clean = { earlyAdmission: 0, bypassed: 0, orderInversion: 0 }
const pass = (n: number) => Array.from({ length: n }, () => 200)

describe('bad use', () => {
  const bad = (text: string) => {
    const query = text.replace('LONG', 'f'.repeat(16_000))
    const at = evening(gateConfig(rate), 0)
    const [key] = enterAll(at, 1)
    const { type, code, fields } = at.call(query.replaceAll('KEY', key!))
    expect(fields).toEqual({})
    expect(at.codes([key!])).toEqual([200])
    return { type, code }
  }

  test.each([
    ['', 5002],
    ['opcode=9999&key=KEY', 5002],
    ['opcode=5002', 5002],
    ['opcode=5003', 5003],
    ['opcode=5004&key=', 5004],
    ['opcode=5002&key=KEY&key=KEY', 5002],
    ['opcode=5002&key=KEY0', 5002],
    ['opcode=5002&key=connection_timeout', 5002],
    ['opcode=5002&key=LONG', 5002],
    ['opcode=5002&key=%E0%A4%A', 5002],
    ['opcode=5101&sid=%&aid=b', 5002],
    ['opcode=5101', 5002],
    ['opcode=5101&sid=a', 5002],
    ['opcode=5101&aid=b', 5002],
    ['opcode=5001&sid=a&uid=u&utid=t', 5001],
  ])('%s is a bad parameter, and the rest goes on', (query, type) => {
    expect(bad(query)).toEqual({ type, code: 509 })
  })

  test('a key of a gate that died has lapsed, also for a ticket that this one has', () => {
    const config = gateConfig(rate)
    const before = evening(config, 10)
    const keys = enterAll(before, 3)
    const after = evening(config, 9)
    enterAll(after, 3)
    expect(after.codes(keys)).toEqual([508, 508, 508])
    expect(after.gate.verify(keys[0]!)).toBe(false)
    after.gate.auditKey(keys[0]!, 'kim')
    expect(after.gate.state().findings).toEqual(clean)
  })

  test('with no more tickets to give the gate says so, and goes on with those it gave', () => {
    const at = evening(gateConfig(rate), 0, 2)
    const keys = enterAll(at, 2)
    expect(at.call('opcode=5101&sid=a&aid=b')).toMatchObject({ type: 5002, code: 500 })
    at.clock.passSec(1)
    expect(at.codes(keys)).toEqual(pass(2))
  })

  test('where there is no waiting room, everyone goes on without a key', () => {
    const at = evening(gateConfig({ protocol: 'none', ...rate }), 10)
    expect(at.call('opcode=5101&sid=a&aid=b')).toEqual({ type: 5002, code: 300, fields: {} })
  })

  test('an alive notice of who waits says where it stands, and keeps nothing', () => {
    const at = evening(gateConfig({ ...rate, pollSec: { front: 2, back: 10 } }), 100)
    const [key] = enterAll(at, 2)
    at.clock.passSec(21)
    expect(at.call(`opcode=5003&key=${key}`)).toMatchObject({
      code: 201,
      fields: { nwait: 0, nnext: 1 },
    })
    at.clock.passSec(1.05)
    expect(at.codes([key!])).toEqual([508])
  })

  test('5001 gives a ticket and lets nobody in', () => {
    const at = evening(gateConfig(rate), 0)
    const { type, code, fields } = at.call('opcode=5001&sid=a&aid=b&uid=u&utid=t')
    expect({ type, code }).toEqual({ type: 5001, code: 201 })
    expect(at.codes([fields.key!])).toEqual([200])
  })

  test('calls that differ only in their time are not taken for others', () => {
    const at = evening(gateConfig(rate), 10)
    const [a, b] = enterAll(at, 2)
    const browser = (query: string, time: string) => at.call(`${query}&js=yes&${time}`)
    for (const key of [a, b, a]) {
      expect(browser(`opcode=5002&key=${key}`, '1').fields.key).toBe(key)
      expect(browser(`opcode=5002&key=${key}`, '2').fields.key).toBe(key)
    }
    expect(browser('opcode=5101&sid=a&aid=b', '1').fields.nwait).toBe(2)
    expect(browser('opcode=5101&sid=a&aid=b', '2').fields.nwait).toBe(3)
    expect(browser('opcode=5101&sid=a&aid=b', 'opcode=5101').code).toBe(509)
  })

  test('whatever the query, there is a reply', () => {
    const config = gateConfig(rate)
    const gate = new Gate({ config, clock: new ManualClock(opensAtEpochMs), node: null })
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (query) => {
        expect(gate.handle(query)).toMatchObject({ code: 509, isScript: false })
      }),
    )
  })
})
