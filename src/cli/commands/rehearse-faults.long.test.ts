import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { parseRun } from '../../record/run-schema.ts'
import type { Summary } from '../../record/run.ts'
import { temporaryDirectory } from '../../core/testing/temporary-directory.ts'
import { dambreak } from '../testing/dambreak.ts'
import { isAlive, nothingFound, startLiveStack } from '../testing/live-stack.ts'

/**
 * Each way in which the reference stack can misbehave is reported by its finding: from outside
 * where a client can see it, else from the ledger, which alone knows in whose turn somebody came.
 * Most of a rehearsal is waiting, so several go on at once, each with a stack of its own.
 */
describe.concurrent(
  'a rehearsal finds how the stack misbehaves',
  () => {
    let cwd: string

    beforeAll(() => {
      const directory = temporaryDirectory()
      cwd = directory.path
      return directory.remove
    })

    /** Several devices a person, some people who may not book, some who go past the gate. */
    const trouble = [
      'population.devicesPerPerson=2',
      'population.ineligible=600',
      'behaviour.bypass.share=0.2',
      'waitingRoom.lapseSec=600',
    ].flatMap((set) => ['--set', set])
    const scale = ['--population', '0.1', '--speed', '60']

    async function rehearse(
      fault: string | null,
      given: { control?: boolean; set?: readonly string[] } = {},
    ): Promise<Summary['findings']> {
      const { control = true, set = [] } = given
      const more = [...trouble, ...set.flatMap((one) => ['--set', one])]
      const how = fault === null ? [] : ['--fault', fault]
      const opens = control ? '3600' : '1'
      const opening = ['--opens-in', opens]
      const stack = await startLiveStack([
        '--instances',
        '2',
        ...scale,
        ...opening,
        ...how,
        ...more,
      ])
      try {
        const told = control ? ['--control', stack.controlUrl] : []
        const name = `${fault ?? 'clean'}${control ? '' : '-alone'}`
        const out = ['--out', name, '--format', 'json', '--quiet']
        // A minute before the opening and three after it: nearly all have come.
        const where = ['--target', stack.url, ...told, '--for', '4s']
        const args = ['rehearse', 'smoke', ...scale, ...where, ...more, ...out]
        const { code, err } = await dambreak(args, cwd)
        expect({ code: code === 3 ? 0 : code, err }).toEqual({ code: 0, err })
        const text = readFileSync(join(cwd, name, 'run.json'), 'utf8')
        return parseRun(JSON.parse(text), 'run.json').summary.findings
      } finally {
        if (isAlive(stack.pid)) await stack.stop()
      }
    }

    test('the clean stack: nothing', async () => {
      expect(await rehearse(null)).toEqual(nothingFound)
    })

    test('forged-key: seen by those who came in with a key of their own making', async () => {
      const found = await rehearse('forged-key')
      expect(found.bypassed).toBeGreaterThan(5)
      expect({ ...found, bypassed: 0 }).toEqual(nothingFound)
    })

    test('early-gate: seen by those who were let in before the opening', async () => {
      const found = await rehearse('early-gate')
      expect(found.earlyAdmission).toBeGreaterThan(0)
      expect({ ...found, earlyAdmission: 0 }).toEqual(nothingFound)
    })

    test('eligibility: seen by those who may not book and did, or may and were refused', async () => {
      const found = await rehearse('eligibility')
      expect((found.ineligibleBooked ?? 0) + (found.eligibleRefused ?? 0)).toBeGreaterThan(5)
      const rest = { ...found, ineligibleBooked: 0, eligibleRefused: 0 }
      expect(rest).toEqual(nothingFound)
    })

    test('race: a person told twice that they have booked', async () => {
      // Twenty people with twenty devices each, all at the pages at once: that two of a person meet in
      // the gap is a matter of chance, that none of twenty do is beyond it.
      const found = await rehearse('race', {
        set: [
          'population.people=200',
          'population.participation=1',
          'population.devicesPerPerson=20',
          'population.ineligible=0',
          'arrivals[0].share=0',
          'arrivals[1].share=1',
          'arrivals[1].forSec=0.1',
          'arrivals[2].share=0',
          'behaviour.bypass.share=0',
          'journey[0].thinkSec=0',
          'waitingRoom.protocol=none',
          'stack.stations[0].slots=100',
          'stack.stations[1].slots=100',
        ],
      })
      expect(found.doubleBooking).toBeGreaterThan(0)
      expect({ ...found, doubleBooking: 0 }).toEqual(nothingFound)
    })

    test('order: only the stack itself can tell', async () => {
      const slow = { set: ['waitingRoom.admission.perSecPerInstance=1'] }
      const found = await rehearse('order', slow)
      expect(found.orderInversion).toBeGreaterThan(0)
      expect({ ...found, orderInversion: 0 }).toEqual(nothingFound)
    })

    test('without --control what only the stack can tell is not known', async () => {
      const found = await rehearse('forged-key', { control: false })
      expect(found.orderInversion).toBeNull()
      expect(found.bypassed).toBeGreaterThan(5)
    })
  },
  240_000,
)
