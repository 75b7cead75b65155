import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { enterAll, evening, gateConfig, opensAtEpochMs } from './testing/evening.ts'

const rate = { admission: { perSec: 10 } }
const places = { admission: { maxInside: 3 } }
const clean = { earlyAdmission: 0, bypassed: 0, orderInversion: 0 }
const pass = (n: number) => Array.from({ length: n }, () => 200)
const wait = (n: number) => Array.from({ length: n }, () => 201)

describe('a trial', () => {
  const trial = (keys: string[]) => ({ kind: 'trial', keys }) as const

  test('lets the next of those named in before the opening, nobody else, and is no finding', () => {
    const at = evening(gateConfig(rate), 600)
    const keys = enterAll(at, 4)
    const [ahead = '', first = '', second = ''] = keys
    at.gate.control(trial([second, first, 'forged']))
    expect(at.codes(keys)).toEqual([201, 200, 201, 201])
    expect([at.gate.verify(first), at.gate.verify(second), at.gate.verify(ahead)]).toEqual([
      true,
      false,
      false,
    ])
    at.gate.control(trial(['forged']))
    at.clock.passSec(1)
    expect(at.codes(keys)).toEqual([201, 200, 201, 201])
    expect(at.gate.state()).toMatchObject({ open: false, admitted: 1, findings: clean })
  })

  test('goes by the rule by which turns are called', () => {
    const at = evening(gateConfig(rate, { fault: 'order' }), 600)
    const firsts = Array.from({ length: 10 }, () => {
      const pair = enterAll(at, 2)
      at.gate.control(trial(pair))
      return at.codes(pair).indexOf(200)
    })
    expect(firsts).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 1])
  })

  test('calls nobody while service is off', () => {
    const at = evening(gateConfig(rate), 600)
    const [key = ''] = enterAll(at, 1)
    at.gate.control({
      kind: 'event',
      event: { kind: 'halt', tickets: 'keep', restartInstances: false },
    })
    at.gate.control(trial([key]))
    expect(at.codes([key])).toEqual([201])
  })
})

describe('a rate', () => {
  test('lets nobody in before the opening, then a turn at a time in the order of issue', () => {
    const at = evening(gateConfig(rate), 5)
    const keys = enterAll(at, 100)
    expect(at.codes(keys)).toEqual(wait(100))
    at.clock.passSec(4.999)
    expect(at.codes(keys)).toEqual(wait(100))
    at.clock.passSec(0.001)
    expect(at.codes(keys)).toEqual([200, ...wait(99)])
    at.clock.passSec(2)
    expect(at.codes(keys)).toEqual([...pass(21), ...wait(79)])
    expect(at.gate.state()).toMatchObject({
      admitted: 21,
      called: 21,
      waiting: 79,
      findings: clean,
    })
  })

  test('counts turns from the opening, however long nobody calls', () => {
    const at = evening(gateConfig(rate), 5)
    const keys = enterAll(at, 100)
    at.clock.passSec(10)
    expect(at.codes(keys)).toEqual([...pass(51), ...wait(49)])
  })

  test('saves up no more than one turn while nobody waits', () => {
    const at = evening(gateConfig(rate), 0)
    at.clock.passSec(60)
    const first = at.call('opcode=5101&sid=a&aid=b')
    expect(first).toMatchObject({ type: 5002, code: 200, fields: { nwait: 0, nnext: 0, ttl: 0 } })
    expect(at.call('opcode=5101&sid=a&aid=b').code).toBe(201)
    at.clock.passSec(0.1)
    expect(at.gate.state().called).toBe(2)
  })

  test('shows the wait: ahead, behind, turns a second, the next poll, and the node', () => {
    const at = evening(gateConfig({ ...rate, pollSec: { front: 1, back: 8 } }), 5)
    const keys = enterAll(at, 100)
    expect(at.call(`opcode=5002&key=${keys[79]}&ttl=8`).fields).toEqual({
      key: keys[79],
      nwait: 79,
      nnext: 20,
      tps: 10,
      ttl: 1,
      ip: '127.0.0.1',
      port: 8081,
    })
    expect(at.call(`opcode=5002&key=${keys[80]}`).fields).toMatchObject({ nwait: 80, ttl: 8 })
  })

  test('a key lapses 20 s after the poll that was due, and costs no turn once it has', () => {
    const at = evening(gateConfig({ ...rate, pollSec: { front: 2, back: 10 } }), 100)
    const keys = enterAll(at, 10)
    at.clock.passSec(21.95)
    at.codes(keys.slice(0, 5))
    at.clock.passSec(0.1)
    expect(at.gate.state()).toMatchObject({ waiting: 5, lapsed: 5 })
    expect(at.codes(keys.slice(5))).toEqual([508, 508, 508, 508, 508])
    const late = at.call('opcode=5101&sid=a&aid=b')
    expect(late.fields.nwait).toBe(5)
  })

  test('a turn is lost on who has left without a word, until the key lapses', () => {
    const at = evening(gateConfig({ ...rate, pollSec: { front: 2, back: 2 } }), 21)
    enterAll(at, 15)
    at.clock.passSec(20)
    const last = at.enter()
    // Of the fifteen ten are called at 21.0, 21.1 … 21.9 s, and at 22 s all lapse.
    at.clock.passSec(1.95)
    expect(at.codes([last])).toEqual([201])
    at.clock.passSec(0.15)
    expect(at.codes([last])).toEqual([200])
    expect(at.gate.state()).toMatchObject({ called: 11, lapsed: 15, admitted: 1 })
  })

  test('hangs on the instances where it is told to, and can be changed', () => {
    const at = evening(gateConfig({ admission: { perSecPerInstance: 2 } }), 0)
    expect(at.gate.state().ratePerSec).toBe(8)
    at.gate.control({ kind: 'instances', count: 10 })
    expect(at.gate.state().ratePerSec).toBe(20)
    enterAll(at, 200)
    const before = at.gate.state().called
    at.clock.passSec(1)
    expect(at.gate.state().called - before).toBe(20)
    at.gate.control({ kind: 'event', event: { kind: 'admission', admission: { perSec: 50 } } })
    const then = at.gate.state().called
    at.clock.passSec(1)
    expect(at.gate.state().called - then).toBe(50)
  })

  test('of nothing calls nobody', () => {
    const at = evening(gateConfig({ admission: { perSec: 0 } }), 0)
    const keys = enterAll(at, 3)
    at.clock.passSec(15)
    expect(at.codes(keys)).toEqual(wait(3))
  })
})

describe('places', () => {
  test('are never exceeded; a 5004 frees one for the next in line', () => {
    const at = evening(gateConfig(places), 0)
    const keys = enterAll(at, 5)
    expect(at.codes(keys)).toEqual([...pass(3), ...wait(2)])
    expect(at.call(`opcode=5004&key=${keys[1]}`)).toMatchObject({ type: 5004, code: 200 })
    expect(at.codes(keys)).toEqual([200, 502, 200, 200, 201])
    expect(at.gate.state()).toMatchObject({ inside: 3, waiting: 1, completed: 1, findings: clean })
  })

  test('come free 300 s after the last sign of life', () => {
    const at = evening(gateConfig(places), 0)
    const [quiet, alive, verified] = enterAll(at, 3)
    at.clock.passSec(299)
    expect(at.call(`opcode=5003&key=${alive}`)).toMatchObject({ type: 5003, code: 200 })
    expect(at.gate.verify(verified!)).toBe(true)
    at.clock.passSec(1.05)
    expect(at.gate.state().inside).toBe(2)
    expect(at.gate.verify(quiet!)).toBe(false)
    expect(at.codes([quiet!, alive!, verified!])).toEqual([508, 200, 200])
    at.clock.passSec(300)
    expect(at.gate.state().inside).toBe(0)
  })

  test('are held by whoever was called, until that key lapses', () => {
    const at = evening(gateConfig({ ...places, pollSec: { front: 2, back: 10 } }), 10)
    enterAll(at, 3)
    at.clock.passSec(10)
    const next = at.enter()
    expect(at.codes([next])).toEqual([201])
    at.clock.passSec(20)
    expect(at.codes([next])).toEqual([200])
  })

  test('show how fast turns have come of late', () => {
    const at = evening(gateConfig(places), 0)
    expect(at.call('opcode=5101&sid=a&aid=b').fields.tps).toBeCloseTo(1 / 30, 2)
    let keys = enterAll(at, 1)
    for (let i = 0; i < 2000; i++) {
      at.clock.passSec(0.5)
      at.call(`opcode=5004&key=${keys[0]}`)
      keys = [...keys.slice(1), at.enter()]
    }
    expect(at.gate.state().ratePerSec).toBeGreaterThan(1.9)
    expect(at.gate.state().ratePerSec).toBeLessThan(2.1)
  })
})

describe('a halt', () => {
  const halt = (tickets: 'keep' | 'void') =>
    ({ kind: 'event', event: { kind: 'halt', tickets, restartInstances: false } }) as const
  const resume = { kind: 'event', event: { kind: 'resume' } } as const

  test('issues no tickets and admits nobody; kept tickets go on after it, with no burst', () => {
    const at = evening(gateConfig(rate), 0)
    const keys = enterAll(at, 50)
    at.clock.passSec(1)
    at.gate.control(halt('keep'))
    at.clock.passSec(5)
    expect(at.gate.state()).toMatchObject({ halted: true, called: 11 })
    expect(at.codes(keys.slice(1))).toEqual(wait(49))
    expect(at.call('opcode=5101&sid=a&aid=b')).toMatchObject({ code: 510, fields: {} })
    at.gate.control(resume)
    expect(at.codes(keys)).toEqual([...pass(12), ...wait(38)])
  })

  test('voids all tickets where it is told to, those inside too', () => {
    const at = evening(gateConfig(places), 0)
    const keys = enterAll(at, 5)
    at.gate.control(halt('void'))
    expect(at.codes(keys)).toEqual([508, 508, 508, 508, 508])
    expect(at.gate.verify(keys[0]!)).toBe(false)
    at.gate.control(resume)
    expect(at.codes(enterAll(at, 4))).toEqual([...pass(3), 201])
  })
})

describe('the opening', () => {
  test('can be put off, even once turns were called, and on', () => {
    const at = evening(gateConfig(rate), 0)
    const keys = enterAll(at, 50)
    at.clock.passSec(1)
    at.gate.control({ kind: 'open', opensAtEpochMs: opensAtEpochMs + 10_000 })
    expect(at.codes(keys.slice(1))).toEqual(wait(49))
    at.clock.passSec(9)
    // Eleven had their turn in the first second; one more comes with the opening.
    expect(at.codes(keys)).toEqual([...pass(12), ...wait(38)])
    expect(at.gate.state()).toMatchObject({ open: true, findings: clean })
  })

  test('put forward is not early', () => {
    const at = evening(gateConfig(rate), 3600)
    const [key] = enterAll(at, 1)
    at.gate.control({ kind: 'open', opensAtEpochMs: at.clock.epochMs() })
    expect(at.codes([key!])).toEqual([200])
    expect(at.gate.state().findings).toEqual(clean)
  })

  test('before the time that was announced is found', () => {
    const at = evening(gateConfig(rate), 60)
    const keys = enterAll(at, 5)
    at.gate.control({ kind: 'event', event: { kind: 'open-early' } })
    at.clock.passSec(0.2)
    expect(at.codes(keys)).toEqual([200, 200, 200, 201, 201])
    expect(at.gate.state().findings).toEqual({ ...clean, earlyAdmission: 3 })
  })
})

describe('the findings', () => {
  test('early-gate: 30 s before the opening people are let in', () => {
    const at = evening(gateConfig(rate, { fault: 'early-gate' }), 31)
    const keys = enterAll(at, 20)
    at.clock.passSec(0.999)
    expect(at.codes(keys)).toEqual(wait(20))
    at.clock.passSec(0.001 + 0.5)
    expect(at.codes(keys)).toEqual([...pass(6), ...wait(14)])
    at.clock.passSec(10)
    at.codes(keys)
    expect(at.gate.state().findings).toEqual({ ...clean, earlyAdmission: 20 })
  })

  test('order: turns that come before an earlier ticket has had its own', () => {
    const at = evening(gateConfig(rate, { fault: 'order' }), 5)
    const keys = enterAll(at, 101)
    // 20 turns, the tenth and the twentieth of them from the middle of those who still wait.
    at.clock.passSec(5 + 1.95)
    const inAtOnce = at.codes(keys).flatMap((code, i) => (code === 200 ? [i] : []))
    expect(inAtOnce).toEqual([...Array.from({ length: 18 }, (_, i) => i), 55, 60])
    expect(at.gate.state()).toMatchObject({
      called: 20,
      findings: { ...clean, orderInversion: 2 },
    })
  })

  test('order: whoever overtakes those alone who have left overtakes nobody', () => {
    const at = evening(gateConfig({ ...rate, pollSec: { front: 2, back: 2 } }), 30)
    enterAll(at, 5)
    at.clock.passSec(23)
    const keys = enterAll(at, 20)
    at.clock.passSec(9)
    expect(at.codes(keys)).toEqual(pass(20))
    expect(at.gate.state()).toMatchObject({ lapsed: 5, findings: clean })
  })

  test('bypassed: keys that were never let in, once each; what is no key, once a person', () => {
    const at = evening(gateConfig(places), 0)
    const keys = enterAll(at, 5)
    at.gate.auditKey(keys[0]!, 'kim')
    expect(at.gate.state().findings.bypassed).toBe(0)
    for (const key of [keys[3]!, keys[3]!, keys[4]!]) at.gate.auditKey(key, 'kim')
    expect(at.gate.state().findings.bypassed).toBe(2)
    for (const person of ['kim', 'lee', 'kim', 'park', 'lee']) {
      at.gate.auditKey('connection_timeout', person)
    }
    expect(at.gate.state().findings).toEqual({ ...clean, bypassed: 5 })
    // Let in later, lapsed or complete: the first is what was let in past its turn.
    at.call(`opcode=5004&key=${keys[0]}`)
    at.gate.auditKey(keys[0]!, 'kim')
    expect(at.gate.state().findings.bypassed).toBe(5)
  })
})

describe('laws', () => {
  const act = fc.oneof(
    { weight: 3, arbitrary: fc.constant({ kind: 'enter', which: 0 }) },
    { weight: 4, arbitrary: fc.record({ kind: fc.constant('poll'), which: fc.nat() }) },
    fc.record({ kind: fc.constant('complete'), which: fc.nat() }),
    fc.record({ kind: fc.constant('alive'), which: fc.nat() }),
    fc.record({ kind: fc.constant('pass'), which: fc.nat({ max: 40_000 }) }),
    fc.record({ kind: fc.constant('halt'), which: fc.nat({ max: 3 }) }),
  )

  test('however people behave: places hold, nobody overtakes, every ticket is somewhere', () => {
    const acts = fc.array(act, { maxLength: 200 })
    const room = fc.constantFrom(rate, places, { admission: { perSec: 0.3 } })
    fc.assert(
      fc.property(acts, room, fc.constantFrom(60, 0), (list, waitingRoom, beforeSec) => {
        const at = evening(gateConfig(waitingRoom), beforeSec)
        const keys: string[] = []
        for (const { kind, which } of list) {
          const key = keys[which % Math.max(1, keys.length)] ?? 'none'
          if (kind === 'enter') keys.push(at.call('opcode=5101&sid=a&aid=b').fields.key ?? 'none')
          else if (kind === 'poll') at.call(`opcode=5002&key=${key}`)
          else if (kind === 'alive') at.call(`opcode=5003&key=${key}`)
          else if (kind === 'complete') at.call(`opcode=5004&key=${key}`)
          else if (kind === 'pass') at.clock.passSec(which / 1000)
          else if (which < 2) {
            const tickets = which === 0 ? 'void' : 'keep'
            const event = { kind: 'halt', tickets, restartInstances: false } as const
            at.gate.control({ kind: 'event', event })
          } else at.gate.control({ kind: 'event', event: { kind: 'resume' } })
          const state = at.gate.state()
          expect(state.findings).toEqual(clean)
          expect(state.waiting + state.inside + state.lapsed + state.completed).toBe(state.issued)
          if ('maxInside' in waitingRoom.admission) expect(state.inside).toBeLessThanOrEqual(3)
        }
      }),
      { numRuns: 300 },
    )
  })

  test('it does not matter how often the gate is asked', () => {
    const calledAt = (config: ReturnType<typeof gateConfig>, stepsMs: readonly number[]) => {
      const at = evening(config, 7)
      enterAll(at, 400)
      for (const ms of stepsMs) {
        at.clock.passSec(ms / 1000)
        at.gate.state()
      }
      const { called, lapsed, waiting } = at.gate.state()
      return { called, lapsed, waiting }
    }
    fc.assert(
      fc.property(
        fc.array(fc.nat({ max: 3000 }), { minLength: 1, maxLength: 30 }),
        fc.constantFrom(rate, { admission: { maxInside: 30 } }),
        (stepsMs, waitingRoom) => {
          const config = gateConfig(waitingRoom)
          const total = stepsMs.reduce((sum, ms) => sum + ms, 0)
          expect(calledAt(config, stepsMs)).toEqual(calledAt(config, [total]))
        },
      ),
    )
  })
})
